import fc from "fast-check";
import { expect, test } from "vitest";
import { objectVersion } from "../../src/actions/version.ts";
import type { Incident } from "../../src/incident/incident.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { ActionPlan } from "../../src/incident/plan.ts";
import type { Policy } from "../../src/incident/policy.ts";
import { act } from "../../src/nodes/act.ts";
import { propose } from "../../src/nodes/propose.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { turnPorts } from "../../src/responder/turn-ports.ts";
import { bindInterrupt } from "../../src/store/approvals.ts";
import { takeTurn } from "../../src/store/turns.ts";
import { click } from "../server/slack-sender.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { fakeKubernetes } from "../support/fake-actuator.ts";
import { noLedger } from "../support/fake-ledger.ts";
import { cause, deployment, fakeArchive, incidentOf, podSpec, policyIn, replicaSet } from "../support/workloads.ts";
import { type Desk, openDesk } from "./approval-desk.ts";

const web = "Deployment/shop/web";
const channel = fc.constantFrom("api", "slack");
const step = fc.oneof(
  fc.record({ do: fc.constantFrom("approve", "reject", "approve-old"), over: channel }),
  fc.record({ do: fc.constant("approve-twice"), over: channel }),
  fc.record({ do: fc.constant("forge"), how: fc.integer({ min: 0, max: 5 }) }),
  fc.record({ do: fc.constant("mutate"), replicas: fc.integer({ min: 3, max: 9 }) }),
  fc.record({ do: fc.constantFrom("act", "act", "act-twice", "tighten", "propose") }),
  fc.record({ do: fc.constant("pass"), ms: fc.integer({ min: 0, max: 50_000 }) }),
);
type Step = { do: string; over?: string; how?: number; replicas?: number; ms?: number };

interface Stage {
  db: TestDatabase;
  desk: Desk;
  id: string;
}

/** What a bystander saw of approvals that were sent rightfully and taken, with the version that was looked at. */
interface Yes {
  hash: string;
  version: string;
  until: number;
}

/** One incident of its own before the real server, the real approval row, the real ledger, and a small cluster. */
const play = async ({ db, desk, id }: Stage, steps: readonly Step[], guarded: boolean) => {
  await desk.open(id);
  const turn = await takeTurn(db.pool, id);
  if (turn === null) throw new Error("no turn");
  const [good, bad] = [podSpec("web:1"), podSpec("web:2-typo")];
  const kubernetes = fakeKubernetes([
    deployment(bad, { readyReplicas: 2 }),
    replicaSet(1, good, 2, "2026-01-01T09:00:00Z"),
    replicaSet(2, bad, 0, "2026-01-01T09:58:00Z"),
  ]);
  const world = { ...kubernetes, exact: kubernetes.cluster, metrics: null, logs: null, model: null, clock: desk.clock };
  const outside = { ...world, bookshelf: { search: async () => [] } };
  const own = turnPorts({ pool: db.pool, queue: desk.queue }, turn, outside, (value) => value);
  const ledger: Ledger = guarded ? own.ledger : noLedger;
  let policy: Policy = policyIn("approve");
  let incident: Incident = incidentOf({ id, diagnosis: cause("image-not-found"), rounds: 0 });
  const plans: ActionPlan[] = [];
  const yes: Yes[] = [];
  const wrong: string[] = [];

  const ask = async (): Promise<void> => {
    const redact = <T>(value: T): T => value;
    const ports = { ...kubernetes, archive: fakeArchive([]), clock: desk.clock };
    const { plan } = await propose(ports, { policy, approvalMinutes: 1, redact })(incident);
    if (plan?.kind !== "actions") return;
    incident = { ...incident, plan, rounds: incident.rounds + 1, outcomes: [] };
    plans.push(plan);
    await desk.keep(incident);
    await own.ledger.openApproval(plan, incident.rounds);
    await bindInterrupt(db.pool, id, incident.rounds, `pause ${incident.rounds}`);
  };
  const sent = async (decision: "approve" | "reject", plan: ActionPlan, over: string): Promise<void> => {
    const question = { incidentId: id, planHash: plan.hash };
    const before = desk.clock.now().getTime();
    await (over === "api" ? desk.api : desk.slack)(decision, question);
    if (decision === "approve" && before < Date.parse(plan.expiresAt))
      yes.push({ hash: plan.hash, version: plan.actions[0]?.target.version ?? "", until: Date.parse(plan.expiresAt) });
  };
  const forge = (plan: ActionPlan, how: number): Promise<number> => {
    const question = { incidentId: id, planHash: plan.hash };
    const stale = new Date(desk.clock.now().getTime() - 301_000);
    const ways = [
      () => desk.api("approve", question, "wrong-token"),
      () => desk.api("approve", question, "viewer-token-1"),
      () => desk.api("approve", { ...question, planHash: "0".repeat(64) }),
      () => desk.slack("approve", question, "UEVE"),
      () => desk.post(click("approve", "UBO", question), "wrong"),
      () => desk.post(click("approve", "UBO", question), undefined, stale),
    ];
    return (ways[how] ?? ways[0])?.() ?? Promise.resolve(0);
  };
  kubernetes.behaviour.before = () => {
    const version = objectVersion(kubernetes.objects.get(web) as KubeObject);
    const now = desk.clock.now().getTime();
    const { plan } = incident;
    const hash = plan?.kind === "actions" ? plan.hash : "";
    if (!yes.some((one) => one.hash === hash && one.version === version && now < one.until))
      wrong.push("a write that nobody approved for this version");
    if (policy.mode === "observe") wrong.push("a write under another policy");
  };
  const carryOut = async (): Promise<void> => {
    if (incident.plan?.kind !== "actions") return;
    const update = await act({ ...kubernetes, ledger, clock: desk.clock }, { policy })(incident);
    incident = { ...incident, ...update, rounds: incident.rounds };
  };
  const perform = async (one: Step): Promise<unknown> => {
    const newest = plans.at(-1);
    if (newest === undefined) return;
    switch (one.do) {
      case "approve":
      case "reject":
        return sent(one.do, newest, one.over ?? "api");
      case "approve-old":
        return sent("approve", plans[0] ?? newest, one.over ?? "api");
      case "approve-twice":
        return Promise.all([sent("approve", newest, "api"), sent("approve", newest, "slack")]);
      case "forge":
        return forge(newest, one.how ?? 0);
      case "mutate":
        return kubernetes.change(web, ({ spec }) => Object.assign(spec as object, { replicas: one.replicas }));
      case "act":
        return carryOut();
      case "act-twice":
        await carryOut();
        return carryOut();
      case "tighten":
        policy = policyIn("observe");
        return undefined;
      case "propose":
        return ask();
      default:
        return desk.pass(one.ms ?? 0);
    }
  };
  await ask();
  for (const one of steps) await perform(one);
  return { wrong, writes: kubernetes.writes.length };
};

const steps = fc.array(step, { minLength: 3, maxLength: 14 });
const seed = 20_261_126;

test("any interleaving over the channels: no write that was not approved for exactly that version, and never two", async () => {
  await using db = await freshDatabase();
  await using desk = await openDesk(db);
  let [runs, written] = [0, 0];
  await fc.assert(
    fc.asyncProperty(steps, async (some) => {
      const { wrong, writes } = await play({ db, desk, id: `inc_p${runs++}` }, some, true);
      written += writes;
      expect(wrong).toEqual([]);
      expect(writes).toBeLessThanOrEqual(1);
    }),
    { numRuns: 50, seed, examples: [[[{ do: "approve", over: "slack" }, { do: "act" }]]] },
  );
  expect(written).toBeGreaterThan(5);
});

test("control: without the ledger the same interleavings write what nobody approved, and the smallest one is found", async () => {
  await using db = await freshDatabase();
  await using desk = await openDesk(db);
  let runs = 0;
  const found = await fc.check(
    fc.asyncProperty(
      steps,
      async (some) => (await play({ db, desk, id: `inc_p${runs++}` }, some, false)).wrong.length === 0,
    ),
    { numRuns: 30, seed },
  );

  expect(found.failed).toBe(true);
  expect(found.counterexample?.[0].some(({ do: what }) => what.startsWith("act"))).toBe(true);
});
