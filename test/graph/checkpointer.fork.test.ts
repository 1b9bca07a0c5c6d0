import type { RunnableConfig } from "@langchain/core/runnables";
import { Annotation, Command, END, interrupt, START, StateGraph } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import { expect, test } from "vitest";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { freshDatabase } from "../support/database.ts";

const State = Annotation.Root({ plan: Annotation<string>, answer: Annotation<string>, done: Annotation<string> });

const smallGraph = (checkpointer: BaseCheckpointSaver) =>
  new StateGraph(State)
    .addNode("propose", () => ({ plan: "first plan" }))
    .addNode("ask", () => ({ answer: interrupt<string, string>("may I?") }))
    .addNode("act", ({ plan, answer }) => ({ done: `${plan}: ${answer}` }))
    .addEdge(START, "propose")
    .addEdge("propose", "ask")
    .addEdge("ask", "act")
    .addEdge("act", END)
    .compile({ checkpointer });

type Graph = ReturnType<typeof smallGraph>;

const pause = async (graph: Graph): Promise<RunnableConfig> => {
  const thread = { configurable: { thread_id: "incident-1" } };
  await graph.invoke({}, { ...thread, durability: "sync" });
  return (await graph.getState(thread)).config;
};

/** Gives one checkpoint another plan and an answer, and reads back what its branch holds in the end. */
const branch = async (
  graph: Graph,
  from: RunnableConfig,
  plan: string,
  answer: string,
): Promise<() => Promise<unknown>> => {
  const fork = await graph.updateState(from, { plan }, "propose");
  await graph.invoke(null, { ...fork, durability: "sync" });
  const asked = await graph.getState({ configurable: { thread_id: "incident-1" } });
  const id = asked.tasks[0]?.interrupts[0]?.id;
  if (id) await graph.invoke(new Command({ resume: { [id]: answer } }), { ...asked.config, durability: "sync" });
  const { config } = await graph.getState({ configurable: { thread_id: "incident-1" } });
  return async () => (await graph.getState(config)).values;
};

const forkTwice = async (checkpointer: BaseCheckpointSaver): Promise<unknown[]> => {
  const graph = smallGraph(checkpointer);
  const paused = await pause(graph);
  const one = await branch(graph, paused, "restart", "yes");
  const two = await branch(graph, paused, "undo", "no");
  return [await one(), await two()];
};

const bothBranches = [
  { plan: "restart", answer: "yes", done: "restart: yes" },
  { plan: "undo", answer: "no", done: "undo: no" },
];

test("two branches of one checkpoint keep their own values", async () => {
  await using db = await freshDatabase();
  expect(await forkTwice(new Checkpointer(db.pool, { fenced: false }))).toEqual(bothBranches);
});

test("the stock saver reads the rejected branch back as the approved one, so the test above has teeth", async () => {
  await using db = await freshDatabase();
  const stock = new PostgresSaver(db.pool, undefined, { schema: "stock" });
  await stock.setup();
  expect(await forkTwice(stock)).toEqual([bothBranches[0], bothBranches[0]]);
});
