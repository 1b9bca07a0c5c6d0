import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import pg from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { freshDatabase } from "../support/database.ts";
import { openIncident } from "./open-incident.ts";

const State = Annotation.Root({ step: Annotation<number>, last: Annotation<number> });
const walk = (checkpointer: BaseCheckpointSaver) =>
  new StateGraph(State)
    .addNode("count", ({ step }) => ({ step: step + 1 }))
    .addEdge(START, "count")
    .addConditionalEdges("count", ({ step, last }) => (step < last ? "count" : END))
    .compile({ checkpointer });

const queries = async (checkpointer: BaseCheckpointSaver, thread: string, last: number): Promise<number> => {
  const query = vi.spyOn(pg.Client.prototype, "query");
  const configurable = { thread_id: thread, incident_id: thread, fence: 1 };
  await walk(checkpointer).invoke({ step: 0, last }, { configurable, durability: "sync" });
  const count = query.mock.calls.length;
  query.mockRestore();
  return count;
};

const perSuperstep = async (checkpointer: BaseCheckpointSaver): Promise<number> =>
  ((await queries(checkpointer, "i-2", 20)) - (await queries(checkpointer, "i-1", 10))) / 10;

afterEach(() => vi.restoreAllMocks());

test("a superstep costs one round trip, fence included", async () => {
  await using db = await freshDatabase();
  await openIncident(db.pool, "i-1", { fence: 1, attempts: 1 });
  await openIncident(db.pool, "i-2", { fence: 1, attempts: 1 });
  expect(await perSuperstep(new Checkpointer(db.pool, { fenced: true }))).toBe(1);
});

test("the stock saver needs more, so the count above counts", async () => {
  await using db = await freshDatabase();
  const stock = new PostgresSaver(db.pool, undefined, { schema: "stock" });
  await stock.setup();
  expect(await perSuperstep(stock)).toBeGreaterThan(4);
});
