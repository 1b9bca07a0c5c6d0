import type { Workload } from "../../incident/kube.ts";
import { parseQuantity } from "../../incident/quantity.ts";
import type { Heals } from "./heals.ts";
import { revisionKey } from "./replica-sets.ts";

const restartedAt = "kubectl.kubernetes.io/restartedAt";

const enoughMemory = (set: Workload, container: string, atLeast: string): boolean => {
  const limits = set.spec.template.spec.containers.find(({ name }) => name === container)?.resources?.limits;
  // No limit at all is enough, too.
  return limits?.memory === undefined || (parseQuantity(limits.memory) ?? 0) >= (parseQuantity(atLeast) ?? 0);
};

const wasRevision = ({ metadata }: Workload, revision: number): boolean =>
  [metadata.annotations?.[revisionKey], metadata.annotations?.["deployment.kubernetes.io/revision-history"]]
    .join(",")
    .split(",")
    .includes(String(revision));

/** Whether pods of this ReplicaSet are well, by what the story says. */
export const isHealed = (heals: Heals, deployment: string, set: Workload): boolean => {
  const { "raise-memory-limit": raise, "restart-workload": restart, "undo-rollout": undo } = heals;
  if (raise?.deployment === deployment && enoughMemory(set, raise.container, raise.atLeast)) return true;
  if (restart?.deployment === deployment && set.spec.template.metadata?.annotations?.[restartedAt]) return true;
  return undo?.deployment === deployment && wasRevision(set, undo.revision);
};
