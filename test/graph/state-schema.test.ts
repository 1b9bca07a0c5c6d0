import { MemorySaver } from "@langchain/langgraph";
import { expect, test, vi } from "vitest";
import { buildGraph, type Settings } from "../../src/graph/graph.ts";
import { noCost } from "../../src/incident/cost.ts";
import { type Incident, newIncident } from "../../src/incident/incident.ts";
import { Policy } from "../../src/incident/policy.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import type { gather as realGather } from "../../src/nodes/gather.ts";
import type { Ports } from "../../src/ports/index.ts";

// What a node would hand back that was written by mistake.
const handedBack = vi.hoisted(() => ({ now: {} as object }));
vi.mock(import("../../src/nodes/gather.ts"), () => ({
  gather: (() => async () => handedBack.now) as typeof realGather,
}));

const opened = newIncident({
  id: "i1",
  subject: { kind: "Deployment", namespace: "shop", name: "web", cluster: "test", guessed: false },
  severity: "warning",
  openedAt: "2026-01-01T00:00:00.000Z",
  alerts: [],
});

const settings: Settings = {
  policy: Policy.parse({}),
  budget: defaultBudget,
  approvalMinutes: 1,
  settleSeconds: 1,
  watchSeconds: 1,
  redact: (value) => value,
  link: (id) => id,
};

const gathered = async (update: object, input: object = opened): Promise<object> => {
  handedBack.now = update;
  const walk = buildGraph({} as Ports, settings, new MemorySaver());
  const config = { configurable: { thread_id: "t1" } };
  await walk.invoke(input as Incident, config);
  return (await walk.getState(config)).values;
};

test("what a node hands back is read by the incident's schema before it becomes state", async () => {
  await expect(gathered({ rounds: 1 })).resolves.toMatchObject({ rounds: 1 });
  await expect(gathered({ rounds: "many" })).rejects.toThrow(/rounds/);
  await expect(gathered({ evidence: [1] })).rejects.toThrow(/evidence/);
});

test("so is what a walk begins with", async () => {
  await expect(gathered({}, { ...opened, rounds: 1.5 })).rejects.toThrow(/rounds/);
});

test("what the schema does not know is left out, however deep", async () => {
  expect(await gathered({ cost: { ...noCost, more: 1 }, more: 2 })).toEqual({ ...opened, cost: noCost });
});

test("a field that may be absent is so until a node names it", async () => {
  const { similar: _, fingerprint: __, ...older } = opened;

  expect(Object.keys(await gathered({ rounds: 1 }, older)).sort()).toEqual(Object.keys(older).sort());
});
