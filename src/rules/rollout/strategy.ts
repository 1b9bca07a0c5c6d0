import type { Finding } from "../../incident/diagnosis.ts";
import type { Workload } from "../../incident/kube.ts";
import { found, named } from "../finding.ts";
import { refOf } from "../world/objects.ts";
import { replicaSetsOf, revisionOf } from "../world/revisions.ts";
import type { World } from "../world/world.ts";

/** A share of the replicas, rounded as the controller does. */
const countOf = (value: number | string | undefined, replicas: number, up: boolean): number => {
  if (typeof value === "number") return value;
  const share = (Number.parseFloat(value ?? "25%") / 100) * replicas;
  return up ? Math.ceil(share) : Math.floor(share);
};

const takesAllDown = ({ spec }: Workload): boolean => {
  const replicas = spec.replicas ?? 1;
  const { maxSurge, maxUnavailable } = spec.strategy?.rollingUpdate ?? {};
  return (
    spec.strategy?.type !== "Recreate" &&
    maxUnavailable !== undefined &&
    countOf(maxUnavailable, replicas, false) >= replicas &&
    countOf(maxSurge, replicas, true) === 0
  );
};

/** Updates that take every old pod down before a new one serves. Below certain where the new pods fail for a reason of their own. */
export const strategies = (world: World): Finding[] =>
  world.list("Deployment").flatMap((workload) => {
    const replicas = workload.spec.replicas ?? 1;
    if (replicas === 0 || (workload.status?.readyReplicas ?? 0) > 0 || !takesAllDown(workload)) return [];
    const object = refOf(workload);
    const [newest, before] = replicaSetsOf(world, object);
    if (!newest || !before || (before.spec.replicas ?? 0) > 0) return [];
    return found(world, {
      class: "rollout-strategy-unsafe",
      object,
      statement: `${named(object)} has no ready pod: its strategy (maxUnavailable ${workload.spec.strategy?.rollingUpdate?.maxUnavailable}, no surge) took all pods of revision ${revisionOf(before)} down before one of revision ${revisionOf(newest)} was ready.`,
      because: [workload, newest, before],
      confidence: 0.86,
      disproof: "pods of the earlier revision still serve",
    });
  });
