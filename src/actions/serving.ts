import type { EndpointSlice, KubeObject, Service, Workload } from "../incident/kube.ts";
import { workloadKinds } from "./verb.ts";

/** What a Service could lead to: the workloads of its namespace with ready pods. */
export const readyWorkloads = (near: readonly KubeObject[]): Workload[] =>
  near
    .filter((object): object is Workload => workloadKinds.some((kind) => kind === object.kind))
    .filter(({ status }) => (status?.readyReplicas ?? status?.numberReady ?? 0) > 0);

export const labelsOf = ({ spec }: Workload): Record<string, string> => spec.template.metadata?.labels ?? {};

export const selects = (selector: Record<string, string>, workload: Workload): boolean => {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labelsOf(workload)[key] === value);
};

/** The one workload with ready pods that a Service with this selector leads to; null: none, or more than one. */
export const servedBy = (selector: Record<string, string>, near: readonly KubeObject[]): Workload | null => {
  const [serves, ...others] = readyWorkloads(near).filter((workload) => selects(selector, workload));
  return others.length === 0 ? (serves ?? null) : null;
};

export const servicesIn = (near: readonly KubeObject[]): Service[] =>
  near.filter((object): object is Service => object.kind === "Service");

export const portsOf = ({ spec }: Workload): { name?: string; containerPort: number }[] =>
  spec.template.spec.containers.flatMap(({ ports = [] }) => ports);

/** Addresses that answer for this Service now. */
export const readyEndpoints = ({ metadata }: Service, near: readonly KubeObject[]): number =>
  near
    .filter((object): object is EndpointSlice => object.kind === "EndpointSlice")
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === metadata.name)
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .reduce((sum, { addresses = [] }) => sum + addresses.length, 0);
