import type { Condition, ContainerStatus, KubeObject, Pod, Workload } from "../../incident/kube.ts";
import { ownerReference, safeName, uidFrom } from "./replica-sets.ts";

const condition = (type: string, ok: boolean, time: string): Condition => ({
  type,
  status: ok ? "True" : "False",
  lastTransitionTime: time,
  ...(!ok && { reason: "ContainersNotReady", message: "containers with unready status" }),
});

const running = (pod: Pod, time: string): Pod["status"] => ({
  phase: "Running",
  startTime: time,
  conditions: ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) =>
    condition(type, true, time),
  ),
  containerStatuses: pod.spec.containers.map(({ name, image = "" }) => ({
    name,
    image,
    imageID: "",
    ready: true,
    started: true,
    restartCount: 0,
    state: { running: { startedAt: time } },
    lastState: {},
  })),
});

/** The same sickness on a young pod: one restart at most, everything else as the recorded pod shows it. */
const sickLike = (sick: Pod, name: string): Pod["status"] => {
  const renamed = (status: ContainerStatus): ContainerStatus => ({
    ...status,
    restartCount: Math.min(status.restartCount ?? 0, 1),
  });
  const { containerStatuses, ...rest } = sick.status ?? {};
  const text = JSON.stringify({
    ...rest,
    ...(containerStatuses && { containerStatuses: containerStatuses.map(renamed) }),
  });
  return JSON.parse(text.replaceAll(sick.metadata.name, name)) as Pod["status"];
};

/**
 * A pod of the ReplicaSet as the controller, scheduler and kubelet would leave it.
 * `like` lends it what admission adds (service account volume, tolerations, node); `sick` says whether it shares its sickness.
 */
export const newPod = (set: Workload, at: number, time: string, like: Pod | null, sick: boolean): Pod => {
  const { namespace, uid } = set.metadata;
  const name = `${set.metadata.name}-${safeName([uid, at, time], 5)}`;
  const template = set.spec.template;
  const admitted = like && {
    nodeName: like.spec.nodeName,
    tolerations: like.spec.tolerations,
    serviceAccountName: like.spec.serviceAccountName,
  };
  const pod: KubeObject = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      ...(namespace && { namespace }),
      uid: uidFrom([uid, name]),
      creationTimestamp: time,
      labels: { ...template.metadata?.labels },
      ...(template.metadata?.annotations && { annotations: template.metadata.annotations }),
      ownerReferences: [ownerReference(set) as never],
    },
    spec: JSON.parse(JSON.stringify({ ...template.spec, ...admitted })) as Pod["spec"],
  };
  return { ...(pod as Pod), status: sick && like ? sickLike(like, name) : running(pod as Pod, time) } as Pod;
};

export const isReady = ({ status }: Pod): boolean =>
  (status?.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");
