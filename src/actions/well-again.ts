import type { Pod, Workload } from "../incident/kube.ts";
import { readySince } from "../incident/well.ts";
import { ownPods } from "./seen.ts";
import type { Ground } from "./verb.ts";

const steadyMs = 60_000;

/** Why a workload that was sick when the plan was made is well now, without us; null: it is not, or nobody can tell. */
export const wellAgain = ({
  live,
  near,
  madeAt,
  now,
}: Pick<Ground<never, Workload>, "live" | "near" | "madeAt" | "now">): string | null => {
  if (madeAt === null || !isWhole(live)) return null;
  const pods = ownPods(live, near).filter(({ metadata }) => !metadata.deletionTimestamp);
  const since = pods.map(readySince);
  // What was ready all the while is not what made it sick.
  const turned = since.some((time) => time > Date.parse(madeAt));
  const steady = since.every((time) => Date.parse(now) - time >= steadyMs) && pods.every((pod) => outlives(pod, now));
  return turned && steady ? `all of its pods have become ready by themselves since (${pods.length})` : null;
};

const isWhole = ({ metadata, spec, status = {} }: Workload): boolean => {
  const desired = status.desiredNumberScheduled ?? spec.replicas ?? 1;
  const counts = [status.updatedNumberScheduled ?? status.updatedReplicas, status.numberReady ?? status.readyReplicas];
  return (
    desired > 0 &&
    counts.every((count) => count === desired) &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
};

/** A container in a crash loop is ready for a while in each of its lives; this one has to last twice as long as the last. */
const outlives = ({ status }: Pod, now: string): boolean =>
  (status?.containerStatuses ?? []).every(({ state, lastState }) => {
    const { startedAt = "", finishedAt = "" } = lastState?.terminated ?? {};
    const last = Date.parse(finishedAt) - Date.parse(startedAt);
    const life = Date.parse(now) - Date.parse(state?.running?.startedAt ?? "");
    return life >= steadyMs && !(life < 2 * last);
  });
