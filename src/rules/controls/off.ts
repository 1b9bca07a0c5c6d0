import type { Finding } from "../../incident/diagnosis.ts";
import type { Workload } from "../../incident/kube.ts";
import { found, named } from "../finding.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

/** No node carries what it asks for: it waits for one that does. */
const nowhere = (world: World, workload: Workload): Finding[] => {
  const { kind, status } = workload;
  if (kind !== "DaemonSet" || status?.desiredNumberScheduled !== 0) return [];
  const object = refOf(workload);
  return found(world, {
    class: "control-healthy",
    object,
    statement: `${named(object)} has no node to run on: none carries what its pods ask for, so none is missing.`,
    because: [workload],
    confidence: 0.87,
    disproof: "a node is there on which it is meant to run",
  });
};

/**
 * A workload without replicas that no Service leads to. Somebody's alert says that it is missed; without one it is off
 * because it is meant to be.
 */
export const off = (world: World, workload: Workload, alerted: boolean): Finding[] => {
  if (workload.kind === "DaemonSet") return alerted ? [] : nowhere(world, workload);
  if (workload.spec.replicas !== 0) return [];
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
