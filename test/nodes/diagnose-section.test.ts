import { expect, test } from "vitest";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { KubeObject, Pod } from "../../src/incident/kube.ts";
import type { Question } from "../../src/incident/question.ts";
import { bearingOn } from "../../src/nodes/diagnose-near.ts";
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

const found = (question: Question, ...objects: object[]): Evidence => ({
  id: "e1",
  question,
  command: "",
  askedAt: "",
  ms: 1,
  bytes: 1,
  answer: { kind: "found", body: { kind: "objects", objects: objects as KubeObject[], truncated: false } },
});
const event = (type: string, reason: string, message: string, lastTimestamp: string) => ({
  kind: "Event",
  metadata: { name: reason },
  involvedObject: { kind: "Pod", name: "web-1" },
  ...{ type, reason, message, lastTimestamp, count: 2 },
});

test("the usual way of a pod to its start is one line, what warns keeps its words and loses the pod's inner name", () => {
  const question: Question = { ask: "events", kind: "Pod", namespace: "shop", name: "web-1" };
  const uid = "efc706cf-4cee-45de-8261-b58617541bff";
  const events = [
    event("Normal", "Scheduled", "Successfully assigned shop/web-1 to node-2", "2026-11-27T03:00:01Z"),
    event("Normal", "Started", "Container started", "2026-11-27T03:00:02Z"),
    event("Normal", "Pulled", 'Successfully pulled image "web:1" in 44s', "2026-11-27T03:00:03Z"),
    event("Warning", "BackOff", `Back-off restarting container web in pod web-1_shop(${uid})`, "2026-11-27T03:00:04Z"),
  ];
  expect(sectionOf(found(question, ...events), () => true).split("\n")).toEqual([
    "[e1] events Pod/web-1",
    "03:00:04 Warning Pod/web-1 BackOff x2: Back-off restarting container web",
    '03:00:03 Normal Pod/web-1 Pulled x2: Successfully pulled image "web:1" in 44s',
    "03:00:02 Normal Pod/web-1 Scheduled x2, Started x2",
  ]);
});

test("a pod's resources are told where they differ from what it wants, and a namespace without more is there", () => {
  const pod = (memory: string) => ({
    kind: "Pod",
    metadata: { name: "web-1" },
    spec: { containers: [{ name: "web", resources: { limits: { memory: "1Gi" } } }] },
    status: { containerStatuses: [{ name: "web", resources: { limits: { memory } } }] },
  });
  const list: Question = { ask: "list", kind: "Pod", namespace: "shop", selector: null };
  expect(sectionOf(found(list, pod("1Gi")), () => true)).toContain("containerStatuses=[{name:web}]");
  expect(sectionOf(found(list, pod("2Gi")), () => true)).toContain("limits:{memory:2Gi}");
  const labels = { "kubernetes.io/metadata.name": "shop" };
  const namespace = { kind: "Namespace", metadata: { name: "shop", labels }, status: { phase: "Active" } };
  const get: Question = { ask: "get", kind: "Namespace", namespace: null, name: "shop" };
  expect(sectionOf(found(get, namespace), () => true)).toBe("[e1] get Namespace/shop: is there");
});

test("measures of others are one line where the subject's own pods have none", () => {
  const [, question] = metricQuestions(subject, pods);
  if (question?.ask !== "metric") throw new Error("no metric");
  const series = ["x", "y"].map((pod) => ({ labels: { pod }, points: [[1, 5]] as [number, number][] }));
  const answer: Evidence["answer"] = { kind: "found", body: { kind: "series", query: question.query, series } };
  const one: Evidence = { id: "e1", question, command: "", askedAt: "", ms: 1, bytes: 1, answer };
  expect(sectionOf(one, () => false)).toBe("[e1] metric memory now (60 min)\nof others: x: 5 and 1 more");
});

test("alerts that fire stand by name with what they are about, not with who measured them", () => {
  const query = 'ALERTS{namespace="shop",alertstate="firing"}';
  const firing = (alertname: string, labels: Record<string, string>) => ({
    labels: {
      __name__: "ALERTS",
      alertstate: "firing",
      namespace: "shop",
      job: "ksm",
      severity: "page",
      alertname,
      ...labels,
    },
    points: [[1, 1]] as [number, number][],
  });
  const many = ["a", "b", "c", "d", "e"].map((deployment) => firing("KubeReplicas", { deployment }));
  const series = [firing("Probe", { pod: "web-1", container: "web" }), ...many];
  const answer: Evidence["answer"] = { kind: "found", body: { kind: "series", query, series } };
  const question: Question = { ask: "metric", query, minutes: 0 };
  const one: Evidence = { id: "e1", question, command: "", askedAt: "", ms: 1, bytes: 1, answer };
  expect(
    sectionOf(one, () => true)
      .split("\n")
      .slice(1),
  ).toEqual(["Probe: web-1", "KubeReplicas: a, b, c, d and 1 more"]);
});

const measured = (query: string, labels: Record<string, string>[]): Evidence => {
  const series = labels.map((one) => ({ labels: one, points: [[1, 5]] as [number, number][] }));
  return {
    ...{ id: "e1", question: { ask: "metric", query, minutes: 0 }, command: "", askedAt: "", ms: 1, bytes: 1 },
    answer: { kind: "found", body: { kind: "series", query, series } },
  };
};
const isWeb = ({ kind, metadata }: KubeObject) =>
  kind === "Deployment" && metadata.name === "web" && metadata.namespace === "shop";
const shown = (one: Evidence): string[] =>
  sectionOf(one, isWeb, undefined, bearingOn(isWeb, ["HighErrorRate"]))
    .split("\n")
    .slice(1);

test("of many series those of the subject stand first, and how many more there are is told", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "web"];
  const told = shown(
    measured(
      'errors{namespace="shop"}',
      names.map((deployment) => ({ deployment })),
    ),
  );

  expect(told).toEqual(["web: 5", "a: 5", "b: 5", "c: 5", "d: 5", "e: 5", "f: 5", "g: 5", "… 2 more"]);
  // The control: what there is room for is told whole, as it was answered.
  expect(shown(measured('errors{namespace="shop"}', [{ deployment: "a" }, { deployment: "b" }]))).toEqual([
    "a: 5",
    "b: 5",
  ]);
});

test("a query with a namespace that is no JSON text is told like any other", () => {
  expect(shown(measured('errors{namespace="sh\\op"}', [{ deployment: "web" }]))).toEqual(["web: 5"]);
});

test("of many alerts those of the incident stand first, and how many more there are is told", () => {
  const alerts = ["A", "B", "C", "D", "E", "F", "G", "H", "HighErrorRate"].map((alertname) => ({
    ...{ __name__: "ALERTS", alertstate: "firing", alertname, deployment: "x" },
  }));
  const told = shown(measured('ALERTS{namespace="shop",alertstate="firing"}', alerts));

  expect(told[0]).toBe("HighErrorRate: x");
  expect(told).toHaveLength(9);
  expect(told.at(-1)).toBe("… 1 more");
});
