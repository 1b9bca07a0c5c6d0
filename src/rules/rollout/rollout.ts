import type { Finding } from "../../incident/diagnosis.ts";
import type { Condition, Workload } from "../../incident/kube.ts";
import { found, named, quote } from "../finding.ts";
import { refOf } from "../world/objects.ts";
import { replicaSetsOf } from "../world/revisions.ts";
import type { World } from "../world/world.ts";

interface Conditioned {
  status?: { conditions?: Condition[] };
}

export const conditionOf = ({ status }: Conditioned, type: string): Condition | undefined =>
  status?.conditions?.find((one) => one.type === type);

const deadline = (world: World, workload: Workload): Finding[] => {
  const progressing = conditionOf(workload, "Progressing");
  if (progressing?.status !== "False" || progressing.reason !== "ProgressDeadlineExceeded") return [];
  const { replicas = 1 } = workload.spec;
  const { updatedReplicas = 0, readyReplicas = 0 } = workload.status ?? {};
  if (updatedReplicas >= replicas && readyReplicas >= replicas) return [];
  const object = refOf(workload);
  const [, ...earlier] = replicaSetsOf(world, object);
  const serves = earlier.some(({ status }) => (status?.readyReplicas ?? 0) > 0);
  return found(world, {
    class: "rollout-stuck",
    object,
    statement: `${named(object)}: its rollout has made no progress within its deadline (${readyReplicas} of ${replicas} replicas ready${serves ? ", an earlier revision still serves" : ""}). The controller says: ${quote(progressing.message ?? "")}.`,
    because: [workload],
    // An umbrella: why the pods do not come up is the cause, and another rule's to say. `rank` knows whether one did.
    confidence: serves ? 0.8 : 0.7,
    disproof: "a pod of the new revision has become ready since",
  });
};

const paused = (world: World, workload: Workload): Finding[] => {
  const { spec, status, metadata } = workload;
  const object = refOf(workload);
  const pending = (status?.updatedReplicas ?? 0) < (spec.replicas ?? 1);
  const unobserved = (status?.observedGeneration ?? 0) < (metadata.generation ?? 0);
  if (spec.paused === true && pending)
    return found(world, {
      class: "rollout-paused-or-unobserved",
      object,
      statement: `${named(object)}: its rollout is paused with a change waiting: ${status?.updatedReplicas ?? 0} of ${spec.replicas ?? 1} replicas run the newest template.`,
      because: [workload],
      confidence: 0.9,
      disproof: "spec.paused is not set",
    });
  return unobserved && status !== undefined
    ? found(world, {
        class: "rollout-paused-or-unobserved",
        object,
        statement: `${named(object)}: its controller has not looked at the newest change (generation ${metadata.generation}, observed ${status.observedGeneration ?? 0}).`,
        because: [workload],
        confidence: 0.7,
        disproof: "observedGeneration has caught up a moment later",
      })
    : [];
};

/** Rollouts that stand still for no reason that is seen on a pod. */
export const rollouts = (world: World): Finding[] =>
  world.list("Deployment").flatMap((workload) => [...deadline(world, workload), ...paused(world, workload)]);
