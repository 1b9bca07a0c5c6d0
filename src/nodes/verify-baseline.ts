import { objectsSeen } from "../actions/seen.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Probe, Workload } from "../incident/kube.ts";
import type { ObjectRef } from "../incident/subject.ts";

/** How the target was before our change. */
export interface Baseline {
  desired: number;
  ready: number;
  /** `container/kind` of each probe it had. */
  probes: string[];
}

/** The last reading of the target before the change; null when it was never read. */
export const baselineOf = (evidence: readonly Evidence[], target: ObjectRef, appliedAt: string): Baseline | null => {
  const before = evidence.filter(({ askedAt }) => Date.parse(askedAt) <= Date.parse(appliedAt));
  const workload = objectsSeen<Workload>(before, target.kind).find(
    ({ metadata }) => metadata.name === target.name && metadata.namespace === target.namespace,
  );
  if (!workload) return null;
  return { desired: desiredOf(workload), ready: readyOf(workload), probes: probesOf(workload) };
};

export const desiredOf = ({ kind, spec, status }: Workload): number =>
  kind === "DaemonSet" ? (status?.desiredNumberScheduled ?? 0) : (spec.replicas ?? 1);

export const readyOf = ({ kind, status }: Workload): number =>
  (kind === "DaemonSet" ? status?.numberReady : status?.readyReplicas) ?? 0;

export const probesOf = ({ spec }: Workload): string[] =>
  spec.template.spec.containers.flatMap((container) =>
    (["readinessProbe", "livenessProbe", "startupProbe"] as const)
      .filter((kind) => container[kind] !== undefined && asks(container[kind]))
      .map((kind) => `${container.name}/${kind}`),
  );

const asks = ({ httpGet, tcpSocket, exec, grpc }: Probe): boolean =>
  [httpGet, tcpSocket, exec, grpc].some((way) => way !== undefined);
