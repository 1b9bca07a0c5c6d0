import { expect, test } from "vitest";
import { type Cause, Diagnosis, type Finding } from "../../src/incident/diagnosis.ts";
import { type Evidence, evidenceId } from "../../src/incident/evidence.ts";
import { type Incident, newIncident } from "../../src/incident/incident.ts";
import { commandFor, type Question } from "../../src/incident/question.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import { diagnose } from "../../src/nodes/diagnose.ts";
import type { Archive } from "../../src/ports/archive.ts";
import { diagnoseByRules, type Judgement } from "../../src/rules/index.ts";

const at = "2026-11-22T15:00:00.000Z";
const object = { kind: "Deployment", namespace: "shop", name: "api" };
const asked: Question = { ask: "get", ...object };
const log: Question = { ask: "logs", namespace: "shop", pod: "api-1", container: "api", previous: true, lines: 500 };
const answer: Evidence["answer"] = { kind: "could-not-ask", reason: "forbidden", message: "no" };
const refusal: Evidence = {
  id: evidenceId(asked, answer),
  question: asked,
  command: commandFor(asked),
  askedAt: at,
  ms: 1,
  bytes: 0,
  answer,
};

const finding: Finding = {
  class: "oom-limit-too-low",
  object,
  statement: "It may be memory.",
  evidence: [refusal.id],
  confidence: 0.5,
  disproof: "No container was killed.",
  related: [],
  wants: [],
};
const { wants: _, ...seen } = finding;
const cause: Cause = { ...seen, kind: "cause", by: "rules", scope: "isolated", alsoSeen: [], changes: [] };

const incident = (rounds: number): Incident => ({
  ...newIncident({
    id: "i1",
    subject: { ...object, cluster: "test", guessed: false },
    severity: "warning",
    openedAt: at,
    alerts: [],
  }),
  questions: [],
  evidence: [refusal.id],
  rounds,
});

const archive: Archive = { keep: async () => undefined, open: async (ids) => ids.map(() => refusal) };
const ports = { archive, clock: { now: () => new Date(at) }, model: null };
const walk = (judgement: Judgement, rounds = 1) => diagnose(ports, defaultBudget, () => judgement)(incident(rounds));

test("what rules are certain of is the diagnosis", async () => {
  expect(await walk({ certain: cause, candidates: [finding], wants: [log] })).toEqual({
    diagnosis: cause,
    questions: [],
  });
});

test("what would decide is asked before anything is concluded", async () => {
  expect(await walk({ certain: null, candidates: [finding], wants: [log] })).toEqual({
    diagnosis: null,
    questions: [log],
  });
});

test("rules that always want more still end in a diagnosis at the last round", async () => {
  const update = await walk({ certain: null, candidates: [finding], wants: [log] }, defaultBudget.rounds);

  expect(update.questions).toEqual([]);
  expect(update.diagnosis?.kind).toBe("unknown");
});

test("unknown says that no model was there and what could not be asked, and keeps the candidates", async () => {
  const { diagnosis } = await walk({ certain: null, candidates: [finding], wants: [] });

  expect(Diagnosis.parse(diagnosis)).toMatchObject({
    kind: "unknown",
    missing: [
      "no model configured; rules only",
      "no rule is certain of what was seen",
      `could not ask (forbidden): ${refusal.command}`,
    ],
    candidates: [{ class: "oom-limit-too-low", object, confidence: 0.5 }],
  });
});

test("the real rules find nothing in a refused read, and say so", async () => {
  const { diagnosis } = await diagnose(ports, defaultBudget, diagnoseByRules)(incident(1));

  expect(diagnosis).toMatchObject({ kind: "unknown", candidates: [] });
});

const gone = (...more: Evidence[]) => {
  const none: Evidence = { ...refusal, answer: { kind: "no-data" } };
  const model = {
    name: "openai:test",
    reply: async () => {
      throw new Error("asked about nothing");
    },
  };
  const open = async () => [none, ...more];
  const nothing = () => ({ certain: null, candidates: [], wants: [] });
  return diagnose({ ...ports, archive: { ...archive, open }, model }, defaultBudget, nothing)(incident(1));
};

const eventAbout = (name: string): Evidence => ({
  ...refusal,
  id: `e-${name}`,
  question: { ask: "list", kind: "Event", namespace: "shop", selector: null },
  answer: {
    kind: "found",
    body: {
      kind: "objects",
      truncated: false,
      objects: [
        {
          apiVersion: "v1",
          kind: "Event",
          metadata: { name: "x", namespace: "shop" },
          involvedObject: { kind: "Deployment", namespace: "shop", name },
        } as never,
      ],
    },
  },
});

test("an object that is not there any more is said to be gone, and no model is asked about it", async () => {
  expect(await gone(eventAbout("api"))).toMatchObject({
    diagnosis: { kind: "unknown", missing: [expect.stringContaining("does not exist any more")] },
  });
});

test("an object of which nothing tells that it ever was is not said to be deleted", async () => {
  expect(await gone(eventAbout("other"))).toMatchObject({
    diagnosis: { kind: "unknown", missing: [expect.stringContaining("nothing that was read tells that it ever did")] },
  });
});
