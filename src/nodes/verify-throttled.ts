import { ownPods, seriesSeen } from "../actions/seen.ts";
import type { Evidence } from "../incident/evidence.ts";
import { isKind } from "../incident/kinds.ts";
import type { Action } from "../incident/plan.ts";
import type { Ports } from "../ports/index.ts";
import { readNear } from "./change.ts";
import type { LiveCheck } from "./verify-checks.ts";
import type { Ask, Sight } from "./verify-look.ts";

type Raised = Extract<Action, { verb: "raise-cpu-limit" }>;

/** What the alert and the rule call throttled. */
const tooMuch = 0.25;

const quoted = (text: string): string => JSON.stringify(text);
const literal = (name: string): string => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

// The pods of the new limit have series of their own, so nothing of the time before is in it.
const shareOf = ({ target, params }: Raised, pods: readonly string[]): string => {
  const where = `{namespace=${quoted(target.namespace ?? "")},pod=~${quoted(pods.map(literal).join("|"))},container=${quoted(params.container)}}`;
  const periods = (kind: string): string => `sum(increase(container_cpu_cfs_${kind}_total${where}[2m]))`;
  return `${periods("throttled_periods")} / ${periods("periods")}`;
};

/** Why a container is not to get more CPU after all: Prometheus is asked again before the write. Null: it is still throttled. */
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
  const series = pods.length === 0 ? [] : ((await metrics?.instant(shareOf(action, pods))) ?? []);
  const share = series[0]?.points.at(-1)?.[1];
  if (share === undefined || Number.isNaN(share))
    return "whether it is still throttled could not be told by Prometheus";
  return share > tooMuch ? null : `it is held back in ${Math.round(share * 100)} % of its periods only`;
};

/** A throttled pod is ready all the while: whether more CPU helped is told by its throttling alone. */
export const notThrottled = async (
  ask: Ask,
  action: Raised,
  sight: Sight | null,
): Promise<{ checks: LiveCheck[]; evidence: Evidence[] }> => {
  const pods = (sight?.pods ?? []).map(({ metadata }) => metadata.name);
  const common = { name: "throttling gone", required: true, slow: true };
  if (pods.length === 0)
    return { checks: [{ ...common, ok: false, unknown: true, detail: "none of its pods was seen" }], evidence: [] };
  const query = shareOf(action, pods);
  const seen = await ask({ ask: "metric", query, minutes: 0 });
  const share = seriesSeen([seen], query)[0]?.points.at(-1)?.[1];
  const check: LiveCheck =
    share === undefined
      ? { ...common, ok: false, unknown: true, detail: "Prometheus could not tell" }
      : { ...common, ok: share <= tooMuch, detail: `held back in ${Math.round(share * 100)} % of its periods` };
  return { checks: [check], evidence: [seen] };
};
