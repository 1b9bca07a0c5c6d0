import type { Unreadable } from "../incident/evidence.ts";
import type { KubeObject } from "../incident/kube.ts";
import { readableObjects } from "../incident/readable.ts";
import type { Cluster, ListQuery } from "../ports/cluster.ts";

export interface Readable {
  readonly objects: KubeObject[];
  readonly truncated: boolean;
  /** Left out: of a shape that no API server sends. As with a list that was cut short, what is not there proves nothing. */
  readonly unreadable: Unreadable[];
}

/** A list as nodes and verbs may use it: whatever else came with it costs only itself. */
export const readList = async (cluster: Cluster, query: ListQuery, signal?: AbortSignal): Promise<Readable> => {
  const { objects, truncated } = await cluster.list(query, signal);
  return { ...readableObjects(objects), truncated };
};
