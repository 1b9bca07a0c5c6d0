import type { KubeNode, KubeObject } from "../incident/kube.ts";

/** Marks of a person or a machine that empties the node, or is about to take it away. */
const leaving = /ToBeDeleted|DeletionCandidate|karpenter.*disrupt|aws-node-termination|drain|maintenance|scale-down/i;

/** Why this node seems to be emptied on purpose, or null. */
export const drainOf = (node: KubeNode, pods: readonly KubeObject[]): string | null => {
  const taint = (node.spec?.taints ?? []).find(({ key }) => leaving.test(key));
  if (taint) return `it carries the taint ${taint.key}`;
  const mark = Object.keys(node.metadata.annotations ?? {}).find((key) => leaving.test(key));
  if (mark) return `it is marked ${mark}`;
  if (node.metadata.deletionTimestamp) return "it is being removed";
  const own = pods.filter((pod) => isOn(pod, node) && !isDaemon(pod));
  if (own.some(({ metadata }) => metadata.deletionTimestamp)) return "pods are being moved off it";
  return own.length === 0 ? "it is already empty, as after a drain" : null;
};

export const isReadyNode = ({ status }: KubeNode): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;

/** What else speaks against new pods on it, or null. */
export const pressureOf = ({ status }: KubeNode): string | null =>
  status?.conditions?.find(({ type, status: is }) => type !== "Ready" && unsound.test(type) && is === "True")?.type ??
  null;

const unsound = /Pressure$|^NetworkUnavailable$/;

export const isOn = (pod: KubeObject, { metadata }: KubeObject): boolean =>
  pod.kind === "Pod" && (pod.spec as { nodeName?: string } | undefined)?.nodeName === metadata.name;

const isDaemon = ({ metadata }: KubeObject): boolean =>
  metadata.ownerReferences?.some(({ kind }) => kind === "DaemonSet" || kind === "Node") ?? false;
