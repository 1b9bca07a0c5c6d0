import { expect, test } from "vitest";
import { type Evidence, evidenceId } from "../../src/incident/evidence.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Question } from "../../src/incident/question.ts";
import { weighed } from "../../src/nodes/diagnose-claims.ts";
import { digestOf } from "../../src/nodes/diagnose-digest.ts";

const now = "2026-11-27T03:00:00Z";
const told = (question: Question, answer: Evidence["answer"]): Evidence => ({
  id: evidenceId(question, answer),
  question,
  command: "",
  askedAt: now,
  ms: 1,
  bytes: 1,
  answer,
});
const objects = (question: Question, ...all: KubeObject[]): Evidence =>
  told(question, { kind: "found", body: { kind: "objects", objects: all, truncated: false } });
const budget = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "strict", namespace: "shop" },
  spec: { minAvailable: 2 },
} as KubeObject;
const subject = { kind: "PodDisruptionBudget", namespace: "shop", name: "strict" };
const got = objects({ ask: "get", ...subject }, budget);
const listed = objects({ ask: "list", kind: subject.kind, namespace: "shop", selector: null }, budget);
const log = told(
  { ask: "logs", namespace: "shop", pod: "web-1", container: "app", previous: false, lines: 500 },
  {
    kind: "found",
    body: {
      kind: "log",
      namespace: "shop",
      pod: "web-1",
      container: "app",
      previous: false,
      text: "one\nError: lookup ledger failed\nthree",
      truncated: false,
    },
  },
);

test("what is told under another id may be quoted under its own", () => {
  const evidence = [got, listed];
  const { sections, text } = digestOf(evidence, subject, now);
  const claim = (quote: string) => [{ text: "It lets no pod go.", evidence: listed.id, quote }];

  expect(text).toContain(`[${listed.id}] list PodDisruptionBudget: the same as ${got.id}`);
  expect(weighed({ evidence, sections }, claim("PodDisruptionBudget/strict; spec={minAvailable:2}")).holds).toBe(true);
  // The control: what neither tells, and the words that point to the other.
  expect(weighed({ evidence, sections }, claim("minAvailable:3")).holds).toBe(false);
  expect(weighed({ evidence, sections }, claim("the same as")).holds).toBe(false);
});

test("of an object without pods each log may tell; beside a workload the log of another is folded", () => {
  expect(digestOf([got, log], subject, now).text).toContain("\none\n");
  expect(digestOf([got, log], { ...subject, kind: "Deployment", name: "web" }, now).text).toContain(
    "(folded) Error: lookup ledger failed",
  );
});

test("a neighbour's life before stands only where it ended in other words", () => {
  const before = (text: string): Evidence => {
    const { question, answer } = log;
    if (question.ask !== "logs" || answer.kind !== "found" || answer.body.kind !== "log") throw new Error("no log");
    return told({ ...question, previous: true }, { kind: "found", body: { ...answer.body, previous: true, text } });
  };
  const textWith = (last: string): string =>
    digestOf([got, log, before(last)], { ...subject, kind: "Deployment", name: "web" }, now).text;

  expect(textWith("zero\nError: lookup ledger failed").match(/\(folded\)/g)).toHaveLength(1);
  expect(textWith("zero\nError: lookup stock failed").match(/\(folded\)/g)).toHaveLength(2);
});

test("replicas that say the same but for their names and times are told once", () => {
  const pod = (name: string, reason: string, at: string) =>
    ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "shop", creationTimestamp: now },
      status: { phase: "Failed", reason, message: `${name} ended ${at}` },
    }) as unknown as KubeObject;
  const pods = objects(
    { ask: "list", kind: "Pod", namespace: "shop", selector: null },
    pod("web-1", "Evicted", "2026-11-27T02:00:00Z"),
    pod("web-2", "Evicted", "2026-11-27T02:10:00Z"),
    pod("web-3", "OOMKilled", "2026-11-27T02:10:00Z"),
  );

  const { text } = digestOf([pods], { kind: "Namespace", namespace: null, name: "shop" }, now);

  expect(text.match(/Evicted/g)).toHaveLength(1);
  expect(text).toContain("the same: web-2\n");
  expect(text).toContain("OOMKilled");
});
