import type { RunnableConfig } from "@langchain/core/runnables";
import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import type { Pool } from "pg";
import { expect, test } from "vitest";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { firstBreak } from "../../src/store/journal.ts";
import { type Walking, walkStory } from "../responder/walking.ts";
import { freshDatabase } from "../support/database.ts";
import { openIncident } from "./open-incident.ts";

const bytesEach = async (pool: Pool): Promise<number> => {
  const size = (table: string) => `coalesce((select sum(pg_column_size(t.*)) from nightshift.${table} t), 0)`;
  const { rows } = await pool.query<{ each: number }>(
    `select ((${size("checkpoints")} + ${size("checkpoint_blobs")} + ${size("checkpoint_writes")})
       / (select count(*) from nightshift.checkpoints))::float as each`,
  );
  return rows[0]?.each ?? Number.NaN;
};

const throughTheNight = async (walking: Walking): Promise<string> => {
  await walking.walk();
  await walking.answer("approve");
  return (await walking.walk()).status;
};

/** What the last task wrote, as a last checkpoint leaves it that comes late. */
const leaveLateWrites = (pool: Pool) =>
  pool.query(
    `with last as (select * from nightshift.checkpoints order by checkpoint_id desc limit 1)
     insert into nightshift.checkpoint_writes
     select b.thread_id, '', parent_checkpoint_id, gen_random_uuid(), '~__pregel_pull, report',
       row_number() over (), channel, type, rtrim(value)
     from nightshift.checkpoint_blobs b, last
     where version = (select max(version) from nightshift.checkpoint_blobs)`,
  );

test.each(["bad-rollout", "out-of-memory"] as const)("a superstep of %s keeps less than 2 KB", async (story) => {
  const walking = await walkStory(story);
  const { pool } = walking.db;
  expect(await throughTheNight(walking)).toBe("resolved");
  await pool.query("delete from nightshift.checkpoint_writes");
  const atBest = await bytesEach(pool);
  await leaveLateWrites(pool);
  expect(await bytesEach(pool)).toBeGreaterThan(atBest + 50);
  expect(await bytesEach(pool)).toBeLessThan(2048);
});

test("what is filled up so that it is compressed reads as what it was, for builds before as well", async () => {
  await using db = await freshDatabase();
  const saver = new Checkpointer(db.pool, { fenced: false });
  const at = { configurable: { thread_id: "i-1" } };
  const texts = {
    short: "a word",
    long: "ends in spaces, seven letters a word. ".repeat(30),
    longer: "0123".repeat(900),
  };
  const versions = { short: 1, long: 1, longer: 1 };
  const checkpoint = { ...emptyCheckpoint(), channel_values: texts, channel_versions: versions };

  await saver.put(at, checkpoint, { source: "loop", step: 1, parents: {} }, versions);

  expect((await saver.getTuple(at))?.checkpoint).toStrictEqual(checkpoint);
  const { rows } = await db.pool.query<{ channel: keyof typeof texts; value: string; length: number; kept: number }>(
    "select channel, value, length(value), pg_column_size(value) as kept from nightshift.checkpoint_blobs order by length",
  );
  // All that a build before does with a value.
  for (const { channel, value } of rows) expect(JSON.parse(value)).toBe(texts[channel]);
  expect(rows.map(({ length }) => length)).toEqual([8, 2048, 3602]);
  expect(rows[1]?.kept).toBeLessThan(texts.long.length / 2);
});

/** What builds of before left beside each checkpoint: a row for each channel that lost its value, and each task's writes. */
class AsBefore extends Checkpointer {
  readonly #pool: Pool;
  #writing: Promise<void> = Promise.resolve();

  constructor(pool: Pool) {
    super(pool, { fenced: true });
    this.#pool = pool;
  }

  override putWrites(...given: Parameters<Checkpointer["putWrites"]>): Promise<void> {
    this.#writing = super.putWrites(...given);
    return this.#writing;
  }

  override async put(...given: Parameters<Checkpointer["put"]>): Promise<RunnableConfig> {
    const [config, { channel_values }, , changed] = given;
    const id = config.configurable?.thread_id;
    await this.#writing;
    await this.#pool.query("create table if not exists consumed (like nightshift.checkpoint_writes)");
    await this.#pool.query("insert into consumed select * from nightshift.checkpoint_writes");
    const put = await super.put(...given);
    await this.#pool.query("insert into nightshift.checkpoint_writes select * from consumed on conflict do nothing");
    for (const [name, version] of Object.entries(changed).filter(([name]) => !Object.hasOwn(channel_values, name)))
      await this.#pool.query("insert into nightshift.checkpoint_blobs values ($1, '', $2, $3, 'empty', '')", [
        id,
        name,
        version,
      ]);
    return put;
  }
}

test("an incident that an older build left at its question is carried to its end", async () => {
  const walking = await walkStory("bad-rollout");
  walking.deps.checkpointer = new AsBefore(walking.db.pool);
  await walking.walk();
  const { rows } = await walking.db.pool.query(
    `select (select count(*)::int from nightshift.checkpoint_blobs where type = 'empty') as empty,
       (select count(distinct checkpoint_id)::int from nightshift.checkpoint_writes) as written`,
  );
  expect(rows[0]?.empty).toBeGreaterThan(4);
  expect(rows[0]?.written).toBeGreaterThan(4);
  // The control of the test above: so much was kept before.
  expect(await bytesEach(walking.db.pool)).toBeGreaterThan(3000);

  walking.deps.checkpointer = new Checkpointer(walking.db.pool, { fenced: true });
  await walking.answer("approve");

  expect(await walking.walk()).toMatchObject({ status: "resolved" });
  expect(walking.cluster.writes()).toHaveLength(1);
  expect(firstBreak(walking.id, await walking.journal())).toBeNull();
});

const lateWrites = {
  taken: [["c-2", "late"]],
  all: [
    ["c-1", "one"],
    ["c-2", "late"],
    ["c-2", "two"],
  ],
};

// Without the fence a thread may have branches, each with writes of its own that nobody has taken in.
test.each([
  { fenced: true, left: lateWrites.taken },
  { fenced: false, left: lateWrites.all },
])("what a checkpoint took in is kept beside it only without the fence: fenced $fenced", async ({ fenced, left }) => {
  await using db = await freshDatabase();
  await openIncident(db.pool, "i-1", { fence: 1, attempts: 1 });
  const saver = new Checkpointer(db.pool, { fenced });
  const at = (id?: string) => ({
    configurable: { thread_id: "i-1", incident_id: "i-1", fence: 1, checkpoint_id: id },
  });
  const put = (id: string, parent?: string) =>
    saver.put(at(parent), { ...emptyCheckpoint(), id }, { source: "loop", step: 1, parents: {} }, {});
  const write = (id: string, value: string) => saver.putWrites(at(id), [["a", value]], value);

  await put("c-1");
  await write("c-1", "one");
  await put("c-2", "c-1");
  await write("c-2", "two");
  await put("c-3", "c-2");
  // As when what a task wrote is slower than the checkpoint that took it in. The next one takes it.
  await write("c-2", "late");

  const kept = async () =>
    (
      await db.pool.query<{ id: string; value: string }>(
        "select checkpoint_id as id, value from nightshift.checkpoint_writes order by checkpoint_id, value",
      )
    ).rows.map(({ id, value }) => [id, JSON.parse(value)]);
  expect(await kept()).toEqual(left);
  await put("c-4", "c-3");
  expect(await kept()).toEqual(fenced ? [] : left);
});

test("a checkpoint that is lost with its turn takes nothing with it", async () => {
  await using db = await freshDatabase();
  await openIncident(db.pool, "i-1", { fence: 1, attempts: 1 });
  const saver = new Checkpointer(db.pool, { fenced: true });
  const at = (fence: number) => ({
    configurable: { thread_id: "i-1", incident_id: "i-1", fence, checkpoint_id: "c-1" },
  });
  await saver.putWrites(at(1), [["a", "one"]], "task");

  const late = saver.put(at(0), { ...emptyCheckpoint(), id: "c-2" }, { source: "loop", step: 1, parents: {} }, {});

  await expect(late).rejects.toThrow("turn");
  expect((await db.pool.query("select 1 from nightshift.checkpoint_writes")).rowCount).toBe(1);
});
