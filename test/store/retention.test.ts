import { expect, test } from "vitest";
import { TurnLost } from "../../src/incident/turn-lost.ts";
import { retain, sendOverdue } from "../../src/responder/retention.ts";
import { keepVisit, readTape } from "../../src/store/tapes.ts";
import { inTransaction } from "../../src/store/transaction.ts";
import { holdTurn, type Turn, takeTurn } from "../../src/store/turns.ts";
import { until } from "../durability/stage.ts";
import { type Night, walkNight } from "../replay/stage.ts";

const hour = 3_600_000;
const day = 24 * hour;

const cleaning = (night: Night, retentionDays = 30) => {
  const deps = { ...night.deps, retentionDays, memoryDays: 180 };
  const begun = night.deps.world.clock.now().getTime();
  return {
    /** Runs the job as it would so long after now. */
    at: (ms: number) => retain({ ...deps, world: { clock: { now: () => new Date(begun + ms) } } })(night.id),
    overdue: (ms: number) => sendOverdue({ ...deps, world: { clock: { now: () => new Date(begun + ms) } } }),
  };
};

const counts = async ({ db, id }: Night): Promise<Record<string, number>> => {
  const { rows } = await db.pool.query(
    `select (select count(*)::int from nightshift.checkpoints where thread_id = $1) as checkpoints,
       (select count(*)::int from nightshift.checkpoint_blobs where thread_id = $1) as blobs,
       (select count(*)::int from nightshift.checkpoint_writes where thread_id = $1) as writes,
       (select count(*)::int from nightshift.incidents where id = $1) as incidents,
       (select count(*)::int from nightshift.journal where incident_id = $1) as journal,
       (select count(*)::int from nightshift.tape where incident_id = $1) as tape,
       (select count(*)::int from nightshift.evidence where incident_id = $1) as evidence,
       (select count(*)::int from nightshift.notices where incident_id = $1) as notices,
       (select count(*)::int from nightshift.alerts where incident_id = $1) as alerts,
       (select count(*)::int from nightshift.bodies) as bodies`,
    [id],
  );
  return rows[0] ?? {};
};

const jobs = async ({ db, id }: Night): Promise<Date[]> =>
  (
    await db.pool.query<{ at: Date }>(
      "select start_after as at from pgboss.job where name = 'retain' and singleton_key = $1 and state = 'created'",
      [id],
    )
  ).rows.map(({ at }) => at);

const faithful = async ({ responder, id }: Night) => {
  const replay = await responder.replay(id, { mode: "faithful" }, { name: "ana", role: "approver", via: "api" });
  return responder.showReplay(replay ?? "");
};

test("an incident that ends leaves one job behind, a day later, and that one leaves the next", async () => {
  const night = await walkNight("bad-rollout");
  const closed = (await night.responder.show(night.id))?.closedAt ?? "";

  expect(await jobs(night)).toEqual([new Date(Date.parse(closed) + day)]);
  await night.db.pool.query("delete from pgboss.job where name = 'retain'");
  await cleaning(night).at(day + hour);
  expect(await jobs(night)).toEqual([new Date(Date.parse(closed) + 30 * day)]);
});

test("an hour after its end nothing is removed", async () => {
  const night = await walkNight("bad-rollout");
  const before = await counts(night);

  await cleaning(night).at(hour);

  expect(await counts(night)).toEqual(before);
});

test("after a day the last checkpoint is left, and people see and replay what they did before", async () => {
  const night = await walkNight("bad-rollout");
  const [before, shown] = [await counts(night), await night.responder.show(night.id)];
  expect(before.checkpoints).toBeGreaterThan(5);
  const config = { configurable: { thread_id: night.id } };
  const newest = await night.deps.checkpointer.getTuple(config);

  await cleaning(night).at(day + 1);

  expect(await counts(night)).toEqual({
    ...before,
    checkpoints: 1,
    blobs: expect.anything(),
    writes: expect.anything(),
  });
  expect((await counts(night)).blobs).toBeLessThan(before.blobs ?? 0);
  const { parentConfig: _, ...kept } = newest ?? {};
  expect(await night.deps.checkpointer.getTuple(config)).toMatchObject(kept);
  expect(await night.responder.show(night.id)).toEqual(shown);
  expect(await faithful(night)).toMatchObject({ identical: true });
});

test("after thirty days nothing of it is left", async () => {
  const night = await walkNight("bad-rollout");
  // Whether the last task's are still there is a matter of which statement came first.
  await night.db.pool.query(
    `insert into nightshift.checkpoint_writes
     select thread_id, checkpoint_ns, checkpoint_id, 'task', '', 0, 'rounds', 'json', '1' from nightshift.checkpoints`,
  );
  const before = await counts(night);
  expect(Object.values(before)).not.toContain(0);

  await cleaning(night).at(29 * day);
  expect((await counts(night)).incidents).toBe(1);
  await cleaning(night).at(30 * day + 1);

  expect(Object.values(await counts(night))).toEqual(Object.keys(before).map(() => 0));
  expect(await night.responder.show(night.id)).toBeNull();
  await cleaning(night).at(31 * day);
});

const openAnother = async ({ db }: Night): Promise<Turn> => {
  await db.pool.query(
    `insert into nightshift.incidents (id, cluster, subject_key, subject, severity, status, graph_version, opened_at, deadline_at)
     select 'inc_other', cluster, 'other', subject, severity, 'investigating', 1, opened_at, deadline_at from nightshift.incidents`,
  );
  const turn = await takeTurn(db.pool, "inc_other");
  if (turn === null) throw new Error("no turn");
  return turn;
};

const keptBodies = async ({ db }: Night): Promise<string[]> =>
  (await db.pool.query<{ hash: string }>("select hash from nightshift.bodies order by hash")).rows.map(
    ({ hash }) => hash,
  );

test("a body that another incident still needs stays, whether as evidence or on its tape", async () => {
  const night = await walkNight("bad-rollout");
  const { pool } = night.db;
  await openAnother(night);
  const found = await pool.query(
    `select (select body_hash from nightshift.evidence where body_hash is not null limit 1) as evidence,
       (select bodies[1] from nightshift.tape where bodies <> '{}' limit 1) as tape`,
  );
  const { evidence, tape } = found.rows[0];
  await pool.query(
    "insert into nightshift.evidence (incident_id, id, entry, body_hash) values ('inc_other', 'e', '{}', $1)",
    [evidence],
  );
  await pool.query(
    "insert into nightshift.tape (incident_id, visit, step, node, entry, bodies) values ('inc_other', 'v', 1, 'gather', '{}', array[$1])",
    [tape],
  );

  await cleaning(night).at(30 * day + 1);

  expect(await keptBodies(night)).toEqual([evidence, tape].sort());
});

test("a body that somebody refers to and has not committed yet stays, too", async () => {
  const night = await walkNight("bad-rollout");
  const { pool } = night.db;
  const turn = await openAnother(night);
  const [visit] = (await readTape(pool, night.id)).filter(({ calls }) =>
    calls.some(({ outcome }) => outcome.kind === "answer" && outcome.text.length > 5_000),
  );
  if (visit === undefined) throw new Error("no long answer on the tape");

  const writer = await pool.connect();
  await writer.query("begin");
  await keepVisit(writer)(turn, visit);
  const removing = cleaning(night).at(30 * day + 1);
  const isWaiting = async () => {
    const { rowCount } = await pool.query("select 1 from pg_locks where locktype = 'advisory' and not granted");
    return rowCount === 1;
  };
  await until("the removal waits for the writer", isWaiting, 10);
  await writer.query("commit");
  writer.release();
  await removing;

  expect(await night.responder.show(night.id)).toBeNull();
  expect(await readTape(pool, "inc_other")).toEqual([visit]);
});

test("an incident that is not over is kept, however old", async () => {
  const night = await walkNight("missing-setting");
  expect(await night.responder.show(night.id)).toMatchObject({ status: "escalated", closedAt: null });
  const before = await counts(night);

  await cleaning(night).at(400 * day);
  await cleaning(night).overdue(400 * day);

  expect(await counts(night)).toEqual(before);
  expect(await jobs(night)).toEqual([]);
});

test("who held a turn of it when it was pruned writes nothing more", async () => {
  const night = await walkNight("bad-rollout");
  const turn = await takeTurn(night.db.pool, night.id);
  if (turn === null) throw new Error("no turn");

  await cleaning(night).at(day + 1);

  await expect(inTransaction(night.db.pool, (tx) => holdTurn(tx, turn))).rejects.toThrow(TurnLost);
});

test("a job that was lost is found again", async () => {
  const night = await walkNight("bad-rollout");
  await night.db.pool.query("delete from pgboss.job where name = 'retain'");

  await cleaning(night).overdue(day);
  expect(await jobs(night)).toHaveLength(0);
  await cleaning(night).overdue(day + 2 * hour);
  expect(await jobs(night)).toHaveLength(1);
});
