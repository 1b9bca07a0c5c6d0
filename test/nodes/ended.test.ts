import { expect, test } from "vitest";
import { verbs } from "../../src/actions/catalogue.ts";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Verb } from "../../src/incident/plan.ts";
import { deployment, found, pod, podSpec, replicaSet } from "../support/workloads.ts";
import {
  type Case,
  carriedOut,
  cases,
  clock,
  cronJob,
  failedJob,
  inShop,
  jobPod,
  jobRef,
  nodeRef,
  run,
  scaler,
} from "./catalogue-worlds.ts";

type Kubernetes = Awaited<ReturnType<typeof run>>["kubernetes"];
type Change = (kubernetes: Kubernetes) => unknown;

const worldOf = (verb: Verb): Case => {
  const one = cases.find(([name]) => name === verb);
  if (one === undefined) throw new Error(`no world for ${verb}`);
  return one[1];
};

const ready = (since: string) => [{ type: "Ready", status: "True", lastTransitionTime: since }];
const unready = [{ type: "Ready", status: "False", lastTransitionTime: "2026-01-01T09:58:30Z" }];
const waiting = { name: "web", restartCount: 0, state: { waiting: { reason: "ImagePullBackOff" } } };
const running = (startedAt: string, more: object = {}) => ({
  name: "web",
  restartCount: 0,
  state: { running: { startedAt } },
  ...more,
});
const counts = (readyReplicas: number) => ({ observedGeneration: 2, updatedReplicas: 2, readyReplicas });
const twoPods = (status: object) => [pod("web-r2-a", 2, status), pod("web-r2-b", 2, status)];
const rollout = (former: object, current: object) => [
  deployment(podSpec("web:2", current), counts(0)),
  replicaSet(1, podSpec("web:1", former), 0, "2026-01-01T09:00:00Z"),
  replicaSet(2, podSpec("web:2", current), 0, "2026-01-01T09:58:00Z"),
  ...twoPods({ conditions: unready, containerStatuses: [waiting] }),
];

const set =
  (object: object): Change =>
  ({ objects }) => {
    const one = object as KubeObject;
    objects.set(`${one.kind}/${one.metadata.namespace ?? ""}/${one.metadata.name}`, one);
  };
const change =
  (ref: string, edit: (object: KubeObject & { spec: Record<string, unknown> }) => void): Change =>
  (kubernetes) =>
    kubernetes.change(ref, (object) => edit(object as never));
/** Each pod becomes ready at that time, after its containers began at that one. */
const turned =
  (readyAt: string, container: object): Change =>
  (kubernetes) => {
    change("Deployment/shop/web", (object) => Object.assign(object, { status: counts(2) }))(kubernetes);
    for (const ref of [...kubernetes.objects.keys()].filter((key) => key.startsWith("Pod/shop/web-")))
      change(ref, (object) =>
        Object.assign(object, { status: { conditions: ready(readyAt), containerStatuses: [container] } }),
      )(kubernetes);
  };
const well = turned("2026-01-01T10:05:00Z", running("2026-01-01T10:04:00Z"));

const killed = (name: string) => ({
  name: "web",
  restartCount: 1,
  state: { waiting: { reason: "CrashLoopBackOff" } },
  lastState: { terminated: { exitCode: 137, reason: name } },
});
const limited = (resource: string, value: string) => ({ resources: { limits: { [resource]: value } } });
const outOfMemory: Case = {
  objects: [
    deployment(podSpec("web:1", limited("memory", "64Mi")), counts(0)),
    replicaSet(1, podSpec("web:1", limited("memory", "64Mi")), 0, "2026-01-01T08:00:00Z"),
    ...twoPods({ conditions: unready, containerStatuses: [killed("OOMKilled")] }),
  ],
  about: ["oom-limit-too-low"],
};
const series: Evidence = {
  ...found("2026-01-01T09:59:00Z"),
  id: "throttled",
  answer: {
    kind: "found",
    body: {
      kind: "series",
      query: "container_cpu_cfs_throttled_periods_total / container_cpu_cfs_periods_total",
      series: [{ labels: { container: "web", pod: "web-r2-a" }, points: [[0, 0.6]] }],
      truncated: false,
    },
  } as never,
};
const held: Case = {
  objects: [
    deployment(podSpec("web:1", limited("cpu", "500m")), counts(2)),
    ...twoPods({ conditions: ready("2026-01-01T09:00:00Z"), containerStatuses: [running("2026-01-01T09:00:00Z")] }),
  ],
  about: ["cpu-throttled"],
  evidence: [series],
  throttled: 0.6,
};
const quota = (name: string) => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "rq", ...inShop },
  status: { hard: { [name]: "1" }, used: { [name]: "1" } },
});
const undone: Case = { objects: rollout({}, {}), about: ["image-not-found"] };
const probe = (path: string) => ({ readinessProbe: { httpGet: { path, port: 8080 } } });
const nightly = [{ apiVersion: "batch/v1", kind: "CronJob", name: "nightly", uid: "uid-cj", controller: true }];
const ofCron = (object: object, name: string, createdAt: string, status: object) => {
  const one = structuredClone(object) as KubeObject;
  Object.assign(one.metadata, { name, uid: `uid-${name}`, creationTimestamp: createdAt, ownerReferences: nightly });
  return { ...one, status };
};
const condition = (type: string) => ({ conditions: [{ type, status: "True" }] });
const evicted = { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." };
const ofNightly: Case = {
  objects: [ofCron(failedJob, "export", "2026-01-01T02:00:00Z", condition("Failed")), jobPod(evicted)],
  about: ["job-backoff-limit"],
  subject: jobRef,
};
const slice = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name: "web-x", ...inShop, labels: { "kubernetes.io/service-name": "web" } },
  endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true } }],
};
const nodeIs = (conditions: object[]): Change =>
  change("Node//node-1", (object) => Object.assign(object, { status: { conditions } }));
const flapping: Case = { ...worldOf("cordon-node"), subject: nodeRef };

const rows: [Verb, string, Case, Change][] = [
  ["undo-rollout", "its pods became ready by themselves", undone, well],
  [
    "undo-rollout",
    "the revision it would go back to is sick too",
    undone,
    change("ReplicaSet/shop/web-r1", (object) => Object.assign(object, { status: { replicas: 1, readyReplicas: 0 } })),
  ],
  [
    "restore-probe",
    "its pods became ready by themselves",
    { objects: rollout(probe("/healthz"), probe("/typo")), about: ["readiness-probe-wrong"] },
    well,
  ],
  [
    "raise-memory-limit",
    "no pod shows that it was killed for memory",
    outOfMemory,
    turned("2026-01-01T09:00:00Z", running("2026-01-01T09:00:00Z")),
  ],
  ["raise-memory-limit", "a quota has no room for it any more", outOfMemory, set(quota("limits.memory"))],
  [
    "raise-cpu-limit",
    "a quota has no room for it any more",
    held,
    set({ ...quota("limits.cpu"), status: { hard: { "limits.cpu": "1" }, used: { "limits.cpu": "1" } } }),
  ],
  ["restart-workload", "its pods became ready by themselves", worldOf("restart-workload"), well],
  [
    "restart-workload",
    "its containers were started anew, though it is not ready",
    worldOf("restart-workload"),
    change("Pod/shop/web-r1-a", (object) =>
      Object.assign(object, {
        status: { conditions: unready, containerStatuses: [running("2026-01-01T10:04:00Z")] },
      }),
    ),
  ],
  [
    "scale-workload",
    "it has replicas again",
    worldOf("scale-workload"),
    change("Deployment/shop/web", ({ spec }) => Object.assign(spec, { replicas: 3 })),
  ],
  ["scale-workload", "an autoscaler owns its replicas", worldOf("scale-workload"), set(scaler)],
  [
    "scale-workload",
    "its history tells another count",
    worldOf("scale-workload"),
    (kubernetes) => {
      const one = replicaSet(2, podSpec("web:1"), 0, "2026-01-01T09:00:00Z");
      Object.assign(one.metadata.annotations ?? {}, { "deployment.kubernetes.io/desired-replicas": "7" });
      set(one)(kubernetes);
    },
  ],
  [
    "resume-rollout",
    "it is not paused",
    worldOf("resume-rollout"),
    change("Deployment/shop/web", ({ spec }) => delete spec.paused),
  ],
  ["resume-cronjob", "it is not suspended", worldOf("resume-cronjob"), set(cronJob(false))],
  ["restore-service-selector", "it has ready endpoints", worldOf("restore-service-selector"), set(slice)],
  [
    "restore-service-selector",
    "ready pods carry what it selects",
    worldOf("restore-service-selector"),
    set({
      ...deployment(podSpec("api:1"), { readyReplicas: 1 }, { name: "api", uid: "uid-api" }),
      spec: { replicas: 1, template: { metadata: { labels: { app: "web-api" } }, spec: podSpec("api:1") } },
    }),
  ],
  [
    "restore-service-selector",
    "what it was to lead to has no ready pod",
    worldOf("restore-service-selector"),
    change("Deployment/shop/web", (object) => Object.assign(object, { status: {} })),
  ],
  [
    "restore-service-port",
    "its pods declare the port",
    worldOf("restore-service-port"),
    change("Deployment/shop/web", ({ spec }) =>
      Object.assign(spec, {
        template: {
          metadata: { labels: { app: "web" } },
          spec: podSpec("web:1", { ports: [{ containerPort: 9999 }, { containerPort: 8080 }] }),
        },
      }),
    ),
  ],
  [
    "restore-service-port",
    "another workload serves it too",
    worldOf("restore-service-port"),
    set(deployment(podSpec("web:1"), { readyReplicas: 1 }, { name: "other", uid: "uid-other" })),
  ],
  [
    "uncordon-node",
    "it is not ready any more",
    worldOf("uncordon-node"),
    nodeIs([{ type: "Ready", status: "Unknown" }]),
  ],
  [
    "uncordon-node",
    "its disk is full",
    worldOf("uncordon-node"),
    nodeIs([
      { type: "Ready", status: "True" },
      { type: "DiskPressure", status: "True" },
    ]),
  ],
  ["cordon-node", "it has stayed ready", flapping, nodeIs(ready("2026-01-01T09:59:00Z"))],
  ["delete-pod", "it is ready", worldOf("delete-pod"), change("Pod/shop/db-0", ready0)],
  [
    "delete-pod",
    "it is of the newest revision",
    worldOf("delete-pod"),
    change("StatefulSet/shop/db", (object) => Object.assign(object, { status: { updateRevision: "db-1" } })),
  ],
  [
    "delete-pod",
    "its controller was made anew",
    worldOf("delete-pod"),
    (kubernetes) => {
      change("StatefulSet/shop/db", ({ metadata }) => Object.assign(metadata, { uid: "uid-db-2" }))(kubernetes);
      change("Pod/shop/db-0", ({ metadata }) => {
        for (const owner of metadata.ownerReferences ?? []) owner.uid = "uid-db-2";
      })(kubernetes);
    },
  ],
  ["rerun-job", "it runs again", worldOf("rerun-job"), change("Job/shop/export", (object) => (object.status = {}))],
  [
    "rerun-job",
    "a later run has done its work",
    ofNightly,
    set(ofCron(failedJob, "export-2", "2026-01-01T10:03:00Z", condition("Complete"))),
  ],
];

function ready0(object: KubeObject): void {
  Object.assign(object, { status: { conditions: ready("2026-01-01T10:05:00Z") } });
}

const actedAfter = async (world: Case, meanwhile: Change, throttled = world.throttled ?? 0) => {
  clock.to("2026-01-01T10:00:00.000Z");
  const proposed = await run(world);
  meanwhile(proposed.kubernetes);
  clock.to("2026-01-01T10:20:00.000Z");
  const { outcomes } = await carriedOut({ ...proposed, throttled });
  clock.to("2026-01-01T10:00:00.000Z");
  return { outcome: outcomes?.[0], writes: proposed.kubernetes.writes.length };
};

test.each(rows)("%s is not written when %s before it is", async (verb, _, world, meanwhile) => {
  const before = await actedAfter(world, () => undefined);
  const after = await actedAfter(world, meanwhile);

  expect(before).toMatchObject({ outcome: { kind: "applied", verb }, writes: 1 });
  expect(after).toMatchObject({ outcome: { kind: "refused", reason: "changed", verb }, writes: 0 });
});

test.each([
  ["it is throttled no more", 0.1],
  ["Prometheus cannot tell", Number.NaN],
])("raise-cpu-limit is not written when %s", async (_, share) => {
  expect(await actedAfter(held, () => undefined)).toMatchObject({ writes: 1 });
  expect(await actedAfter(held, () => undefined, share)).toMatchObject({ outcome: { reason: "changed" }, writes: 0 });
});

const crowd = Array.from({ length: 1200 }, (_, index) => {
  const one = pod(`web-r2-${index}`, 2, {
    conditions: unready,
    containerStatuses: [killed("OOMKilled")],
  }) as KubeObject;
  return { ...one, metadata: { ...one.metadata, uid: `uid-${index}` } };
});

test.each<[Verb, Case]>([
  ["undo-rollout", undone],
  ["restart-workload", worldOf("restart-workload")],
  ["raise-memory-limit", outOfMemory],
])("%s is proposed and written where its workload has more pods than are read", async (verb, world) => {
  const about: Case["about"] = verb === "restart-workload" ? ["config-rotated-not-reloaded"] : world.about;
  const { outcome, writes } = await actedAfter({ ...world, about, objects: [...world.objects, ...crowd] }, () => null);

  expect(outcome).toMatchObject({ kind: "applied", verb });
  expect(writes).toBe(1);
});

test("a node whose clock runs wrong is cordoned though it has stayed ready", async () => {
  const { outcome } = await actedAfter(
    { ...flapping, about: ["node-clock-skew"] },
    nodeIs(ready("2026-01-01T09:59:00Z")),
  );

  expect(outcome).toMatchObject({ kind: "applied", verb: "cordon-node" });
});

test("each verb of the catalogue has a world that turned healthy", () => {
  expect(new Set(rows.map(([verb]) => verb))).toEqual(new Set(verbs.map(({ verb }) => verb)));
});

test.each([
  ["it was ready all the while", turned("2026-01-01T09:30:00Z", running("2026-01-01T09:30:00Z"))],
  ["it has been ready for a moment only", turned("2026-01-01T10:19:30Z", running("2026-01-01T10:19:20Z"))],
  [
    "it is between two crashes",
    turned(
      "2026-01-01T10:10:00Z",
      running("2026-01-01T10:10:00Z", {
        lastState: {
          terminated: { exitCode: 1, startedAt: "2026-01-01T10:00:00Z", finishedAt: "2026-01-01T10:09:00Z" },
        },
      }),
    ),
  ],
])("a workload is not called well again when %s", async (_, meanwhile) => {
  expect(await actedAfter(undone, meanwhile)).toMatchObject({ outcome: { kind: "applied" } });
});
