import type { Alert } from "../incident/alert.ts";
import type { ObjectRef } from "../incident/subject.ts";

const meta = new Set(["Watchdog", "InfoInhibitor"]);

/** Alerts that fire by design and are never an incident. */
export const ignorable = ({ name, labels }: Pick<Alert, "name" | "labels">): boolean =>
  meta.has(name) || meta.has(labels.alertname ?? "");

/** Order matters: what an alert names explicitly goes before the pod, the pod before the node. `job` is the scrape job. */
const namespaced: readonly (readonly [label: string, kind: string])[] = [
  ["deployment", "Deployment"],
  ["statefulset", "StatefulSet"],
  ["daemonset", "DaemonSet"],
  ["job_name", "Job"],
  ["cronjob", "CronJob"],
  ["horizontalpodautoscaler", "HorizontalPodAutoscaler"],
  ["poddisruptionbudget", "PodDisruptionBudget"],
  ["persistentvolumeclaim", "PersistentVolumeClaim"],
  ["resourcequota", "ResourceQuota"],
  ["replicaset", "ReplicaSet"],
  ["pod", "Pod"],
  ["service", "Service"],
];

const dnsName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** The sick object's label, not the exporter's: `exported_*` goes first. What cannot be a name counts as absent. */
const named = (labels: Record<string, string>, label: string): string | null => {
  const value = labels[`exported_${label}`] || labels[label] || "";
  return dnsName.test(value) ? value : null;
};

const isStateMetrics = (text: string | undefined): boolean => /kube-state-metrics/.test(text ?? "");

const explicit = (labels: Record<string, string>, namespace: string): ObjectRef | null => {
  for (const [label, kind] of namespaced) {
    const name = named(labels, label);
    if (name !== null && !isStateMetrics(name)) return { kind, namespace, name };
  }
  return null;
};

const nodeOf = (labels: Record<string, string>): string | null => {
  const node = named(labels, "node");
  if (node !== null) return node;
  if (isStateMetrics(labels.job) || !/^(node-exporter|kubelet)$/.test(labels.job ?? "")) return null;
  const host = (labels.instance ?? "").replace(/:\d+$/, "");
  return dnsName.test(host) ? host : null;
};

/** What the labels say is sick, before anybody asks the cluster. */
export const subjectOf = ({ labels }: Pick<Alert, "labels">): ObjectRef => {
  // On these the pod and the namespace are the exporter's.
  const aboutNode = /^(Node[A-Z]|KubeNode|Kubelet)/.test(labels.alertname ?? "") ? nodeOf(labels) : null;
  if (aboutNode !== null) return { kind: "Node", namespace: null, name: aboutNode };
  const namespace = named(labels, "namespace");
  const object = namespace === null ? null : explicit(labels, namespace);
  if (object !== null) return object;
  const volume = named(labels, "persistentvolume");
  if (volume !== null) return { kind: "PersistentVolume", namespace: null, name: volume };
  const node = nodeOf(labels);
  if (node !== null) return { kind: "Node", namespace: null, name: node };
  if (namespace !== null) return { kind: "Namespace", namespace: null, name: namespace };
  return { kind: "Cluster", namespace: null, name: named(labels, "cluster") ?? "cluster" };
};
