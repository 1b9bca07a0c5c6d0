import { expect, test } from "vitest";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { Pod } from "../../src/incident/kube.ts";
import type { Question } from "../../src/incident/question.ts";
import { headOf, sectionOf } from "../../src/nodes/diagnose-section.ts";
import { metricQuestions } from "../../src/nodes/sweep-metrics.ts";

const pods = ["web-1.a", 'web-"2'].map((name) => ({ metadata: { name }, spec: {} }) as Pod);
const subject = { kind: "Deployment", namespace: "shop", name: "web", cluster: "c", guessed: false };
const heads = (questions: readonly Question[]): string[] => questions.map((question) => headOf({ id: "e1", question }));

test("the sweep's own metrics stand under few words, not under their PromQL", () => {
  expect(heads(metricQuestions(subject, pods)).slice(1)).toEqual([
    "[e1] metric memory now (60 min)",
    "[e1] metric memory most 1 h",
    "[e1] metric memory limit",
    "[e1] metric restarts (60 min)",
    "[e1] metric throttled",
  ]);
});

test("what the model asked stands by its query", () => {
  const query =
    'max by (pod, container) (kube_pod_container_resource_limits{namespace="shop",pod=~"a",resource="cpu"})';
  expect(heads([{ ask: "metric", query, minutes: 0 }])).toEqual([`[e1] metric ${query}`]);
});

test("of the sweep's own metrics the subject's pods are told, and a steady one without its range", () => {
  const [, question] = metricQuestions(subject, pods);
  if (question?.ask !== "metric") throw new Error("no metric");
  const series = ["web-1.a", "other"].map((pod) => ({
    labels: { pod },
    points: [
      [1, 5],
      [2, 5],
    ] as [number, number][],
  }));
  const answer: Evidence["answer"] = {
    kind: "found",
    body: { kind: "series", query: question.query, series },
  };
  const one: Evidence = { id: "e1", question, command: "", askedAt: "", ms: 1, bytes: 1, answer };
  expect(sectionOf(one, ({ metadata }) => metadata.name === "web-1.a" && metadata.namespace === "shop")).toBe(
    "[e1] metric memory now (60 min)\nweb-1.a: 5",
  );
});
