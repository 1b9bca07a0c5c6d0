import { historyKind, type Template, templateOf } from "../actions/revisions.ts";
import { objectsSeen } from "../actions/seen.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { KubeObject, Probe, Workload } from "../incident/kube.ts";
import type { Action } from "../incident/plan.ts";
import type { ObjectRef } from "../incident/subject.ts";

interface Acted {
  target: ObjectRef;
  params: Action["params"];
}

/** How the target was before our change. */
export interface Baseline {
  desired: number;
  ready: number;
  /** `container/kind` of each probe it must still have: those it had, or those of the revision that was put back. */
  probes: string[];
}

/** The last reading of the target before the change; null when it was never read. */
export const baselineOf = (evidence: readonly Evidence[], action: Acted, appliedAt: string): Baseline | null => {
  const { target } = action;
  const before = evidence.filter(({ askedAt }) => Date.parse(askedAt) <= Date.parse(appliedAt));
  const workload = objectsSeen<Workload>(before, target.kind).find(
    ({ metadata }) => metadata.name === target.name && metadata.namespace === target.namespace,
  );
  if (!workload) return null;
  return { desired: desiredOf(workload), ready: readyOf(workload), probes: probesAfter(action, workload, before) };
};

// Told by the probes and not by the hash of the template: what is looked at here is redacted.
const probesAfter = ({ target, params }: Acted, workload: Workload, before: readonly Evidence[]): string[] => {
  if (!("replicaSet" in params)) return probesOf(workload.spec.template);
  const kept = objectsSeen<KubeObject>(before, historyKind(target.kind)).find(
    ({ metadata }) => metadata.name === params.replicaSet && metadata.namespace === target.namespace,
  );
  const template = kept ? templateOf(kept) : null;
  return template === null ? [] : probesOf(template);
};

export const desiredOf = ({ kind, spec, status }: Workload): number =>
  kind === "DaemonSet" ? (status?.desiredNumberScheduled ?? 0) : (spec.replicas ?? 1);

export const readyOf = ({ kind, status }: Workload): number =>
  (kind === "DaemonSet" ? status?.numberReady : status?.readyReplicas) ?? 0;

export const probesOf = ({ spec }: Template): string[] =>
  spec.containers.flatMap((container) =>
    (["readinessProbe", "livenessProbe", "startupProbe"] as const)
      .filter((kind) => container[kind] !== undefined && asks(container[kind]))
      .map((kind) => `${container.name}/${kind}`),
  );

const asks = ({ httpGet, tcpSocket, exec, grpc }: Probe): boolean =>
  [httpGet, tcpSocket, exec, grpc].some((way) => way !== undefined);
