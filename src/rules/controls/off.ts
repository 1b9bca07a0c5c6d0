import type { Finding } from "../../incident/diagnosis.ts";
import type { Workload } from "../../incident/kube.ts";
import { found, named } from "../finding.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

/**
 * A workload without replicas that no Service leads to. Somebody's alert says that it is missed; without one it is off
 * because it is meant to be.
 */
export const off = (world: World, workload: Workload, alerted: boolean): Finding[] => {
  if (workload.kind === "DaemonSet" || workload.spec.replicas !== 0) return [];
  const object = refOf(workload);
  return found(world, {
    class: alerted ? "scaled-to-zero" : "control-healthy",
    object,
    statement: alerted
      ? `${named(object)} is scaled to 0 replicas: no pod of it is meant to run, so nothing does its work.`
      : `${named(object)} is off: it is scaled to 0 replicas, no Service leads to it, and no alert misses it.`,
    because: [workload],
    confidence: alerted ? 0.9 : 0.87,
    disproof: alerted ? "the workload is meant to be off" : "somebody waits for its work",
  });
};
