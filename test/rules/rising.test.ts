import { expect, test } from "vitest";
import type { ContainerStatus, Pod } from "../../src/incident/kube.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { changed, type Scene } from "./changed.ts";
import { recorded } from "./recorded.ts";

const { now } = recorded("web-prod");
const ago = (seconds: number): string => new Date(Date.parse(now) - seconds * 1000).toISOString();

const rolling = (scene: Scene): void => {
  const { status } = scene.workload();
  Object.assign(status ?? {}, { updatedReplicas: 1, readyReplicas: 2 });
  const progressing = status?.conditions?.find(({ type }) => type === "Progressing");
  Object.assign(progressing ?? {}, {
    reason: "ReplicaSetUpdated",
    message: "ReplicaSet is progressing.",
    lastTransitionTime: ago(130),
  });
};

const own = ({ objects }: Scene): Pod => {
  const pod = objects.find(({ kind, metadata }) => kind === "Pod" && metadata.name.startsWith("web-"));
  if (!pod) throw new Error("no pod of web");
  return pod as unknown as Pod;
};

const statusOf = (pod: Pod): ContainerStatus => {
  const [status] = pod.status?.containerStatuses ?? [];
  if (!status) throw new Error("no container status");
  return status;
};

const judged = (change: (scene: Scene) => void) =>
  diagnoseByRules({
    ...changed("web-prod", change),
    subject: { kind: "Deployment", namespace: "web-prod", name: "web" },
    alerts: [],
  });

const slow = (scene: Scene): Pod => {
  rolling(scene);
  const pod = own(scene);
  Object.assign(statusOf(pod), { ready: false, restartCount: 0, state: { running: { startedAt: ago(120) } } });
  return pod;
};

const initRunning = (seconds: number, log?: string) => (scene: Scene) => {
  const pod = slow(scene);
  Object.assign(statusOf(pod), { state: { waiting: { reason: "PodInitializing" } } });
  pod.spec.initContainers = [{ name: "wait", image: "busybox" }];
  Object.assign(pod.status ?? {}, {
    phase: "Pending",
    initContainerStatuses: [
      { name: "wait", ready: false, restartCount: 0, state: { running: { startedAt: ago(seconds) } } },
    ],
  });
  // The scene's log is that of its first pod's first container.
  if (log) pod.spec.containers = [{ name: "wait", image: "busybox" }, ...pod.spec.containers];
  if (log) scene.log(log);
};

test("a rollout whose containers are not ready yet is no trouble", () => {
  expect(judged(slow).certain?.class).toBe("control-rollout-in-progress");
  expect(judged(initRunning(60)).certain?.class).toBe("control-rollout-in-progress");
});

test("a rollout whose init container does not end is not dismissed", () => {
  const { certain, candidates } = judged(initRunning(130));

  expect(certain).toBeNull();
  expect(candidates[0]?.class).toBe("init-container-hung");
});

test("an init container that says again and again that it waits hangs for certain", () => {
  const { certain } = judged(initRunning(130, "waiting for the schema to appear\n".repeat(40)));

  expect(certain?.class).toBe("init-container-hung");
});

test.each([1, 3])("a rollout whose container ended with success and %i restarts is not dismissed", (restartCount) => {
  const { certain } = judged((scene) => {
    Object.assign(statusOf(slow(scene)), {
      restartCount,
      state: { terminated: { exitCode: 0, reason: "Completed", startedAt: ago(12), finishedAt: ago(10) } },
    });
  });

  expect(certain?.class ?? null).toBe(restartCount > 1 ? "process-exits-zero" : null);
});

test("a workload that got over a crash is healthy, and the crash is told", () => {
  const { certain } = judged((scene) => {
    Object.assign(statusOf(own(scene)), {
      restartCount: 1,
      state: { running: { startedAt: ago(118) } },
      lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: ago(122), finishedAt: ago(120) } },
    });
  });

  expect(certain?.class).toBe("control-healthy");
  expect(certain?.statement).toContain("ended with exit code 1 2 minutes ago and recovered on its own (1 restart)");
  expect(certain?.statement).not.toContain("none restarted");
});

const newestReady = (readyReplicas: number) => (scene: Scene) => {
  slow(scene);
  const sets = scene.objects.filter(({ kind, metadata }) => kind === "ReplicaSet" && metadata.name.startsWith("web-"));
  const revision = ({ metadata }: (typeof sets)[number]) =>
    Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
  const newest = sets.toSorted((a, b) => revision(b) - revision(a))[0];
  if (!newest) throw new Error("no ReplicaSet of web");
  Object.assign(newest, { status: { readyReplicas } });
};

test("ready pods of an older revision are not counted for the new one", () => {
  expect(judged(newestReady(0)).certain?.statement).toContain("0 of 2 replicas of the new revision ready");
  // The control: one that is ready is counted.
  expect(judged(newestReady(1)).certain?.statement).toContain("1 of 2 replicas of the new revision ready");
});

const part = (name: string, container: object, status: object) => {
  const labels = { app: name };
  const spec = { containers: [{ name: "main", image: `${name}:1`, ...container }] };
  const owner = { kind: "Deployment", name, uid: name, controller: true };
  return [
    { kind: "Service", metadata: { name }, spec: { selector: labels, ports: [{ port: 8080 }], clusterIP: "10.9.9.9" } },
    {
      kind: "EndpointSlice",
      metadata: { name: `${name}-1`, labels: { "kubernetes.io/service-name": name } },
      endpoints: [],
    },
    {
      kind: "Deployment",
      metadata: { name, uid: name },
      spec: { replicas: 1, template: { metadata: { labels }, spec } },
    },
    {
      kind: "Pod",
      metadata: { name: `${name}-a`, labels, ownerReferences: [owner] },
      spec,
      status: {
        phase: "Pending",
        containerStatuses: [{ name: "main", ready: false, restartCount: 0, ...status }],
      },
    },
  ] as never[];
};

const unpulled = {
  state: {
    waiting: { reason: "ErrImagePull", message: "failed to resolve image: docker.io/library/db:nosuch: not found" },
  },
};
const crashed = { restartCount: 2, state: { terminated: { exitCode: 1, reason: "Error", finishedAt: ago(9) } } };

/** web waits for api in its init container, api needs db, and what db is, is given. */
const behindApi = (db: object, seconds: number) => (scene: Scene) => {
  initRunning(seconds)(scene);
  const wait = { name: "wait", image: "busybox", command: ["sh", "-c", "until nc -z api 8080; do sleep 2; done"] };
  own(scene).spec.initContainers = [wait];
  const ready = own(scene).status?.conditions?.find(({ type }) => type === "Ready");
  Object.assign(ready ?? {}, { status: "False" });
  scene.workload().spec.template.spec.initContainers = [wait];
  scene.add(...part("api", { env: [{ name: "DB", value: "tcp://db:6379" }] }, crashed), ...part("db", {}, db));
};

test("a rollout that waits for what cannot come is not dismissed, and told what that is", () => {
  const { certain, candidates } = judged(behindApi(unpulled, 60));

  expect(certain).toBeNull();
  expect(candidates).toMatchObject([{ class: "image-not-found", object: { name: "db" }, confidence: 0.8 }]);
});

test("control: a rollout behind what is only on its way too still moves", () => {
  expect(judged(behindApi({ state: { waiting: { reason: "ContainerCreating" } } }, 60)).certain?.class).toBe(
    "control-rollout-in-progress",
  );
});

test("an init container that hangs lists what is wrong at the end of its chain", () => {
  const { candidates } = judged(behindApi(unpulled, 130));

  expect(candidates.map(({ class: name, object }) => `${name} ${object.name}`)).toEqual([
    "init-container-hung web",
    "image-not-found db",
  ]);
});
