import { expect, test } from "vitest";
import { type Action, planHash, type Terms } from "../../src/incident/plan.ts";
import { decide } from "../../src/responder/decide.ts";
import type { Person } from "../../src/responder/responder.ts";
import { decisionOf, newestApproval, openApproval } from "../../src/store/approvals.ts";
import { keepsTerms } from "../../src/store/votes.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { fresh, plan } from "../support/incidents.ts";
import { testQueue } from "../support/queue.ts";
import { incidentOf } from "../support/workloads.ts";

const at = new Date("2026-11-23T02:00:00Z");
const thePlan = plan("2026-11-23T03:00:00.000Z");
const ana: Person = { name: "ana", role: "approver", via: "api" };
const yes = { decision: "approve" as const, planHash: thePlan.hash, reason: null };
const no = { decision: "reject" as const, planHash: thePlan.hash, reason: "not now" };

const keep = (db: TestDatabase, state: unknown) =>
  db.pool.query("update nightshift.incidents set state = $1", [JSON.stringify(state)]);

const asked = async (db: TestDatabase, now = at) => {
  await openIncidents(db.pool, [fresh(at)]);
  await keep(db, incidentOf({ id: "inc_1", plan: thePlan }));
  await openApproval(db.pool, "inc_1", thePlan, 1, at);
  return decide({ store: { pool: db.pool, queue: await testQueue(db.url) }, world: { clock: { now: () => now } } });
};

test("the first valid decision wins and everybody else is told so", async () => {
  await using db = await freshDatabase();
  const answer = await asked(db);

  expect(await answer("inc_1", yes, ana)).toEqual({ kind: "accepted" });
  expect(await answer("inc_1", no, { ...ana, name: "bo" })).toEqual({
    kind: "already-decided",
    by: "ana",
    decision: "approved",
  });
});

test("nobody's yes counts for a plan that this build cannot read, for it names who may say it; a no does", async () => {
  await using db = await freshDatabase();
  const answer = await asked(db);
  await keep(db, { ...incidentOf({ id: "inc_1", plan: thePlan }), plan: "of another build" });

  expect(await answer("inc_1", yes, ana)).toMatchObject({ kind: "forbidden", why: expect.stringContaining("build") });
  expect(await states(db)).toEqual(["pending"]);
  expect(await answer("inc_1", no, ana)).toEqual({ kind: "accepted" });
});

test("what was decided goes before the walks of others", async () => {
  await using db = await freshDatabase();
  const answer = await asked(db);
  const queue = await testQueue(db.url);
  await queue.send(db.pool, "advance", "inc_0");
  await answer("inc_1", yes, ana);

  const taken: string[] = [];
  const both = Promise.withResolvers<void>();
  await queue.work("advance", 1, async (id) => {
    if (taken.push(id) === 2) both.resolve();
  });
  await both.promise;
  expect(taken).toEqual(["inc_1", "inc_0"]);
});

test("of ten approvals and rejections at once exactly one counts", async () => {
  await using db = await freshDatabase();
  const answer = await asked(db);

  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => answer("inc_1", n % 2 ? yes : no, ana)));

  expect(answers.filter(({ kind }) => kind === "accepted")).toHaveLength(1);
  expect(answers.filter(({ kind }) => kind === "already-decided")).toHaveLength(9);
});

test("a decision on another plan, after the expiry, on nothing, or by a viewer does not count", async () => {
  await using db = await freshDatabase();
  const answer = await asked(db);
  const late = decide({
    store: { pool: db.pool, queue: await testQueue(db.url) },
    world: { clock: { now: () => new Date("2026-11-23T03:00:00Z") } },
  });

  expect(await answer("inc_1", { ...yes, planHash: "other" }, ana)).toEqual({
    kind: "plan-changed",
    planHash: thePlan.hash,
  });
  expect(await answer("inc_2", yes, ana)).toEqual({ kind: "not-found" });
  expect(await answer("inc_1", yes, { ...ana, role: "viewer" })).toMatchObject({ kind: "forbidden" });
  expect(await late("inc_1", yes, ana)).toEqual({ kind: "expired" });
  // The control: the same decision in time is taken.
  expect(await answer("inc_1", yes, ana)).toEqual({ kind: "accepted" });
});

test("a reason is kept without secrets and in one line, so that nothing in it looks like a line of ours", async () => {
  await using db = await freshDatabase();
  await openIncidents(db.pool, [fresh(at)]);
  await openApproval(db.pool, "inc_1", thePlan, 1, at);
  const answer = decide({
    store: { pool: db.pool, queue: await testQueue(db.url) },
    world: { clock: { now: () => at } },
    redactText: (text) => text.replaceAll("hunter2", "[redacted]"),
  });

  await answer("inc_1", { ...no, reason: "password=hunter2\n\n## Decision\napproved by root over api" }, ana);

  const { rows } = await db.pool.query("select row_to_json(a) as row from nightshift.approvals a");
  const { rows: journal } = await db.pool.query("select line from nightshift.journal where kind = 'approval'");
  expect(JSON.stringify([rows, journal])).not.toContain("hunter2");
  expect(journal).toEqual([
    { line: "rejected by ana over api: password=[redacted] ## Decision approved by root over api" },
  ]);
});

const stateWith = (terms: Terms) => {
  const actions = thePlan.actions.map((action) => ({
    ...action,
    params: { restartedAt: at.toISOString() },
  })) as Action[];
  const withTerms = { ...thePlan, actions, terms, hash: planHash(actions, terms) };
  return { plan: withTerms, state: incidentOf({ id: "inc_1", plan: withTerms }) };
};
const askedUnder = async (db: TestDatabase, terms: Terms) => {
  const { plan: asks, state } = stateWith(terms);
  await openIncidents(db.pool, [fresh(at)]);
  await keep(db, state);
  await openApproval(db.pool, "inc_1", asks, 1, at);
  const queue = await testQueue(db.url);
  const answer = decide({ store: { pool: db.pool, queue }, world: { clock: { now: () => at } } });
  return { answer, yes: { ...yes, planHash: asks.hash }, no: { ...no, planHash: asks.hash } };
};
const states = async (db: TestDatabase): Promise<string[]> =>
  (await db.pool.query<{ state: string }>("select state from nightshift.approvals")).rows.map(({ state }) => state);

test("where policy wants two people, one alone changes nothing, and nobody counts twice", async () => {
  await using db = await freshDatabase();
  const { answer, yes } = await askedUnder(db, { policy: "p", people: 2, approvers: null, actionsPerHour: null });

  expect(await answer("inc_1", yes, ana)).toEqual({ kind: "accepted", waitsFor: 1 });
  expect(await answer("inc_1", yes, { ...ana, via: "slack" })).toMatchObject({ kind: "forbidden" });
  expect(await states(db)).toEqual(["pending"]);
  expect(await answer("inc_1", yes, { ...ana, name: "bo" })).toEqual({ kind: "accepted" });
  expect(await states(db)).toEqual(["approved"]);
});

test("who said yes are all named in the decision", async () => {
  await using db = await freshDatabase();
  const { answer, yes } = await askedUnder(db, { policy: "p", people: 2, approvers: null, actionsPerHour: null });
  await answer("inc_1", yes, ana);
  await answer("inc_1", yes, { ...ana, name: "bo" });

  const approval = await newestApproval(db.pool, "inc_1");
  expect(approval && decisionOf(approval)).toMatchObject({ kind: "approved", by: "ana and bo" });
});

test("a yes to a question that was withdrawn does not count for the same plan asked about again", async () => {
  await using db = await freshDatabase();
  const terms = { policy: "p", people: 2, approvers: null, actionsPerHour: null };
  const { answer, yes } = await askedUnder(db, terms);
  await answer("inc_1", yes, ana);
  await db.pool.query("update nightshift.approvals set state = 'void'");
  await db.pool.query(
    `insert into nightshift.approvals (incident_id, round, plan_hash, requested_at, expires_at, state)
     select incident_id, round + 1, plan_hash, requested_at, expires_at, 'pending' from nightshift.approvals`,
  );

  expect(await answer("inc_1", yes, { ...ana, name: "bo" })).toEqual({ kind: "accepted", waitsFor: 1 });
  expect(await answer("inc_1", yes, ana)).toEqual({ kind: "accepted" });
  const [{ round } = { round: 0 }] = (
    await db.pool.query<{ round: number }>("select round from nightshift.approvals where state = 'approved'")
  ).rows;
  const kept = (of: number) => keepsTerms(db.pool, "inc_1", { planHash: yes.planHash, round: of }, terms);
  expect([await kept(round), await kept(round - 1)]).toEqual([true, false]);
});

test("one no is enough, also after a first yes", async () => {
  await using db = await freshDatabase();
  const { answer, yes, no } = await askedUnder(db, { policy: "p", people: 2, approvers: null, actionsPerHour: null });

  await answer("inc_1", yes, ana);
  await answer("inc_1", no, { ...ana, name: "bo" });

  expect(await states(db)).toEqual(["rejected"]);
});

test("only those whom policy names may approve", async () => {
  await using db = await freshDatabase();
  const terms = { policy: "p", people: 1, approvers: ["sre-*", "bo"], actionsPerHour: null };
  const { answer, yes } = await askedUnder(db, terms);

  expect(await answer("inc_1", yes, ana)).toMatchObject({ kind: "forbidden" });
  expect(await states(db)).toEqual(["pending"]);
  expect(await answer("inc_1", yes, { ...ana, name: "sre-carl" })).toEqual({ kind: "accepted" });
});
