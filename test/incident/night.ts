import { readFileSync } from "node:fs";
import type { Alert } from "../../src/incident/alert.ts";
import type { Cause } from "../../src/incident/diagnosis.ts";
import { type Answer, type Evidence, evidenceId } from "../../src/incident/evidence.ts";
import { type Incident, newIncident } from "../../src/incident/incident.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Plan } from "../../src/incident/plan.ts";
import { planHash } from "../../src/incident/plan.ts";
import { commandFor, type Question } from "../../src/incident/question.ts";

// What a night looks like: evidence about recorded objects, and the incident that rests on it.

export const evidenceOf = (question: Question, answer: Answer): Evidence => ({
  id: evidenceId(question, answer),
  question,
  command: commandFor(question),
  askedAt: "2026-03-01T02:12:00.000Z",
  ms: 12,
  bytes: 100,
  answer,
});

export const logOf = (text: string): Evidence =>
  evidenceOf(
    { ask: "logs", namespace: "cache", pod: "cache-warmer-1", container: "app", previous: true, lines: 100 },
    {
      kind: "found",
      body: {
        kind: "log",
        namespace: "cache",
        pod: "cache-warmer-1",
        container: "app",
        previous: true,
        text,
        truncated: false,
      },
    },
  );

const demo = (path: string): string => new URL(`../../src/demo/worlds/${path}`, import.meta.url).pathname;
export const recorded = (world: string): KubeObject[] =>
  JSON.parse(readFileSync(demo(`${world}/objects.json`), "utf8")).objects;

export const alert: Alert = {
  source: "pagerduty",
  fingerprint: "f1",
  status: "firing",
  name: "KubePodCrashLooping",
  severity: "critical",
  summary: "Pod is crash looping.",
  labels: {},
  annotations: {},
  startsAt: "2026-03-01T02:10:00.000Z",
  endsAt: null,
  url: null,
  pagerdutyIncident: { id: "PD1", url: "https://example.pagerduty.com/incidents/PD1" },
};

export const workload = { kind: "Deployment", namespace: "cache", name: "cache-warmer" };

export const causeFrom = (evidence: readonly Evidence[], change: Partial<Cause> = {}): Cause => ({
  kind: "cause",
  class: "oom-limit-too-low",
  statement: "Container app of Deployment cache-warmer was killed because it needs more than its memory limit of 64Mi.",
  object: workload,
  evidence: evidence.map(({ id }) => id),
  confidence: 0.95,
  by: "rules",
  scope: "isolated",
  disproof: "the working set stays far below the limit",
  related: [],
  alsoSeen: [],
  changes: [],
  ...change,
});

const actions: Extract<Plan, { kind: "actions" }>["actions"] = [
  {
    verb: "raise-memory-limit",
    params: { container: "app", from: "64Mi", to: "128Mi" },
    target: { ...workload, uid: "u1", version: "v1" },
    risk: "medium",
    command: "kubectl -n cache set resources deploy/cache-warmer -c app --limits=memory=128Mi",
    diff: [
      "--- live",
      "+++ after",
      "@@ -20,7 +20,7 @@",
      "         resources:",
      "           limits:",
      "-            memory: 64Mi",
      "+            memory: 128Mi",
      "         terminationMessagePath: /dev/termination-log",
    ].join("\n"),
    undo: { command: "kubectl -n cache set resources deploy/cache-warmer -c app --limits=memory=64Mi", exact: true },
    effect: "All pods are replaced, a few at a time.",
  },
];

export const plan: Extract<Plan, { kind: "actions" }> = {
  kind: "actions",
  hash: planHash(actions),
  expiresAt: "2026-03-01T03:12:00.000Z",
  authority: "person",
  actions,
};

export const incidentWith = (change: Partial<Incident> = {}): Incident => ({
  ...newIncident({
    id: "inc-1",
    subject: { ...workload, cluster: "prod", guessed: false },
    severity: "critical",
    openedAt: "2026-03-01T02:11:00.000Z",
    alerts: [alert],
  }),
  questions: [],
  rounds: 1,
  ...change,
});
