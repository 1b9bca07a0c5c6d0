import { ownPods } from "../actions/seen.ts";
import { isKind } from "../incident/kinds.ts";
import type { Action } from "../incident/plan.ts";
import type { Ports } from "../ports/index.ts";
import { readNear } from "./change.ts";
import { shareIn, shareOf, tooMuch } from "./verify-throttled.ts";

/**
 * Why a container does not get more CPU after all, asked of Prometheus just before the write: it is held back no more,
 * or nobody can tell. Null: it still is, or its workload is gone, which the write itself tells.
 */
export const calmSince = async (
  { cluster, metrics }: Pick<Ports, "cluster" | "metrics">,
  action: Action,
): Promise<string | null> => {
  if (action.verb !== "raise-cpu-limit") return null;
  const { kind, namespace, name } = action.target;
  const live = isKind(kind) ? await cluster.get(kind, namespace, name) : null;
  if (live === null) return null;
  const near = await readNear(cluster, { near: ["Pod"] }, live);
  const pods = ownPods(live, near).map(({ metadata }) => metadata.name);
  const share = pods.length === 0 ? null : shareIn((await metrics?.instant(shareOf(action, pods))) ?? []);
  if (share === null) return "whether it is still throttled could not be told by Prometheus";
  return share > tooMuch ? null : `it is held back in ${Math.round(share * 100)} % of its periods only`;
};
