import type { Evidence, Series } from "../incident/evidence.ts";
import type { KubeObject } from "../incident/kube.ts";
import { type ObjectRef, sameObject } from "../incident/subject.ts";
import { reachOf } from "../rules/around/reach.ts";
import { keyOf, refOf } from "../rules/world/objects.ts";
import { worldOf } from "../rules/world/world.ts";

/** Whether an object bears on the subject. */
export type IsNear = (object: KubeObject) => boolean;

// Everything in the namespace stands under these; neighbours that are not near are not read.
const shared = new Set(["ResourceQuota", "LimitRange", "NetworkPolicy"]);

export const nearness = (evidence: readonly Evidence[], subject: ObjectRef, now: string): IsNear => {
  if (subject.kind === "Namespace" || subject.kind === "Cluster") return () => true;
  const world = worldOf(evidence, now);
  const reach = reachOf(world, subject);
  const ofService = (object: KubeObject): boolean => {
    const name = object.metadata.labels?.["kubernetes.io/service-name"];
    return name !== undefined && reach.has(keyOf({ ...refOf(object), kind: "Service", name }));
  };
  return (object) =>
    reach.has(keyOf(refOf(object))) ||
    shared.has(object.kind) ||
    ofService(object) ||
    sameObject(world.rootOf(object), subject);
};

/** Of a series: how much it is about the subject and its alerts. More is told first. */
export type Bearing = (series: Series, query: string) => number;

// As kube-state-metrics and cAdvisor call them.
const kinds: Readonly<Record<string, string>> = {
  pod: "Pod",
  deployment: "Deployment",
  statefulset: "StatefulSet",
  daemonset: "DaemonSet",
  replicaset: "ReplicaSet",
  job_name: "Job",
  cronjob: "CronJob",
  service: "Service",
  persistentvolumeclaim: "PersistentVolumeClaim",
  horizontalpodautoscaler: "HorizontalPodAutoscaler",
  node: "Node",
};

/** The namespace that a query is about. Whoever wrote it, it is only looked at. */
export const namespaceIn = (query: string): string => /\bnamespace="([^"\\]*)"/.exec(query)?.[1] ?? "";

export const bearingOn = (isNear: IsNear, alerts: readonly string[]): Bearing => {
  const isNamed = (name: string, value: string, namespace: string): boolean => {
    const kind = kinds[name];
    const metadata = { name: value, ...(kind !== "Node" && { namespace }) };
    return kind !== undefined && isNear({ apiVersion: "v1", kind, metadata });
  };
  return ({ labels }, query) => {
    const namespace = labels.namespace ?? namespaceIn(query);
    const isOwn = Object.entries(labels).some(([name, value]) => isNamed(name, value, namespace));
    return Number(isOwn) + Number(alerts.includes(labels.alertname ?? ""));
  };
};
