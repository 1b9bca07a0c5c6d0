import { Annotation, Command, END, interrupt, START, StateGraph } from "@langchain/langgraph";
import { type CheckpointTuple, emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import type { Pool } from "pg";
import { expect, test } from "vitest";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { freshDatabase } from "../support/database.ts";
import { rowCounts } from "./open-incident.ts";

const at = { configurable: { thread_id: "i-1" } };
const metadata = { source: "loop", step: 1, parents: {} } as const;
const sync = { durability: "sync" } as const;

const State = Annotation.Root({ plan: Annotation<string>, risk: Annotation<number>, answer: Annotation<string> });

const asking = (checkpointer: Checkpointer) =>
  new StateGraph(State)
    .addNode("propose", () => ({ plan: "restart it, gently", risk: 2 }))
    .addNode("ask", ({ plan, risk }) => ({ answer: `${interrupt<string, string>("may I?")}: ${plan} (${risk})` }))
    .addEdge(START, "propose")
    .addEdge("propose", "ask")
    .addEdge("ask", END)
    .compile({ checkpointer });

const tuples = async (saver: Checkpointer): Promise<CheckpointTuple[]> => {
  const all: CheckpointTuple[] = [];
  for await (const tuple of saver.list(at)) all.push(tuple);
  return all;
};

/** As builds before migration 170 kept it: a row for each channel and for each write, and one for a channel without a value. */
const inTheOldForm = async (pool: Pool): Promise<void> => {
  const lists = "unnest(translate(channel, '[]', '{}')::text[]) with ordinality as list (name, at)";
  const value = "value::json -> (at - 1)::int";
  const columns = `thread_id, checkpoint_ns, name, version, 'json', (${value})::text`;
  await pool.query(`insert into nightshift.checkpoint_blobs
    select ${columns} from nightshift.checkpoint_blobs, ${lists} where type = 'many'`);
  await pool.query(`insert into nightshift.checkpoint_writes
    select thread_id, checkpoint_ns, checkpoint_id, task_id, task_path, 100 + at, name, 'json', (${value})::text
    from nightshift.checkpoint_writes, ${lists} where type = 'many'`);
  await pool.query(`insert into nightshift.checkpoint_blobs
    select thread_id, checkpoint_ns, v.key, v.value, 'empty', '' from nightshift.checkpoints,
      jsonb_each_text(checkpoint -> 'channel_versions') v where not exists (
        select from nightshift.checkpoint_blobs b where b.channel = v.key and b.version = v.value)
    on conflict do nothing`);
  for (const table of ["checkpoint_blobs", "checkpoint_writes"]) {
    const { rowCount } = await pool.query(`delete from nightshift.${table} where type = 'many'`);
    expect(rowCount).toBeGreaterThan(0);
  }
};

test("a paused run that an earlier build kept is read as it was, and goes on", async () => {
  await using db = await freshDatabase();
  const saver = new Checkpointer(db.pool, { fenced: false });
  await asking(saver).invoke({}, { ...at, ...sync });
  const kept = await tuples(saver);

  await inTheOldForm(db.pool);

  expect(await tuples(saver)).toEqual(kept);
  const end = await asking(saver).invoke(new Command({ resume: "yes" }), { ...at, ...sync });
  expect(end.answer).toBe("yes: restart it, gently (2)");
});

test("what changed together is one row, and a later checkpoint takes from it only what is still so", async () => {
  await using db = await freshDatabase();
  const saver = new Checkpointer(db.pool, { fenced: false });
  const put = (id: string, values: Record<string, unknown>, versions: Record<string, number>, changed: string[]) =>
    saver.put(
      at,
      { ...emptyCheckpoint(), id, channel_values: values, channel_versions: versions },
      metadata,
      Object.fromEntries(changed.map((name) => [name, versions[name] ?? 0])),
    );
  await put("c-1", { a: "old", b: "same", c: "goes" }, { a: 1, b: 1, c: 1 }, ["a", "b", "c"]);
  await put("c-2", { a: "new", b: "same" }, { a: 2, b: 1, c: 2 }, ["a", "c"]);

  expect(await rowCounts(db.pool)).toEqual([2, 2, 0]);
  expect((await saver.getTuple(at))?.checkpoint.channel_values).toEqual({ a: "new", b: "same" });
});

test("the writes of a task are one row, the special ones aside; the first that came are kept, in their order", async () => {
  await using db = await freshDatabase();
  const saver = new Checkpointer(db.pool, { fenced: false });
  const config = await saver.put(at, { ...emptyCheckpoint(), id: "c-1" }, metadata, {});
  const resumed: [string, unknown] = ["__resume__", ["yes"]];
  await saver.putWrites(config, [resumed, ["b", 1], ["a", { deep: [null] }], ["b", 2]], "t");
  await saver.putWrites(config, [resumed, ["b", "again"], ["a", "again"]], "t");
  await saver.putWrites(
    config,
    [
      ["a", undefined],
      ["b", 3],
    ],
    "u",
  );

  expect(await rowCounts(db.pool)).toEqual([1, 0, 4]);
  expect((await saver.getTuple(config))?.pendingWrites).toEqual([
    ["t", ...resumed],
    ["t", "b", 1],
    ["t", "a", { deep: [null] }],
    ["t", "b", 2],
    ["u", "a", undefined],
    ["u", "b", 3],
  ]);
});
