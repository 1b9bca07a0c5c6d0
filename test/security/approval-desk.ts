import { canonical } from "../../src/incident/canonical.ts";
import { Incident } from "../../src/incident/incident.ts";
import type { ActionPlan } from "../../src/incident/plan.ts";
import { decide } from "../../src/responder/decide.ts";
import type { Responder } from "../../src/responder/responder.ts";
import { listen } from "../../src/server/listen.ts";
import { makeServer } from "../../src/server/server.ts";
import { bindInterrupt, openApproval } from "../../src/store/approvals.ts";
import { claimIntent } from "../../src/store/intents.ts";
import { takeTurn } from "../../src/store/turns.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { click, formOf, type Question, signedSlack, signingSecret, submission } from "../server/slack-sender.ts";
import type { TestDatabase } from "../support/database.ts";
import { plan, subject } from "../support/incidents.ts";
import { testQueue } from "../support/queue.ts";
import { incidentOf } from "../support/workloads.ts";

const token = "approver-token-1";
const start = Date.parse("2026-11-23T02:00:00Z");

/** One incident with its question, the real server and responder before it, the real ledger behind it. */
export const openDesk = async (db: TestDatabase) => {
  const queue = await testQueue(db.url);
  let now = start;
  const clock = { now: () => new Date(now) };
  const store = { pool: db.pool, queue };
  const at = new Date(start);
  const open = (id: string) =>
    openIncidents(db.pool, [
      { id, subject: { ...subject, name: id }, severity: "warning", graphVersion: 1, openedAt: at, deadlineAt: at },
    ]);
  /** As the walk leaves it when it asks: the desk reads the plan from there. */
  const keep = (incident: Incident) =>
    db.pool.query("update nightshift.incidents set state = $2 where id = $1", [
      incident.id,
      JSON.stringify(Incident.parse(incident)),
    ]);
  await open("inc_1");
  const turn = await takeTurn(db.pool, "inc_1");
  if (turn === null) throw new Error("no turn");
  const responder = { decide: decide({ store, world: { clock } }) } as Responder;
  const config = {
    NIGHTSHIFT_TOKENS: [
      { name: "ana", role: "approver" as const, token },
      { name: "vic", role: "viewer" as const, token: "viewer-token-1" },
    ],
    PAGERDUTY_WEBHOOK_SECRETS: [],
    ALERTMANAGER_TOKEN: [],
    GRAFANA_WEBHOOK_TOKEN: [],
    SLACK_SIGNING_SECRET: [signingSecret],
    SLACK_APPROVERS: [{ user: "UBO", name: "bo", role: "approver" as const }],
  };
  const server = await listen(makeServer({ responder, config, clock, log: () => undefined }), "127.0.0.1", 0);

  const api = async (decision: "approve" | "reject", { incidentId, planHash }: Question, bearer = token) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${bearer}`, connection: "close" };
    const body = JSON.stringify({ decision, planHash });
    return (await fetch(`${server.url}/api/incidents/${incidentId}/decision`, { method: "POST", headers, body }))
      .status;
  };
  const post = async (payload: object, secret = signingSecret, stamp = clock.now()) => {
    const body = formOf(payload);
    const headers = signedSlack(body, stamp, secret);
    return (await fetch(`${server.url}/webhooks/slack`, { method: "POST", headers, body })).status;
  };
  const slack = (decision: "approve" | "reject", question: Question, user = "UBO") =>
    post(decision === "approve" ? click("approve", user, question) : submission(user, question, "no"));

  return {
    clock,
    queue,
    /** One more incident, with questions of its own. */
    open,
    keep,
    api,
    slack,
    post,
    /** A plan made anew: another version of the object, another hash, another round. */
    propose: async (round: number): Promise<ActionPlan> => {
      // Every other plan is of high risk: two different people have to approve.
      const terms = { policy: "p", people: round % 2 === 0 ? 2 : 1, approvers: null, actionsPerHour: null };
      const hash = canonical(`plan ${round}`).padEnd(64, "0");
      const bare = plan(new Date(now + 60_000).toISOString(), { hash });
      const params = { restartedAt: clock.now().toISOString() };
      const actions = bare.actions.map((action) => ({ ...action, params })) as ActionPlan["actions"];
      const made = { ...bare, actions, terms };
      await keep(incidentOf({ id: "inc_1", plan: made }));
      await openApproval(db.pool, "inc_1", made, round, clock.now());
      await bindInterrupt(db.pool, "inc_1", round, `pause ${round}`);
      return made;
    },
    claim: (made: ActionPlan, round: number, key: string) =>
      claimIntent(db.pool, turn, { plan: made, round, index: 0, key, at: clock.now() }),
    pass: (ms: number) => {
      now += ms;
    },
    [Symbol.asyncDispose]: server.close,
  };
};
export type Desk = Awaited<ReturnType<typeof openDesk>>;
