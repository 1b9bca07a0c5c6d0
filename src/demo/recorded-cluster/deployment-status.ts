import type { Condition, Pod, Workload } from "../../incident/kube.ts";
import { isReady } from "./new-pods.ts";

const condition = (type: string, ok: boolean, reason: string, message: string, time: string): Condition => ({
  type,
  status: ok ? "True" : "False",
  reason,
  message,
  lastTransitionTime: time,
});

const available = (ok: boolean, time: string): Condition =>
  ok
    ? condition("Available", true, "MinimumReplicasAvailable", "Deployment has minimum availability.", time)
    : condition(
        "Available",
        false,
        "MinimumReplicasUnavailable",
        "Deployment does not have minimum availability.",
        time,
      );

const progressing = (done: boolean, set: string, time: string): Condition =>
  done
    ? condition("Progressing", true, "NewReplicaSetAvailable", `ReplicaSet "${set}" has successfully progressed.`, time)
    : condition("Progressing", true, "ReplicaSetUpdated", `ReplicaSet "${set}" is progressing.`, time);

// A condition that did not change keeps its time, as with the real controller.
const keepTimes = (former: Condition[] | undefined, now: Condition[]): Condition[] =>
  now.map((next) => {
    const same = former?.find(({ type, status }) => type === next.type && status === next.status);
    return same?.lastTransitionTime ? { ...next, lastTransitionTime: same.lastTransitionTime } : next;
  });

/** The status the controller would write for these pods; `updated` are those of the newest ReplicaSet. */
export const deploymentStatus = (
  deployment: Workload,
  set: Workload,
  pods: Pod[],
  updated: Pod[],
  time: string,
): NonNullable<Workload["status"]> => {
  const wanted = deployment.spec.replicas ?? 1;
  const ready = pods.filter(isReady).length;
  const done = updated.filter(isReady).length >= wanted && pods.length === updated.length;
  // The default of 25 % that may be missing, rounded down: what the recorded Deployments have.
  const enough = ready >= wanted - Math.floor(wanted / 4);
  const status = {
    ...(deployment.metadata.generation !== undefined && { observedGeneration: deployment.metadata.generation }),
    replicas: pods.length,
    updatedReplicas: updated.length,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, wanted - ready),
  };
  const conditions = [available(enough, time), progressing(done, set.metadata.name, time)];
  return { ...status, conditions: keepTimes(deployment.status?.conditions, conditions) };
};
