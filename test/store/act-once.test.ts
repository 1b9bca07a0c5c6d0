import { expect, test } from "vitest";
import { TurnLost } from "../../src/incident/turn-lost.ts";
import { bindInterrupt, decideApproval, openApproval } from "../../src/store/approvals.ts";
import { claimIntent, settleIntent } from "../../src/store/intents.ts";
import { type Turn, takeTurn } from "../../src/store/turns.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { fresh, plan } from "../support/incidents.ts";

const at = new Date("2026-11-23T02:00:00Z");
const later = "2026-11-23T03:00:00.000Z";
const thePlan = plan(later);

const openTurn = async (db: TestDatabase): Promise<Turn> => {
  await openIncidents(db.pool, [fresh(at)]);
  const turn = await takeTurn(db.pool, "inc_1");
  if (turn === null) throw new Error("no turn");
  return turn;
};

const yes = (db: TestDatabase, round = 1) =>
  decideApproval(db.pool, "inc_1", round, { state: "approved", by: "ana", via: "api", reason: null, at });

/** A yes, and the pause that was resumed with it. */
const approve = async (db: TestDatabase, round = 1) => {
  await bindInterrupt(db.pool, "inc_1", round, "pause-1");
  return yes(db, round);
};

const claim = (db: TestDatabase, turn: Turn, changes = {}) =>
  claimIntent(db.pool, turn, { plan: thePlan, round: 1, index: 0, key: "k1", at, ...changes });

/** The same database, where locking a turn always succeeds. */
const withoutLock = (pool: TestDatabase["pool"]): TestDatabase["pool"] =>
  ({
    connect: async () => {
      const client = await pool.connect();
      const query = (text: string, values?: unknown[]) =>
        /^select 1 from nightshift\.incidents/.test(text) ? { rowCount: 1, rows: [{}] } : client.query(text, values);
      return {
        query,
        release: (...args: []) => client.release(...args),
        on: client.on.bind(client),
        off: client.off.bind(client),
      };
    },
  }) as never;

const outcome = {
  key: "k1",
  verb: "restart-workload",
  target: { kind: "Deployment", namespace: "shop", name: "api" },
  at: at.toISOString(),
  kind: "applied" as const,
  reason: null,
  message: "done",
};

test("an approved plan may begin once; whoever comes again is told what became of it", async () => {
  await using db = await freshDatabase();
  const turn = await openTurn(db);
  await openApproval(db.pool, "inc_1", thePlan, 1, at);
  await approve(db);

  expect(await claim(db, turn)).toEqual({ kind: "go" });
  expect(await claim(db, turn)).toEqual({ kind: "resumed" });
  await settleIntent(db.pool, turn, outcome);
  expect(await claim(db, turn)).toEqual({ kind: "done", outcome });
});

test("one approval carries one intent, whatever key asks", async () => {
  await using db = await freshDatabase();
  const turn = await openTurn(db);
  await openApproval(db.pool, "inc_1", thePlan, 1, at);
  await approve(db);

  expect(await claim(db, turn)).toEqual({ kind: "go" });
  expect(await claim(db, turn, { key: "k2" })).toMatchObject({ kind: "refused" });
});

test.each([
  ["nobody has decided", async () => undefined, {}],
  ["no pause of the walk was resumed with the yes", yes, {}],
  ["another plan was approved", approve, { plan: { ...thePlan, hash: "another" } }],
  ["another round was approved", approve, { round: 2 }],
  ["the approval has expired", approve, { at: new Date("2026-11-23T03:00:01Z") }],
])("refuses to begin when %s", async (_name, decide, changes) => {
  await using db = await freshDatabase();
  const turn = await openTurn(db);
  await openApproval(db.pool, "inc_1", thePlan, 1, at);
  await decide(db);

  const refused = await claim(db, turn, changes);

  expect(refused).toMatchObject({ kind: "refused" });
  // Only what was approved and came too late is asked again.
  expect("late" in refused).toBe("at" in changes);
});

test("a rejected plan never begins", async () => {
  await using db = await freshDatabase();
  const turn = await openTurn(db);
  await openApproval(db.pool, "inc_1", thePlan, 1, at);
  await decideApproval(db.pool, "inc_1", 1, { state: "rejected", by: "bo", via: "api", reason: "no", at });

  expect(await approve(db)).toBe(false);
  expect(await claim(db, turn)).toMatchObject({ kind: "refused" });
});

test("ten claims at once give one go", async () => {
  await using db = await freshDatabase();
  const turn = await openTurn(db);
  await openApproval(db.pool, "inc_1", thePlan, 1, at);
  await approve(db);

  const claims = await Promise.all(Array.from({ length: 10 }, () => claim(db, turn)));

  expect(claims.filter(({ kind }) => kind === "go")).toHaveLength(1);
  expect(claims.filter(({ kind }) => kind === "resumed")).toHaveLength(9);
});

test("a worker that lost its turn can neither begin nor settle", async () => {
  await using db = await freshDatabase();
  const zombie = await openTurn(db);
  await openApproval(db.pool, "inc_1", thePlan, 1, at);
  await approve(db);
  const heir = await takeTurn(db.pool, "inc_1");

  await expect(claim(db, zombie)).rejects.toThrow(TurnLost);
  await expect(settleIntent(db.pool, zombie, outcome)).rejects.toThrow(TurnLost);
  // The control: the same claim under the new fence goes through.
  expect(await claim(db, heir ?? zombie)).toEqual({ kind: "go" });
});

test("the intent's own statement asks for the fence, whatever was locked before it", async () => {
  await using db = await freshDatabase();
  const turn = await openTurn(db);
  await openApproval(db.pool, "inc_1", thePlan, 1, at);
  await approve(db);
  // The lock at the beginning of the transaction is blind here, as a later change could make it.
  const blind = withoutLock(db.pool);
  const heir = await takeTurn(db.pool, "inc_1");

  await expect(claimIntent(blind, turn, { plan: thePlan, round: 1, index: 0, key: "k1", at })).rejects.toThrow(
    TurnLost,
  );
  expect(await claimIntent(blind, heir ?? turn, { plan: thePlan, round: 1, index: 0, key: "k1", at })).toEqual({
    kind: "go",
  });
});

test("a question bound to one pause cannot be answered at another", async () => {
  await using db = await freshDatabase();
  await openTurn(db);
  await openApproval(db.pool, "inc_1", thePlan, 1, at);

  expect(await bindInterrupt(db.pool, "inc_1", 1, "pause-1")).toBe(true);
  expect(await bindInterrupt(db.pool, "inc_1", 1, "pause-1")).toBe(false);
  await expect(bindInterrupt(db.pool, "inc_1", 1, "pause-2")).rejects.toThrow("its question was asked at pause-1");
});
