import type { Kind } from "../incident/kinds.ts";
import type { KubeObject } from "../incident/kube.ts";
import type { Logs } from "./logs.ts";

export interface ListQuery {
  kind: Kind;
  namespace: string | null;
  /** Label selector as in kubectl's -l. */
  selector: string | null;
  /** Most objects to return, over all pages; the answer says when there were more. */
  limit: number;
  /** Look through so many for those that are not well, and return them before the others. */
  unwellAmong?: number;
}

/** What may be asked of a Kubernetes cluster. Nothing here can change it. Failures are PortErrors. */
export interface Cluster extends Logs {
  /** Name of the cluster as people call it. */
  readonly name: string;
  /** The object as the API sends it, or null when there is none of that name. */
  get(kind: Kind, namespace: string | null, name: string, signal?: AbortSignal): Promise<KubeObject | null>;
  list(query: ListQuery, signal?: AbortSignal): Promise<{ objects: KubeObject[]; truncated: boolean }>;
  /** Names of the objects without their content. */
  names(kind: "ConfigMap", namespace: string, signal?: AbortSignal): Promise<string[]>;
}
