import type { Workload } from "../incident/kube.ts";
import { podsOf } from "./verb.ts";

/** How many pods run, and how many more do at most while a rollout replaces them. */
export const rolloutPods = (live: Workload): { running: number; surge: number } => {
  const running = podsOf(live);
  return { running, surge: surgeOf(live, running) };
};

const surgeOf = ({ kind, spec }: Workload, running: number): number => {
  if (kind === "StatefulSet") return 0;
  const { type, rollingUpdate } = (kind === "DaemonSet" ? spec.updateStrategy : spec.strategy) ?? {};
  if (type === "Recreate" || type === "OnDelete") return 0;
  const most = rollingUpdate?.maxSurge ?? (kind === "DaemonSet" ? 0 : "25%");
  return typeof most === "number" ? most : Math.ceil((Number.parseFloat(most) / 100) * running) || 0;
};
