import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { Walk } from "../../src/graph/graph.ts";

const root = join(import.meta.dirname, "..", "..");

const studioGraphs = async (): Promise<[name: string, graph: Walk][]> => {
  const { graphs } = JSON.parse(readFileSync(join(root, "langgraph.json"), "utf8")) as {
    graphs: Record<string, string>;
  };
  return Promise.all(
    Object.entries(graphs).map(async ([name, place]): Promise<[string, Walk]> => {
      const [file = "", exported = ""] = place.split(":");
      expect(existsSync(join(root, file))).toBe(true);
      return [name, (await import(pathToFileURL(join(root, file)).href))[exported]];
    }),
  );
};

test("LangGraph Studio finds the ten nodes of the walk where langgraph.json says", async () => {
  const [[, graph] = []] = await studioGraphs();

  expect(Object.keys((await graph?.getGraphAsync())?.nodes ?? {})).toEqual([
    "__start__",
    "gather",
    "diagnose",
    "runbook-retrieve",
    "propose",
    "request-approval",
    "await-approval",
    "act",
    "verify",
    "escalate",
    "report",
    "__end__",
  ]);
});
