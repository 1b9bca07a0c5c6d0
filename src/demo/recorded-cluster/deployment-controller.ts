import { canonical } from "../../incident/canonical.ts";
import type { KubeObject, Pod, Workload } from "../../incident/kube.ts";
import type { ClusterClock } from "./cluster-clock.ts";
import { deploymentStatus } from "./deployment-status.ts";
import { followPods } from "./endpoint-slices.ts";
import { isHealed } from "./healing.ts";
import type { Heals } from "./heals.ts";
import { isReady, newPod } from "./new-pods.ts";
import type { RecordedPods } from "./recorded-pods.ts";
import { newestReplicaSet, ownedObjects, replicaSetsOf, revisionKey, revisionOf, uidFrom } from "./replica-sets.ts";
import type { Shelf } from "./shelf.ts";
import { logKey, type World } from "./world.ts";

const rolloutStartsAfterMs = 1_000;
export const rolloutEndsAfterMs = 4_000;

export interface Cluster {
  shelf: Shelf;
  logs: World["logs"];
  clock: ClusterClock;
  recorded: RecordedPods;
  healsIn: (namespace: string) => Heals;
}

const isoSeconds = (clock: ClusterClock): string =>
  clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, "Z");

const deploymentAgain = (shelf: Shelf, { metadata }: KubeObject): Workload | null =>
  shelf.get("Deployment", metadata.namespace ?? null, metadata.name) as Workload | null;

const podsOf = (shelf: Shelf, set: Workload): Pod[] => ownedObjects(shelf, "Pod", set) as Pod[];

const scaled = (shelf: Shelf, set: Workload, pods: Pod[]): Workload => {
  const ready = pods.filter(isReady).length;
  const status = { ...set.status, replicas: pods.length, readyReplicas: ready, availableReplicas: ready };
  return shelf.put({ ...set, spec: { ...set.spec, replicas: pods.length }, status }) as Workload;
};

/** Sees the new template: a ReplicaSet becomes the newest revision and the Deployment says so. */
const start = ({ shelf, clock }: Cluster, deployment: Workload): void => {
  if (deployment.spec.paused) return;
  const time = isoSeconds(clock);
  const set = newestReplicaSet(shelf, deployment, time);
  const annotations = { ...deployment.metadata.annotations, [revisionKey]: String(revisionOf(set)) };
  const pods = replicaSetsOf(shelf, deployment).flatMap((one) => podsOf(shelf, one));
  const status = deploymentStatus(deployment, set, pods, podsOf(shelf, set), time);
  shelf.put({ ...deployment, metadata: { ...deployment.metadata, annotations }, status });
};

const keepLog = ({ logs, healsIn }: Cluster, pod: Pod, like: Pod | null, sick: boolean, time: string): void => {
  const namespace = pod.metadata.namespace ?? "";
  for (const { name } of pod.spec.containers) {
    for (const previous of [false, true]) {
      const recorded = sick && like ? logs.get(logKey(namespace, like.metadata.name, name, previous)) : undefined;
      if (recorded) logs.set(logKey(namespace, pod.metadata.name, name, previous), recorded);
    }
    const lines = sick ? [] : (healsIn(namespace).logs?.[name] ?? []);
    if (lines.length > 0) {
      logs.set(logKey(namespace, pod.metadata.name, name, false), lines.map((line) => `${time} ${line}\n`).join(""));
    }
  }
};

/** How the new pods of a ReplicaSet are sick: like this recorded pod; null when they are well. */
const sicknessOf = (cluster: Cluster, deployment: Workload, set: Workload, others: Workload[]): Pod | null => {
  const { recorded, healsIn } = cluster;
  const { name, namespace = "" } = deployment.metadata;
  if (recorded.wereWell(set) || isHealed(healsIn(namespace), name, set)) return null;
  return recorded.sickExample(set, others);
};

/** Pods the newest ReplicaSet still lacks, well or sick as the story has it. */
const addPods = (cluster: Cluster, deployment: Workload, set: Workload, others: Workload[]): Pod[] => {
  const { shelf, clock } = cluster;
  const time = isoSeconds(clock);
  const here = podsOf(shelf, set);
  const sickness = sicknessOf(cluster, deployment, set, others);
  const like = sickness ?? others.flatMap((other) => podsOf(shelf, other))[0] ?? here[0] ?? null;
  const lacking = Math.max(0, (deployment.spec.replicas ?? 1) - here.length);
  for (let at = 0; at < lacking; at += 1) {
    const pod = newPod(set, here.length + at, time, like, sickness !== null);
    shelf.put(pod);
    keepLog(cluster, pod, like, sickness !== null, time);
  }
  return podsOf(shelf, set);
};

const note = ({ shelf, clock }: Cluster, deployment: Workload, message: string): void => {
  const time = isoSeconds(clock);
  const { name, namespace = "", uid } = deployment.metadata;
  shelf.put({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${uidFrom([uid, message, time]).slice(0, 8)}`, namespace, creationTimestamp: time },
    involvedObject: { kind: "Deployment", namespace, name, uid, apiVersion: "apps/v1" },
    reason: "ScalingReplicaSet",
    message,
    type: "Normal",
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
    source: { component: "deployment-controller" },
  });
};

/** Carries the rollout as far as it goes: new pods; the old ones leave once the new ones are ready. */
export const finish = (cluster: Cluster, deployment: Workload): void => {
  if (deployment.spec.paused) return;
  const { shelf, clock } = cluster;
  const set = newestReplicaSet(shelf, deployment, isoSeconds(clock));
  const others = replicaSetsOf(shelf, deployment).filter(({ metadata }) => metadata.uid !== set.metadata.uid);
  for (const pod of podsOf(shelf, set).slice(deployment.spec.replicas ?? 1)) shelf.remove(pod);
  const updated = addPods(cluster, deployment, set, others);
  note(cluster, deployment, `Scaled up replica set ${set.metadata.name} to ${updated.length}`);
  scaled(shelf, set, updated);
  const ready = updated.every(isReady);
  for (const other of others.filter((one) => podsOf(shelf, one).length > 0)) {
    // A sick update never takes the place of pods that serve.
    const kept = ready ? [] : podsOf(shelf, other).filter(isReady);
    for (const pod of podsOf(shelf, other))
      if (!kept.some((one) => one.metadata.uid === pod.metadata.uid)) shelf.remove(pod);
    scaled(shelf, other, kept);
    note(cluster, deployment, `Scaled down replica set ${other.metadata.name} to ${kept.length}`);
  }
  const left = replicaSetsOf(shelf, deployment).flatMap((one) => podsOf(shelf, one));
  const status = deploymentStatus(deployment, set, left, updated, isoSeconds(clock));
  shelf.put({ ...deployment, status });
  followPods(shelf, deployment.metadata.namespace ?? "");
};

/** What the controller acts upon; everything else stays without consequence. */
const wish = ({ spec }: Workload): string => canonical([spec.template, spec.replicas ?? 1, spec.paused ?? false]);

/** Answers a change of a Deployment's wish, in two steps of the clock. */
export const deploymentController =
  (cluster: Cluster) =>
  (before: KubeObject | null, after: KubeObject | null): void => {
    if (after?.kind !== "Deployment") return;
    if (wish(before as Workload) === wish(after as Workload)) return;
    const later = (step: (cluster: Cluster, deployment: Workload) => void) => (): void => {
      const now = deploymentAgain(cluster.shelf, after);
      // A newer change has its own two steps.
      if (now && now.metadata.generation === after.metadata.generation) step(cluster, now);
    };
    cluster.clock.after(rolloutStartsAfterMs, later(start));
    cluster.clock.after(rolloutEndsAfterMs, later(finish));
  };
