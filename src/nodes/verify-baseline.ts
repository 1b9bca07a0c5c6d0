import { historyKind, type Template, templateOf } from "../actions/revisions.ts";
import { objectsSeen } from "../actions/seen.ts";
import { canonical } from "../incident/canonical.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { KubeObject, Probe, Service, Workload } from "../incident/kube.ts";
import type { Action } from "../incident/plan.ts";
import type { ObjectRef } from "../incident/subject.ts";
import { selects } from "./verify-look.ts";

interface Acted {
  verb: Action["verb"];
  /** Whose health is looked at. */
  target: ObjectRef;
  params: Action["params"];
}

/** How the target was before our change, or how our change meant it to be. */
export interface Baseline {
  desired: number;
  ready: number;
  /** The probes it must still have: those it had, or those of the revision that was put back. */
  probes: Probes;
  /** The Services that selected it, by name, with what they select; empty when they were not read. */
  services: ReadonlyMap<string, Record<string, string>>;
}

/** `container/kind` of each probe that asks anything, and what it asks. */
export type Probes = ReadonlyMap<string, string>;

/** The last reading of the target before the change; null when it was never read. `began`: when the first of its plan was made. */
export const baselineOf = (
  evidence: readonly Evidence[],
  action: Acted,
  appliedAt: string,
  began: string,
): Baseline | null => {
  const { target } = action;
  const before = upTo(appliedAt, evidence);
  const workload = seenIn(before, target);
  if (!workload) return null;
  return {
    desired: meantOf(action, workload),
    ready: readyOf(workload),
    probes: probesAfter(action, workload, before),
    services: servicesOf(upTo(began, evidence), target),
  };
};

const upTo = (time: string, evidence: readonly Evidence[]): Evidence[] =>
  evidence.filter(({ askedAt }) => Date.parse(askedAt) <= Date.parse(time));

const seenIn = (evidence: readonly Evidence[], { kind, namespace, name }: ObjectRef): Workload | undefined =>
  objectsSeen<Workload>(evidence, kind).find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );

// Of the last list alone: an older one may hold a Service that was gone before the change.
const servicesOf = (before: readonly Evidence[], target: ObjectRef): Baseline["services"] => {
  const labels = seenIn(before, target)?.spec.template.metadata?.labels ?? {};
  const list = before.findLast(
    ({ question: asked }) =>
      asked.ask === "list" &&
      asked.kind === "Service" &&
      asked.namespace === target.namespace &&
      asked.selector === null,
  );
  return new Map(
    objectsSeen<Service>(list ? [list] : [], "Service")
      .map(({ metadata, spec }) => [metadata.name, spec.selector ?? {}] as const)
      .filter(([, selector]) => selects(selector, labels)),
  );
};

const meantOf = ({ verb, params }: Acted, workload: Workload): number =>
  verb === "scale-workload" && "to" in params ? Number(params.to) : desiredOf(workload);

// Told by the probes and not by the hash of the template: what is looked at here is redacted.
const probesAfter = ({ target, params }: Acted, workload: Workload, before: readonly Evidence[]): Probes => {
  const now = probesOf(workload.spec.template);
  if (!("replicaSet" in params)) return now;
  const kept = objectsSeen<KubeObject>(before, historyKind(target.kind)).find(
    ({ metadata }) => metadata.name === params.replicaSet && metadata.namespace === target.namespace,
  );
  const template = kept ? templateOf(kept) : null;
  if (template === null) return new Map();
  const then = probesOf(template);
  if (!("probe" in params)) return then;
  const own = `${params.container}/${params.probe}`;
  return new Map([...[...now].filter(([name]) => name !== own), ...[...then].filter(([name]) => name === own)]);
};

export const desiredOf = ({ kind, spec, status }: Workload): number =>
  kind === "DaemonSet" ? (status?.desiredNumberScheduled ?? 0) : (spec.replicas ?? 1);

export const readyOf = ({ kind, status }: Workload): number =>
  (kind === "DaemonSet" ? status?.numberReady : status?.readyReplicas) ?? 0;

export const probesOf = ({ spec }: Template): Probes =>
  new Map(
    spec.containers.flatMap((container) =>
      (["readinessProbe", "livenessProbe", "startupProbe"] as const).flatMap((kind) => {
        const probe = container[kind];
        return probe !== undefined && asks(probe) ? [[`${container.name}/${kind}`, canonical(probe)] as const] : [];
      }),
    ),
  );

const asks = ({ httpGet, tcpSocket, exec, grpc }: Probe): boolean =>
  [httpGet, tcpSocket, exec, grpc].some((way) => way !== undefined);
