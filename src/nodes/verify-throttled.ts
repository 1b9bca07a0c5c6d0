import { seriesSeen } from "../actions/seen.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Action } from "../incident/plan.ts";
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
