import type { Pod } from "../incident/kube.ts";
import { readySince } from "../incident/well.ts";
import type { LiveCheck } from "./verify-checks.ts";
import type { Sight } from "./verify-look.ts";

/** Since when all has been as it is now: the last time a pod became ready, or a container ended. Null: not at all. */
export const steadySince = ({ pods }: Sight): number | null => {
  if (pods === null || pods.length === 0) return null;
  const times = pods.flatMap((pod) => [readySince(pod), ...containerTimes(pod)]);
  return times.some(Number.isNaN) ? null : Math.max(...times);
};

const containerTimes = ({ status }: Pod): number[] =>
  (status?.containerStatuses ?? []).flatMap(({ state, lastState }) => [
    Date.parse(state?.running?.startedAt ?? ""),
    ...(lastState?.terminated?.finishedAt ? [Date.parse(lastState.terminated.finishedAt)] : []),
  ]);

/** Readiness that lasted, without a restart on the way. */
export const steadyCheck = (since: number | null, now: number, watchMs: number): LiveCheck => ({
  name: "steady",
  required: true,
  ok: since !== null && now - since >= watchMs,
  detail:
    since === null
      ? "not all of its pods are ready and running"
      : `ready without a restart for ${Math.round((now - since) / 1000)} s of ${Math.round(watchMs / 1000)} s`,
});
