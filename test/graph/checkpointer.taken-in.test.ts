import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import pg, { type Pool } from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { TurnLost } from "../../src/incident/turn-lost.ts";
import { walkNight } from "../replay/stage.ts";
import { freshDatabase } from "../support/database.ts";
import { openIncident, rowCounts } from "./open-incident.ts";

const at = (checkpoint: string, fence = 1) => ({
  configurable: { thread_id: "i-1", incident_id: "i-1", fence, checkpoint_id: checkpoint },
});
const metadata = { source: "loop", step: 1, parents: {} } as const;

const stage = async (beforeWrites: () => Promise<void> = async () => undefined) => {
  const db = await freshDatabase();
  await openIncident(db.pool, "i-1", { fence: 1, attempts: 0 });
  const saver = new Checkpointer(db.pool, { fenced: true, beforeWrites });
  const write = (parent: string, fence?: number, task = "task") => saver.putWrites(at(parent, fence), [["a", 1]], task);
  const put = (parent: string, fence?: number, more = {}) =>
    saver.put(at(parent, fence), { ...emptyCheckpoint(), id: "c-2" }, { ...metadata, ...more }, {});
  return { db, write, put };
};

const writtenTo = async (pool: Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>("select checkpoint_id as id from nightshift.checkpoint_writes");
  return rows.map(({ id }) => id);
};

const putSql = "checkpoint_put_fenced";

/** The statements that keep something of a walk, in their order: the name of each, and for writes the node they are of. */
const statements = (): (() => string[]) => {
  const query = vi.spyOn(pg.Client.prototype, "query");
  const nodeOf = (values?: unknown[]): string => String(values?.[4]).split(", ")[1] ?? "";
  return () =>
    query.mock.calls
      .map(([given]) => given as unknown as { name?: string; values?: unknown[] })
      .filter(({ name = "" }) => name.startsWith("checkpoint_") && name.endsWith("_fenced"))
      .map(({ name, values }) => (name === putSql ? name : `${name} ${nodeOf(values)}`.trim()));
};

afterEach(() => vi.restoreAllMocks());

test("what a task wrote is not written apart from the checkpoint that comes behind it", async () => {
  const { db, write, put } = await stage();
  await using _ = db;
  const said = statements();

  await Promise.all([write("c-1"), put("c-1")]);

  expect(said()).toEqual([putSql]);
  expect(await rowCounts(db.pool)).toEqual([1, 0, 0]);
});

test("of several tasks of one parent all is taken in, or all is kept", async () => {
  const { db, write, put } = await stage();
  await using _ = db;
  const both = (parent: string) => ["one", "two"].map((task) => write(parent, 1, task));

  await Promise.allSettled([...both("c-1"), put("c-1", 1, { note: "\0" })]);
  expect(await writtenTo(db.pool)).toEqual(["c-1", "c-1"]);

  const said = statements();
  await Promise.all([...both("c-3"), put("c-3")]);
  expect(said()).toEqual([putSql]);
});

test("what comes before the writes comes before their checkpoint, however long it takes; where it fails neither is kept", async () => {
  const tape = Promise.withResolvers<void>();
  const { db, write, put } = await stage(() => tape.promise);
  await using _ = db;

  const slow = [write("c-1"), put("c-1")];
  await db.pool.query("select pg_sleep(0.05)");
  expect(await rowCounts(db.pool)).toEqual([0, 0, 0]);
  tape.resolve();
  await Promise.all(slow);
  expect(await rowCounts(db.pool)).toEqual([1, 0, 0]);

  const failing = await stage(() => Promise.reject(new Error("no tape")));
  await using other = failing.db;
  const failed = { status: "rejected", reason: { message: "no tape" } };
  // As LangGraph does: the checkpoint comes in the same turn of the event loop, but after others have had theirs of the promises.
  const [written, checkpoint] = [failing.write("c-1"), nextTick().then(() => failing.put("c-1"))];
  expect(await Promise.allSettled([written, checkpoint])).toMatchObject([failed, failed]);
  expect(await rowCounts(other.pool)).toEqual([0, 0, 0]);
});

/** When every promise that was settled has been heard, before anything of the event loop. */
const nextTick = () => new Promise<void>((resolve) => process.nextTick(resolve));

test("with no checkpoint behind it, or with another's, it is written alone", async () => {
  const { db, write, put } = await stage();
  await using _ = db;

  await write("c-1");
  expect(await writtenTo(db.pool)).toEqual(["c-1"]);

  await Promise.all([write("c-3"), put("c-1")]);
  expect(await writtenTo(db.pool)).toEqual(["c-3"]);
});

test("where the checkpoint cannot be kept, what the task wrote is", async () => {
  const { db, write, put } = await stage();
  await using _ = db;

  const [written, checkpoint] = await Promise.allSettled([write("c-1"), put("c-1", 1, { note: "\0" })]);

  expect(checkpoint).toMatchObject({ status: "rejected", reason: { message: expect.stringContaining("Unicode") } });
  expect(written.status).toBe("fulfilled");
  expect(await writtenTo(db.pool)).toEqual(["c-1"]);
});

test("with the turn both are lost, and a checkpoint of the next turn takes in nothing of the one before", async () => {
  const { db, write, put } = await stage();
  await using _ = db;
  const late = { status: "rejected", reason: expect.any(TurnLost) };

  expect(await Promise.allSettled([write("c-1", 0), put("c-1", 0)])).toMatchObject([late, late]);
  expect(await Promise.allSettled([write("c-1", 0), put("c-1", 1)])).toMatchObject([late, { status: "fulfilled" }]);

  expect(await rowCounts(db.pool)).toEqual([1, 0, 0]);
});

test("in a night with its tape each node's writes go in its checkpoint; a question and its answer go at once", async () => {
  const said = statements();

  const night = await walkNight("bad-rollout");

  const { rows } = await night.db.pool.query("select from nightshift.checkpoints");
  expect(rows.length).toBeGreaterThan(9);
  expect(said().filter((one) => one === putSql)).toHaveLength(rows.length);
  expect(said().filter((one) => one !== putSql)).toEqual([
    // The checkpoint of the input is on its way still, and LangGraph keeps checkpoints one after the other.
    "checkpoint_keep_writes_fenced __start__",
    "checkpoint_replace_writes_fenced await-approval",
    "checkpoint_replace_writes_fenced",
  ]);
});
