import { expect, test } from "vitest";
import type { Action, Terms } from "../../src/incident/plan.ts";
import { bindInterrupt, decideApproval, openApproval } from "../../src/store/approvals.ts";
import { changesLately } from "../../src/store/changes.ts";
import { decidedRows, unlikeJournal } from "../../src/store/decisions-kept.ts";
import { claimIntent } from "../../src/store/intents.ts";
import { read } from "../../src/store/journal.ts";
import type { Runner } from "../../src/store/transaction.ts";
import { takeTurn } from "../../src/store/turns.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { fresh, plan } from "../support/incidents.ts";

const at = new Date("2026-11-23T02:00:00Z");
const terms: Terms = { policy: "p", people: 1, approvers: null, actionsPerHour: 1 };
const [restart] = plan("2026-11-23T09:00:00.000Z").actions as [Action];
const ofPod = (uid: string): Action => ({
  ...restart,
  verb: "delete-pod",
  target: { ...restart.target, kind: "Pod", name: uid, uid },
  params: { serves: { kind: "StatefulSet", name: "queue" } },
});

/** An approved plan of an incident of its own; `claim` begins one of its actions. */
const incident = async (db: TestDatabase, id: string, actions: Action[], wants: Terms = terms) => {
  const asked = plan("2026-11-23T09:00:00.000Z", { actions, terms: wants, hash: `hash-${id}` });
  await openIncidents(db.pool, [{ ...fresh(at, id), subject: { ...fresh(at).subject, name: id } }]);
  const turn = await takeTurn(db.pool, id);
  if (turn === null) throw new Error("no turn");
  await openApproval(db.pool, id, asked, 1, at);
  await bindInterrupt(db.pool, id, 1, "pause");
  await decideApproval(db.pool, id, 1, { state: "approved", by: "ana", via: "api", reason: null, at });
  return (index = 0, now = at) =>
    claimIntent(db.pool, turn, { plan: asked, round: 1, index, key: `${id}-${index}`, at: now });
};

test("a workload is changed no more often within an hour than policy says, whichever incident asks", async () => {
  await using db = await freshDatabase();
  const [first, second, late] = [
    await incident(db, "one", [restart]),
    await incident(db, "two", [restart]),
    await incident(db, "three", [restart]),
  ];

  expect(await first()).toEqual({ kind: "go" });
  expect(await second()).toMatchObject({
    kind: "refused",
    why: expect.stringMatching(/Deployment\/shop\/api.* possible at 2026-11-23T03:00:00.000Z$/),
  });
  expect(await late(0, new Date("2026-11-23T03:00:00.001Z"))).toEqual({ kind: "go" });
});

test("pods count for the workload they serve, and other workloads do not", async () => {
  await using db = await freshDatabase();
  const [first, second, other] = [
    await incident(db, "one", [ofPod("queue-0")]),
    await incident(db, "two", [ofPod("queue-1")]),
    await incident(db, "three", [restart]),
  ];

  expect(await first()).toEqual({ kind: "go" });
  expect(await second()).toMatchObject({ kind: "refused" });
  expect(await other()).toEqual({ kind: "go" });
});

test("a plan of two actions is one change", async () => {
  await using db = await freshDatabase();
  const undo: Action = { ...restart, target: { ...restart.target, kind: "StatefulSet", name: "queue", uid: "set" } };
  const claim = await incident(db, "one", [undo, ofPod("queue-1")]);

  expect([await claim(0), await claim(1)]).toEqual([{ kind: "go" }, { kind: "go" }]);
});

test("what was changed lately is found by its time, not by reading the whole journal", async () => {
  await using db = await freshDatabase();
  await (await incident(db, "one", [restart]))();
  await db.pool.query(
    `insert into nightshift.journal (incident_id, seq, at, kind, actor, line, data, previous, hash)
     select 'one', n, now(), 'step', 'gather', 'looked', '{}', '', '' from generate_series(1000, 20000) n`,
  );
  await db.pool.query("analyze nightshift.journal");
  const plans: string[] = [];
  const explained = async (text: string, values: unknown[]) => {
    const { rows } = await db.pool.query<{ "QUERY PLAN": string }>(`explain ${text}`, values);
    plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
    return db.pool.query(text, values);
  };
  const { kind, namespace, name, uid } = restart.target;
  const asked = { workload: `${kind}/${namespace}/${name}`, uid, now: at };

  expect(await changesLately({ query: explained } as unknown as Runner, asked)).toEqual([at.toISOString()]);
  expect(plans[0]).toContain("journal_intents_by_time");
  expect(plans[0]).not.toContain("Seq Scan");
});

/** The same, that nobody was asked about. */
const byPolicy = async (db: TestDatabase, id: string) => {
  const asked = plan("2026-11-23T09:00:00.000Z", {
    actions: [restart],
    terms,
    hash: `hash-${id}`,
    authority: "policy",
  });
  await openIncidents(db.pool, [{ ...fresh(at, id), subject: { ...fresh(at).subject, name: id } }]);
  const turn = await takeTurn(db.pool, id);
  if (turn === null) throw new Error("no turn");
  return (now = at) => claimIntent(db.pool, turn, { plan: asked, round: 1, index: 0, key: id, at: now });
};

const decidedAbout = async ({ pool }: TestDatabase): Promise<string[]> =>
  (await decidedRows(pool)).map(({ incidentId }) => incidentId);

test("what policy is refused it has not approved, and the audit finds nothing in it", async () => {
  await using db = await freshDatabase();
  const [first, often, late] = [await byPolicy(db, "one"), await byPolicy(db, "two"), await byPolicy(db, "three")];

  expect(await first()).toEqual({ kind: "go" });
  expect(await often()).toMatchObject({ kind: "refused", why: expect.stringContaining("2026-11-23T03:00:00.000Z") });
  expect(await late(new Date("2026-11-23T09:00:00Z"))).toMatchObject({ kind: "refused", late: true });
  expect(await decidedAbout(db)).toEqual(["one"]);
  const journals = new Map([["one", await read(db.pool, "one")]]);
  expect(unlikeJournal(await decidedRows(db.pool), journals)).toEqual([]);

  // Once there is room it begins: nothing was used up.
  expect(await often(new Date("2026-11-23T03:00:00.001Z"))).toEqual({ kind: "go" });
  expect(await decidedAbout(db)).toEqual(["one", "two"]);
});

test.each([1, null])("of eight incidents that begin at once as many do as policy allows (%s)", async (most) => {
  await using db = await freshDatabase();
  const claims = await Promise.all(
    Array.from({ length: 8 }, (_, n) => incident(db, `inc-${n}`, [restart], { ...terms, actionsPerHour: most })),
  );

  const answers = await Promise.all(claims.map((claim) => claim()));

  // Without a limit all of them begin: the control.
  expect(answers.filter(({ kind }) => kind === "go")).toHaveLength(most ?? 8);
});
