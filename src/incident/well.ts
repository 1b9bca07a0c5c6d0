import type { ContainerStatus, KubeNode, KubeObject, Pod, Workload } from "./kube.ts";

export const statusesOf = ({ status }: Pod): ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
];

export const podIsWell = (pod: Pod): boolean => {
  const { status } = pod;
  if (status?.phase === "Succeeded") return true;
  const ready = status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
  return ready && statusesOf(pod).every(({ lastState }) => (lastState?.terminated?.exitCode ?? 0) === 0);
};

const workloadIsWell = ({ kind, spec, status }: Workload): boolean =>
  kind === "DaemonSet"
    ? (status?.numberReady ?? 0) >= (status?.desiredNumberScheduled ?? 0)
    : (spec.replicas ?? 1) > 0
      ? (status?.readyReplicas ?? 0) >= (spec.replicas ?? 1) &&
        (status?.updatedReplicas ?? spec.replicas ?? 1) >= (spec.replicas ?? 1)
      : kind === "ReplicaSet";

/** NaN: it is not ready, or does not say since when. */
export const readySince = ({ status }: Pick<Pod | KubeNode, "status">): number =>
  Date.parse(
    status?.conditions?.find(({ type, status: is }) => type === "Ready" && is === "True")?.lastTransitionTime ?? "",
  );

/** Kinds whose status says whether they are well. */
export const tellsHealth: ReadonlySet<string> = new Set([
  "Pod",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
]);

/** Nothing in its status asks for a look. Of what cannot be read nobody knows. */
export const isWell = (object: KubeObject): boolean => {
  try {
    return object.kind === "Pod" ? podIsWell(object as Pod) : workloadIsWell(object as Workload);
  } catch {
    return false;
  }
};
