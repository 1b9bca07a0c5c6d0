import { readFileSync } from "node:fs";
import { MemorySaver } from "@langchain/langgraph";
import { expect, test } from "vitest";
import type { Settings } from "../../src/graph/graph.ts";
import { currentVersion, versions } from "../../src/graph/versions.ts";
import { awaitApproval } from "../../src/nodes/await-approval.ts";
import type { Ports } from "../../src/ports/index.ts";
import { walkStory } from "../responder/walking.ts";

interface Shape {
  nodes: string[];
  edges: string[];
}

// No node runs: the shape alone is looked at.
const shapeOf = async (build: (typeof versions)[number]): Promise<Shape> => {
  const { nodes, edges } = await build({} as Ports, {} as Settings, new MemorySaver()).getGraphAsync();
  return {
    nodes: Object.keys(nodes).sort(),
    edges: edges.map(({ source, target, conditional }) => `${source} ${conditional ? "?" : "-"}> ${target}`).sort(),
  };
};

const golden = (version: string): Shape =>
  JSON.parse(readFileSync(new URL(`version-${version}.golden.json`, import.meta.url), "utf8"));

test.each(Object.entries(versions))(
  "nodes and edges of version %s are as they were released: incidents in flight stand on them",
  async (version, build) => {
    if (build === undefined) throw new Error(`no builder for version ${version}`);
    expect(await shapeOf(build)).toEqual(golden(version));
  },
);

test("new incidents begin with a version that this build has", () => {
  expect(versions[currentVersion]).toBeDefined();
});

test("an incident pauses in await-approval, with exactly one question", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  const build = versions[1];
  if (build === undefined) throw new Error("no version 1");

  const walk = build({} as Ports, {} as Settings, walking.deps.checkpointer);
  const { tasks } = await walk.getState({ configurable: { thread_id: walking.id } });

  expect(tasks.map(({ name, interrupts }) => [name, interrupts.length])).toEqual([["await-approval", 1]]);
  expect(awaitApproval().length).toBe(1);
});

test("an incident of a version this build does not know is left as it is, seen, and taken up by one that does", async () => {
  const walking = await walkStory("bad-rollout");
  const { db, deps, id } = walking;
  const standing = async () =>
    (
      await db.pool.query(
        "select fence, attempts, failures, counter > seen as waits, status from nightshift.incidents where id = $1",
        [id],
      )
    ).rows;
  await db.pool.query("update nightshift.incidents set graph_version = 99");
  const before = await standing();

  for (let turns = 0; turns < 8; turns++) await walking.turn();

  expect(await standing()).toEqual(before);
  expect(before).toMatchObject([{ waits: true, status: "investigating" }]);
  expect(walking.log).toContain("this build cannot carry on an incident of that graph version; deploy one that can");
  const { rows } = await db.pool.query("select name, data from pgboss.job where name = 'wake' and state = 'created'");
  expect(rows).toContainEqual({ name: "wake", data: { id } });
  // The control: for a build that knows the version it walks.
  await db.pool.query("update nightshift.incidents set graph_version = $1", [currentVersion]);
  expect(await walking.walk()).toMatchObject({ status: "awaiting-approval" });
  expect(deps.store.queue).toBeDefined();
});
