import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { HorizontalPodAutoscaler } from "../../src/incident/kube-autoscaler.ts";
import { metricQuestions } from "../../src/nodes/sweep-metrics.ts";
import { scan } from "../../src/rules/index.ts";
import { replicasNeeded } from "../../src/rules/resources/replicas-need.ts";
import { evidence, recorded, sweepOf } from "./recorded.ts";

const world = recorded("web-prod");
const GiB = 2 ** 30;

const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "orders-data", namespace: world.namespace },
  spec: { storageClassName: "standard" },
  status: { phase: "Bound" },
} as unknown as KubeObject;

const series = (query: string, minutes: number, points: [number, number][]) =>
  evidence(
    { ask: "metric", query, minutes },
    {
      kind: "found",
      body: { kind: "series", query, series: [{ labels: { persistentvolumeclaim: "orders-data" }, points }] },
    },
  );

const start = Date.parse(world.now) / 1000 - 3600;
const used = (of: (minute: number) => number) =>
  series(
    "kubelet_volume_stats_used_bytes",
    60,
    Array.from({ length: 13 }, (_, index) => [start + index * 300, of(index * 5)]),
  );
const capacity = series("kubelet_volume_stats_capacity_bytes", 0, [[start + 3600, 100 * GiB]]);

const fullIn = (...measured: ReturnType<typeof series>[]) =>
  scan([...sweepOf(world.namespace, [...world.objects, claim]), ...measured], world.now).filter(
    ({ class: name }) => name === "volume-full",
  );

describe("a volume", () => {
  test("that fills steadily is told with the time that is left, and the sum", () => {
    const [full] = fullIn(
      used((minute) => (88 + minute / 60) * GiB),
      capacity,
    );

    expect(full?.object).toMatchObject({ kind: "PersistentVolumeClaim", name: "orders-data" });
    expect(full?.statement).toContain(
      "holds 89Gi of 100Gi (89 %) and grows by 1Gi an hour: (100Gi − 89Gi) / 1Gi an hour leaves 11 hours",
    );
  });

  test("that is full and rests is full all the same", () => {
    expect(
      fullIn(
        used(() => 99 * GiB),
        capacity,
      )[0]?.statement,
    ).toContain("does not grow steadily");
  });

  test.each([
    ["half full and growing", (minute: number) => (50 + minute / 60) * GiB],
    ["nine tenths full and at rest", () => 90 * GiB],
    ["nine tenths full and shrinking", (minute: number) => (91 - minute / 60) * GiB],
    ["nine tenths full, up and down", (minute: number) => (90 + (minute % 10 === 0 ? 1 : -1)) * GiB],
  ])("that is %s is left alone", (_, of) => {
    expect(fullIn(used(of), capacity)).toEqual([]);
  });

  test("without a measured capacity is left alone", () => {
    expect(fullIn(used(() => 99 * GiB))).toEqual([]);
  });
});

describe("a node's disk", () => {
  const node = world.objects.find(({ kind }) => kind === "Node") as KubeObject;
  const asked = metricQuestions(
    { cluster: "c", kind: "Node", namespace: null, name: node.metadata.name, guessed: false },
    [],
    [node],
  );
  const answers = (left: (minute: number) => number) =>
    asked.flatMap((question) => {
      if (question.ask !== "metric" || !question.query.includes("node_filesystem")) return [];
      const points: [number, number][] = question.query.includes("size")
        ? [[start + 3600, 200 * GiB]]
        : Array.from({ length: 13 }, (_, index) => [start + index * 300, left(index * 5)]);
      return evidence(question, {
        kind: "found",
        body: { kind: "series", query: question.query, series: [{ labels: { mountpoint: "/" }, points }] },
      });
    });
  const told = (left: (minute: number) => number, pressed = false) => {
    const objects = structuredClone(world.objects);
    const one = objects.find(({ metadata }) => metadata.name === node.metadata.name);
    const status = one?.status as { conditions: { type: string }[] } | undefined;
    const disk = status?.conditions.find(({ type }) => type === "DiskPressure");
    if (disk && pressed) Object.assign(disk, { status: "True", message: "kubelet has disk pressure" });
    return scan([...sweepOf(world.namespace, objects), ...answers(left)], world.now).filter(
      ({ class: name }) => name === "node-pressure",
    );
  };

  test("that fills steadily is told with the time that is left, and the sum", () => {
    const [full] = told((minute) => (21 - minute / 60) * GiB);

    expect(full?.object).toMatchObject({ kind: "Node", name: node.metadata.name });
    expect(full?.statement).toContain(
      "of its disk at / 20Gi of 200Gi are left (90 % used), 1Gi an hour fewer: 20Gi / 1Gi an hour leaves 20 hours",
    );
    expect(full?.confidence).toBeGreaterThan(0.85);
  });

  test("is told beside the kubelet's own word, where that reports it", () => {
    expect(told(() => 4 * GiB, true)[0]?.statement).toMatch(
      /reports DiskPressure: “.*”; of its disk at \/ 4Gi of 200Gi/,
    );
  });

  test.each([
    ["half empty and falling", (minute: number) => (100 - minute / 60) * GiB],
    ["a tenth left and at rest", () => 20 * GiB],
    ["a tenth left, falling so slowly that days are left", (minute: number) => (20 - minute / 600) * GiB],
  ])("with %s is left alone", (_, left) => {
    expect(told(left)).toEqual([]);
  });
});

describe("an autoscaler at its maximum", () => {
  const at = (current: number, target: number) =>
    replicasNeeded({
      spec: {
        maxReplicas: 4,
        scaleTargetRef: { kind: "Deployment", name: "web" },
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { averageUtilization: target } } },
          { type: "Pods", pods: { metric: { name: "requests" }, target: { averageValue: "100" } } },
        ],
      },
      status: {
        currentReplicas: 4,
        currentMetrics: [
          { type: "Resource", resource: { name: "cpu", current: { averageUtilization: current } } },
          { type: "Pods", pods: { metric: { name: "requests" }, current: { averageValue: "90" } } },
        ],
      },
    } as unknown as HorizontalPodAutoscaler);

  test("is told how many replicas the load asks for, by the metric that asks for most", () => {
    expect(at(160, 60)).toEqual({ replicas: 11, sum: "cpu at 160 % of a target of 60 %: 4 × 2.67 ≈ 11 replicas" });
  });

  test("gets no number where its own metrics ask for no more", () => {
    expect(at(55, 60)).toBeNull();
  });
});
