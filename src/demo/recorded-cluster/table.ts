import type { ContainerStatus, KubeObject, Pod, Workload } from "../../incident/kube.ts";
import { revisionOf } from "./replica-sets.ts";

type Cell = string | number;
interface Columns {
  names: string[];
  cells(object: KubeObject): Cell[];
}

const reasonOf = ({ state }: ContainerStatus): string | undefined =>
  state?.waiting?.reason ?? state?.terminated?.reason;

const podStatus = ({ status, metadata }: Pod): string => {
  if (metadata.deletionTimestamp) return "Terminating";
  const init = (status?.initContainerStatuses ?? []).find(
    (one) => one.state?.terminated?.exitCode !== 0 && reasonOf(one),
  );
  if (init) return `Init:${reasonOf(init)}`;
  const sick = (status?.containerStatuses ?? []).map(reasonOf).find((reason) => reason);
  return sick ?? status?.reason ?? status?.phase ?? "Unknown";
};

const podCells = (object: KubeObject): Cell[] => {
  const pod = object as Pod;
  const statuses = pod.status?.containerStatuses ?? [];
  const ready = statuses.filter((one) => one.ready).length;
  const restarts = Math.max(0, ...statuses.map(({ restartCount = 0 }) => restartCount));
  return [`${ready}/${pod.spec.containers.length}`, podStatus(pod), restarts];
};

const deploymentCells = (object: KubeObject): Cell[] => {
  const { spec, status = {} } = object as Workload;
  return [
    `${status.readyReplicas ?? 0}/${spec.replicas ?? 1}`,
    status.updatedReplicas ?? 0,
    status.availableReplicas ?? 0,
  ];
};

const replicaSetCells = (object: KubeObject): Cell[] => {
  const { spec, status = {} } = object as Workload;
  return [spec.replicas ?? 1, status.replicas ?? 0, status.readyReplicas ?? 0, revisionOf(object)];
};

/** The columns kubectl shows; other kinds get its own NAME and AGE. */
const columns: Record<string, Columns> = {
  Pod: { names: ["Ready", "Status", "Restarts"], cells: podCells },
  Deployment: { names: ["Ready", "Up-to-date", "Available"], cells: deploymentCells },
  ReplicaSet: { names: ["Desired", "Current", "Ready", "Revision"], cells: replicaSetCells },
};

const age = (since: string | undefined, now: string): string => {
  const seconds = Math.max(0, Math.round((Date.parse(now) - Date.parse(since ?? now)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  return seconds < 7_200 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3_600)}h`;
};

const column = (name: string): object => ({
  name,
  type: "string",
  format: name === "Name" ? "name" : "",
  description: "",
  priority: 0,
});

/** The objects as the table kubectl asks for, or null when there is none for this kind. */
export const tableOf = (kind: string, objects: KubeObject[], metadata: object, now: string): object | null => {
  const chosen = columns[kind];
  if (!chosen) return null;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: ["Name", ...chosen.names, "Age"].map(column),
    rows: objects.map((object) => ({
      cells: [object.metadata.name, ...chosen.cells(object), age(object.metadata.creationTimestamp, now)],
      object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata },
    })),
  };
};
