import { seriesSeen } from "../actions/seen.ts";
import type { Evidence, Series } from "../incident/evidence.ts";
import type { Action } from "../incident/plan.ts";
import type { LiveCheck } from "./verify-checks.ts";
import type { Ask, Sight } from "./verify-look.ts";

type Raised = Extract<Action, { verb: "raise-cpu-limit" }>;

/** What the alert and the rule call throttled. */
export const tooMuch = 0.25;

const quoted = (text: string): string => JSON.stringify(text);
const literal = (name: string): string => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

// The pods of the new limit have series of their own, so nothing of the time before is in it.
export const shareOf = ({ target, params }: Raised, pods: readonly string[]): string => {
  const where = `{namespace=${quoted(target.namespace ?? "")},pod=~${quoted(pods.map(literal).join("|"))},container=${quoted(params.container)}}`;
  const periods = (kind: string): string => `sum(increase(container_cpu_cfs_${kind}_total${where}[2m]))`;
  return `${periods("throttled_periods")} / ${periods("periods")}`;
};

/** The share of its periods in which it was held back; 0 of one that is idle, which divides nothing by nothing. Null: nobody can tell. */
export const shareIn = ([first]: readonly Series[]): number | null => {
  const last = first?.points.at(-1)?.[1];
  return first === undefined ? null : Number.isFinite(last) ? (last ?? 0) : 0;
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
  const share = shareIn(seriesSeen([seen], query));
  const check: LiveCheck =
    share === null
      ? { ...common, ok: false, unknown: true, detail: "Prometheus could not tell" }
      : { ...common, ok: share <= tooMuch, detail: `held back in ${Math.round(share * 100)} % of its periods` };
  return { checks: [check], evidence: [seen] };
};
