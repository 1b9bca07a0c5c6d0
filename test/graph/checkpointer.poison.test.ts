import { type BaseCheckpointSaver, type Checkpoint, emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import { expect, test } from "vitest";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { freshDatabase } from "../support/database.ts";
import { rowCounts } from "./open-incident.ts";

const at = { configurable: { thread_id: "i-1" } };
const metadata = { source: "loop", step: 1, parents: {} } as const;
const checkpoint = (values: Record<string, unknown>): Checkpoint => {
  const versions = Object.fromEntries(Object.keys(values).map((name) => [name, 1]));
  return { ...emptyCheckpoint(), id: "c-1", channel_values: values, channel_versions: versions };
};

const keep = async (saver: BaseCheckpointSaver, value: unknown): Promise<unknown> => {
  const made = checkpoint({ evidence: value });
  const config = await saver.put(at, made, metadata, made.channel_versions);
  await saver.putWrites(config, [["evidence", value]], "task");
  const tuple = await saver.getTuple(config);
  expect(tuple?.pendingWrites).toEqual([["task", "evidence", tuple?.checkpoint.channel_values.evidence]]);
  return tuple?.checkpoint.channel_values.evidence;
};

const kept: [string, unknown][] = [
  [
    "an object that looks like a LangChain class",
    { lc: 1, type: "constructor", id: ["langchain", "Nope"], kwargs: {} },
  ],
  ["an object that looks like a LangGraph record", { lc: 2, type: "constructor", id: ["Set"], args: [[1]] }],
  ["a NUL", "before\u0000after"],
  ["half a surrogate pair", "\ud800 and \udfff"],
  ["backslashes, braces and quotes", '{"\\u0000","\\\\x00",NULL}'],
  ["an own __proto__", JSON.parse('{"__proto__":{"polluted":true}}')],
  ["null, nothing and a list", [null, "", 0, false, {}, []]],
  ["nothing at all", undefined],
];

test.for(kept)("%s comes back as it was", async ([, value]) => {
  await using db = await freshDatabase();
  expect(await keep(new Checkpointer(db.pool, { fenced: false }), value)).toStrictEqual(value);
});

const cycle: Record<string, unknown> = {};
cycle.again = { cycle };
const abyss = JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`);

const refused: [string, unknown, string][] = [
  [
    "a BigInt",
    { pods: [{ bytes: 1n }] },
    "a value of type bigint cannot be kept in the graph's state, at evidence.pods.0.bytes",
  ],
  ["a class instance", new (class Pod {})(), "an instance of Pod"],
  ["a Date", { at: new Date(0) }, "an instance of Date"],
  ["a Map", new Map(), "an instance of Map"],
  ["bytes", new Uint8Array(3), "an instance of Uint8Array"],
  ["not a number", { ratio: Number.NaN }, "the number NaN"],
  ["infinity", [Number.POSITIVE_INFINITY], "the number Infinity"],
  ["a hole in a list", [1, undefined], "a value of type undefined"],
  ["a function", { run: () => 1 }, "a value of type function"],
  ["a symbol", Symbol("x"), "a value of type symbol"],
  ["a cycle", cycle, "a cycle"],
  ["an abyss", abyss, "more than 200 levels"],
  ["10 MB", "x".repeat(10 * 1024 * 1024), "evidence is 10485762 bytes as JSON, more than the 65536"],
];

test.for(refused)("%s is refused and leaves nothing behind", async ([, value, why]) => {
  await using db = await freshDatabase();
  const saver = new Checkpointer(db.pool, { fenced: false });
  const made = checkpoint({ evidence: value });

  await expect(saver.put(at, made, metadata, made.channel_versions)).rejects.toThrow(why);
  const config = { configurable: { ...at.configurable, checkpoint_id: "c-1" } };
  await expect(saver.putWrites(config, [["evidence", value]], "task")).rejects.toThrow(why);
  expect(await rowCounts(db.pool)).toEqual([0, 0, 0]);
});

test("many values that are small one by one are refused together", async () => {
  await using db = await freshDatabase();
  const saver = new Checkpointer(db.pool, { fenced: false });
  const values = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, "x".repeat(60_000)]));

  await expect(saver.put(at, checkpoint(values(5)), metadata, { c0: 1 })).rejects.toThrow("more than the 262144");
  await expect(saver.put(at, checkpoint(values(4)), metadata, { c0: 1 })).resolves.toBeDefined();
});

test("the stock saver is poisoned by both, so the tests above have teeth", async () => {
  await using db = await freshDatabase();
  const stock = new PostgresSaver(db.pool, undefined, { schema: "stock" });
  await stock.setup();

  await expect(keep(stock, kept[0]?.[1])).rejects.toThrow("Invalid namespace");
  await stock.deleteThread("i-1");
  expect(await keep(stock, { bytes: 1n })).not.toHaveProperty("bytes");
});

test("what several tasks wrote is read back in the order of their paths", async () => {
  await using db = await freshDatabase();
  const saver = new Checkpointer(db.pool, { fenced: false });
  const config = await saver.put(at, checkpoint({}), metadata, {});
  await saver.putWrites(config, [["list", "second"]], "task-1", "~b");
  await saver.putWrites(config, [["list", "first"]], "task-2", "~a");

  expect((await saver.getTuple(config))?.pendingWrites?.map(([, , value]) => value)).toEqual(["first", "second"]);
});
