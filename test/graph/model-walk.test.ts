import { MemorySaver } from "@langchain/langgraph";
import { expect, test } from "vitest";
import { chatThrough } from "../../src/adapters/chat-asked.ts";
import { openAi } from "../../src/adapters/chat-openai.ts";
import { buildGraph, type Settings } from "../../src/graph/graph.ts";
import { Incident, newIncident } from "../../src/incident/incident.ts";
import { Policy } from "../../src/incident/policy.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import type { Actuator } from "../../src/ports/actuator.ts";
import type { Model } from "../../src/ports/model.ts";
import { withinDay } from "../../src/ports/within-day.ts";
import { fakeLedger } from "../support/fake-ledger.ts";
import { callsTools, type Heard, says, startFakeOpenAi, type Turn } from "../support/fake-openai.ts";
import { idIn } from "../support/investigation.ts";
import { emptyBookshelf, memoryArchive, memoryOutbox } from "../support/memory-ports.ts";
import { behindReadinessGate, gate } from "../support/readiness-gate.ts";
import { playStories, readsFrom, recordedNow } from "../support/recorded-cluster.ts";
import { wallClock } from "../support/wall-clock.ts";

const object = { kind: "Deployment", namespace: "payments", name: "payments-api" };
const pod = "payments-api-7c678bcd54-l8fgm";
const settings: Settings = {
  policy: Policy.parse({ mode: "auto" }),
  budget: defaultBudget,
  approvalMinutes: 60,
  settleSeconds: 1,
  watchSeconds: 1,
  redact: (value) => value,
  link: (id) => `http://nightshift.test/incidents/${id}`,
};

const called = { model: "m", apiKey: "k", deadlineMs: 5_000, busyMs: 1, prices: {} };

/** Walks one incident to its end through the real graph, over a trouble no rule knows, with the model of these turns. */
const walkWith = async (turns: readonly Turn[], around = (model: Model): Model => model) => {
  const recorded = await playStories(["missing-setting"], behindReadinessGate);
  const server = await startFakeOpenAi(turns);
  const cluster = readsFrom(recorded.url);
  const outbox = memoryOutbox();
  const writes: string[] = [];
  const refuse: Actuator["perform"] = async ({ name }) => {
    writes.push(name);
    return { kind: "refused", message: "no write in this test" };
  };
  const ports = {
    cluster,
    exact: cluster,
    actuator: { dryRun: refuse, perform: refuse },
    metrics: null,
    logs: null,
    model: around(chatThrough(openAi, { ...called, baseURL: server.url }, wallClock)),
    bookshelf: emptyBookshelf,
    memory: null,
    archive: memoryArchive(),
    ledger: fakeLedger([]).ledger,
    outbox,
    clock: { now: () => recordedNow },
  };
  const walk = buildGraph(ports, settings, new MemorySaver());
  const config = { configurable: { thread_id: "i1" }, durability: "sync" as const };
  const subject = { ...object, cluster: "test", guessed: false };
  const opened = { id: "i1", subject, severity: "warning", openedAt: recordedNow.toISOString(), alerts: [] };
  const steps: string[] = [];
  let input: Parameters<typeof walk.invoke>[0] = newIncident(opened);
  try {
    do {
      await walk.invoke(input, config);
      input = null;
      steps.push(...(await walk.getState(config)).next);
    } while ((await walk.getState(config)).next.length > 0 && steps.length < 40);
  } finally {
    server.close();
    await recorded.close();
  }
  const { values } = await walk.getState(config);
  return { incident: Incident.parse(values), steps, heard: server.heard, sent: outbox.sent, writes };
};

const concludes: Turn = (heard: Heard) =>
  callsTools([
    "conclude",
    {
      outcome: "cause",
      class: "app-not-ready",
      object,
      claims: [
        {
          text: `The pod runs, but its readiness gate "${gate}" stays closed: ledger shard 7 lags behind.`,
          evidence: idIn(heard, `get Pod/${pod}\\n`),
          quote: "ledger shard 7 lags 412 blocks behind",
        },
      ],
      confidence: 0.9,
      disproof: "The gate is open.",
      missing: [],
    },
  ]);

test("what no rule knows is investigated by the model, through gather and back, and ends with a person who knows", async () => {
  const asks = callsTools(["describe", { kind: "Pod", namespace: null, name: pod }]);

  const { incident, steps, heard, sent, writes } = await walkWith([asks, concludes]);

  expect(steps).toEqual(["diagnose", "gather", "diagnose", "runbook-retrieve", "propose", "escalate", "report"]);
  expect(heard).toHaveLength(2);
  expect(incident.diagnosis).toMatchObject({ kind: "cause", class: "app-not-ready", by: "model", confidence: 0.8 });
  expect(incident.cost).toMatchObject({ calls: 2, inputTokens: 200, outputTokens: 40 });
  expect(incident.writeUp).toContain("ledger shard 7 lags");
  expect(incident.writeUp?.replace(/\s+/g, " ")).toContain(
    "by the model, in its own words: what is checked are the quotes",
  );
  expect(sent.some(({ channel }) => channel === "page")).toBe(true);
  expect(writes).toEqual([]);
});

test("a day without budget ends with a person who reads why no model was asked", async () => {
  const purse = { reserve: async () => ({ why: "the day's budget of 1000 tokens has no room for one more call" }) };

  const { incident, heard, sent } = await walkWith([concludes], (model) => withinDay(model, purse, () => null));

  expect(heard).toEqual([]);
  expect(incident.diagnosis).toMatchObject({ kind: "unknown", missing: [expect.stringContaining("over-budget")] });
  expect(incident.writeUp).toContain("the day's budget of 1000");
  expect(sent.some(({ channel }) => channel === "page")).toBe(true);
});

test("a model that only talks still ends with a person paged and all evidence kept", async () => {
  const { incident, steps, heard, sent } = await walkWith([says({ content: "Have you tried DNS?" }, "stop")]);

  expect(steps).toEqual(["diagnose", "gather", "diagnose", "runbook-retrieve", "propose", "escalate", "report"]);
  expect(heard).toHaveLength(2);
  expect(incident.diagnosis).toMatchObject({ kind: "unknown", missing: ["the model answered in prose"] });
  expect(incident.evidence.length).toBeGreaterThan(20);
  expect(sent.some(({ channel }) => channel === "page")).toBe(true);
});
