import { tellsHealth } from "../incident/well.ts";
import type { Cluster, ListQuery } from "../ports/cluster.ts";
import { PortError } from "../ports/port-error.ts";

/** So many are looked through for those that are not well; more than the limit are never kept. */
const mostLookedThrough = 10_000;

type Listed = Awaited<ReturnType<Cluster["list"]>>;

/** A first part of a long list is told by names, and says nothing of the sick beyond it: then they are looked for in the rest. */
export const readUnwellFirst = async (cluster: Cluster, query: ListQuery, signal: AbortSignal): Promise<Listed> => {
  const first = await cluster.list(query, signal);
  if (!first.truncated || !tellsHealth.has(query.kind)) return first;
  return cluster.list({ ...query, unwellAmong: mostLookedThrough }, signal).catch((error: unknown): Listed => {
    if (!(error instanceof PortError)) throw error;
    return first;
  });
};
