import { describe, expect, test } from "vitest";
import type { Pod } from "../../src/incident/kube.ts";
import { scan } from "../../src/rules/index.ts";
import { changed } from "./changed.ts";
import { memoryNeeds } from "./memory-needs.ts";
import { evidence, recorded, sweepOf } from "./recorded.ts";

const world = recorded("cache");
const root = { kind: "Deployment", namespace: "cache", name: "cache-warmer" };
const MiB = 2 ** 20;

const workingSet = (container: string, peak: number) =>
  evidence(
    { ask: "metric", query: "max by (pod, container) (container_memory_working_set_bytes)", minutes: 60 },
    {
      kind: "found",
      body: {
        kind: "series",
        query: "max by (pod, container) (container_memory_working_set_bytes)",
        series: [
          {
            labels: { container },
            points: [
              [1, peak / 2],
              [2, peak],
            ],
          },
        ],
      },
    },
  );

const withoutLogs = world.evidence.filter(({ question }) => question.ask !== "logs");

test("a log that announces more than it got through decides the sum", () => {
  const [need] = memoryNeeds(world.evidence, world.now, root);

  expect(need?.announcedBytes).toBe(4000 * MiB);
  expect(need?.recommended).toBe("4400Mi");
  expect(need?.sum).toContain("a small raise will not help");
});

test.each([
  ["CHILD_ARGS", null],
  ["JAVA_OPTS_OLD", null],
  ["JAVA_TOOL_OPTIONS", 20 * 1024 * MiB],
])("a heap flag in %s makes %s", (name, bytes) => {
  const { evidence: all, now } = changed("cache", (scene) => {
    Object.assign(scene.pod().spec.containers[0] ?? {}, { env: [{ name, value: "-Xmx16g" }] });
  });
  const [need] = memoryNeeds(
    all.filter(({ question }) => question.ask !== "logs"),
    now,
    root,
  );

  expect(need?.announcedBytes).toBe(bytes);
});

test("without a log the limit that killed it is doubled", () => {
  const [need] = memoryNeeds(withoutLogs, world.now, root);

  expect(need).toMatchObject({ peakBytes: null, recommended: "128Mi" });
  expect(need?.sum).toContain("2 × 64Mi = 128Mi");
});

test("a measured peak above the limit counts, that of another container does not", () => {
  const of = (container: string) => memoryNeeds([...withoutLogs, workingSet(container, 100 * MiB)], world.now, root)[0];

  expect(of("cache-warmer")).toMatchObject({ peakBytes: 100 * MiB, recommended: "208Mi" });
  expect(of("sidecar")).toMatchObject({ peakBytes: null, recommended: "128Mi" });
});

describe("a working set that was measured until the kill", () => {
  const played = (value: (share: number) => number) => {
    const world = recorded("cache");
    const pod = world.objects.find(({ kind }) => kind === "Pod") as unknown as Pod;
    const [status] = pod.status?.containerStatuses ?? [];
    const end = Date.parse(world.now) / 1000 - 60;
    if (!status) throw new Error("no container");
    status.state = { waiting: { reason: "CrashLoopBackOff" } };
    status.lastState = {
      terminated: {
        exitCode: 137,
        reason: "OOMKilled",
        startedAt: new Date((end - 1800) * 1000).toISOString(),
        finishedAt: new Date(end * 1000).toISOString(),
      },
    };
    const points = Array.from({ length: 31 }, (_, at): [number, number] => [end - 1800 + at * 60, value(at / 30)]);
    const query = "max by (pod, container) (container_memory_working_set_bytes{})";
    const metric = evidence(
      { ask: "metric", query, minutes: 60 },
      {
        kind: "found",
        body: {
          kind: "series",
          query,
          series: [{ labels: { pod: pod.metadata.name, container: status.name }, points }],
        },
      },
    );
    const all = [...sweepOf(world.namespace, world.objects), metric];
    return { id: metric.id, finding: scan(all, world.now).find(({ object }) => object.name === "cache-warmer") };
  };

  test("and climbed in a straight line is a leak, with the slope shown", () => {
    const { id, finding } = played((share) => (10 + 54 * share) * 2 ** 20);

    expect(finding?.class).toBe("oom-memory-leak");
    expect(finding?.statement).toContain("from 10Mi to 64Mi in 30 minutes, 108Mi an hour");
    expect(finding?.evidence).toContain(id);
  });

  test("and rested before a sudden end is a limit that is too low", () => {
    expect(played((share) => (share < 0.95 ? 30 : 64) * 2 ** 20).finding?.class).toBe("oom-limit-too-low");
  });
});

test("a quota says how much is missing, with the sum", () => {
  const { evidence: all, now } = recorded("pods-quota");

  expect(scan(all, now)[0]?.statement).toContain("For the next pod pods: 2 used + 1 asked − 2 allowed = 1 too little.");
});

test("a gap of CPU is said in the unit that quotas are written in", () => {
  const { namespace, objects, now } = recorded("pods-quota");
  const inCpu = JSON.stringify(objects).replaceAll(
    /requested: pods=1, used: pods=2, limited: pods=2/g,
    "requested: requests.cpu=500m, used: requests.cpu=0, limited: requests.cpu=200m",
  );
  const all = sweepOf(namespace, JSON.parse(inCpu) as typeof objects);

  expect(scan(all, now)[0]?.statement).toContain("0 used + 500m asked − 200m allowed = 300m too little.");
});

describe("of a workload with more pods and revisions", () => {
  const [killed] = world.objects.filter(({ kind }) => kind === "Pod");
  const [set] = world.objects.filter(({ kind }) => kind === "ReplicaSet");
  const limitOf = (object: unknown, memory: string) => {
    const copy = structuredClone(object) as { spec: { template: { spec: { containers: { resources: unknown }[] } } } };
    for (const one of copy.spec.template.spec.containers) one.resources = { limits: { memory } };
    return copy as unknown as typeof set;
  };
  const withObjects = (...more: (typeof set)[]) =>
    sweepOf("cache", [...world.objects, ...more.filter((one) => one !== undefined)] as never);
  const brother = {
    ...killed,
    metadata: { ...killed?.metadata, name: "cache-warmer-brother", uid: "b" },
  } as typeof set;
  const measured = (pod: string) => {
    const one = workingSet("cache-warmer", 300 * MiB);
    if (one.answer.kind === "found" && one.answer.body.kind === "series")
      for (const { labels } of one.answer.body.series) Object.assign(labels, { pod });
    return one;
  };

  test("the pod that took most counts, and one of another workload does not", () => {
    const of = (pod: string) => memoryNeeds([...withObjects(brother), measured(pod)], world.now, root)[0];

    expect(of("cache-warmer-brother")).toMatchObject({ peakBytes: 300 * MiB, recommended: "608Mi" });
    expect(of("cache-warmer-brother")?.sum).toContain("in pod cache-warmer-brother");
    expect(of("somebody-else")).toMatchObject({ peakBytes: null, recommended: "128Mi" });
  });

  const revision = (number: string, at: string, memory: string) => {
    const copy = limitOf(set, memory);
    Object.assign(copy?.metadata ?? {}, { creationTimestamp: at });
    Object.assign(copy?.metadata.annotations ?? {}, { "deployment.kubernetes.io/revision": number });
    if (number === "1") Object.assign(copy?.metadata ?? {}, { name: `${set?.metadata.name}-old`, uid: "old" });
    return copy;
  };
  const hourBefore = new Date(Date.parse(world.now) - 3600_000).toISOString();
  const lowered = (at: string) =>
    memoryNeeds(
      withObjects(revision("1", "2026-01-01T00:00:00Z", "1Gi"), revision("2", at, "64Mi")),
      world.now,
      root,
    )[0];

  test("a limit that was lowered a short while ago is the least", () => {
    expect(lowered(hourBefore)).toMatchObject({ recommended: "1024Mi" });
    expect(lowered(hourBefore)?.sum).toContain("the revision before had 1Gi, lowered 60 minutes ago");
  });

  test("one that was lowered long ago is not", () => {
    expect(lowered("2026-01-02T00:00:00Z")?.recommended).toBe("128Mi");
  });
});
