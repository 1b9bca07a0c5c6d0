import { StateGraph } from "@langchain/langgraph";
import { buildGraph } from "../../../src/graph/graph.ts";
import { versions as released } from "../../../src/graph/versions.ts";

/** The release after this one: its incidents take one more step between the plan and the question. */
const buildNext: typeof buildGraph = (...given) => {
  const graph = StateGraph.prototype as unknown as {
    addNode(name: string, action: unknown): unknown;
    addEdge(from: string, to: string): unknown;
  };
  const { addNode, addEdge } = graph;
  graph.addNode = function (name, action) {
    const added = addNode.call(this, name, action);
    return name === "request-approval" ? addNode.call(this, "second-thought", async () => ({})) : added;
  };
  graph.addEdge = function (from, to) {
    if (from !== "request-approval") return addEdge.call(this, from, to);
    addEdge.call(this, from, "second-thought");
    return addEdge.call(this, "second-thought", to);
  };
  try {
    return buildGraph(...given);
  } finally {
    Object.assign(graph, { addNode, addEdge });
  }
};

export const currentVersion = 2;
export const versions: typeof released = { ...released, 2: buildNext };
