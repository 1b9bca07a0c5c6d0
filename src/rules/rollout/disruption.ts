import type { Finding } from "../../incident/diagnosis.ts";
import type { PodDisruptionBudget } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { found, named } from "../finding.ts";
import { livePods } from "../world/containers.ts";
import { eventText } from "../world/events.ts";
import { refOf } from "../world/objects.ts";
import { selects } from "../world/selectors.ts";
import type { World } from "../world/world.ts";

const refusal =
  /violate the pod's disruption budget|prevents pod evictions?|blocked by (?:a )?(?:pdb|pod ?disruption ?budget)/i;

/** Somebody wants to move its pods just now: one stands on a node that takes no more, or an eviction was refused. */
const isInTheWay = (world: World, { metadata, spec }: PodDisruptionBudget): boolean => {
  const pods = livePods(world).filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace &&
      spec?.selector !== undefined &&
      selects(spec.selector, pod.metadata.labels),
  );
  const closed = new Set(
    world.list("Node").flatMap((node) => (node.spec?.unschedulable === true ? [node.metadata.name] : [])),
  );
  const own = new Set([metadata.name, ...pods.map((pod) => pod.metadata.name)]);
  const nodes = new Set(pods.map((pod) => pod.spec.nodeName));
  return (
    pods.some((pod) => closed.has(pod.spec.nodeName ?? "")) ||
    world
      .list("Event")
      .some(
        (event) =>
          refusal.test(eventText(event)) &&
          (own.has(event.involvedObject.name ?? "") ||
            (nodes.has(event.involvedObject.name) && eventText(event).includes(metadata.name))),
      )
  );
};

/** Whether what a budget forbids is wanted by anybody now. */
export const blocksSomebody = (world: World, { kind, namespace, name }: ObjectRef): boolean => {
  const budget = kind === "PodDisruptionBudget" ? world.find("PodDisruptionBudget", namespace, name) : null;
  return budget !== null && isInTheWay(world, budget);
};

/** Budgets that let no pod go although all are well; with sick pods the pods are the cause, not the budget. */
export const disruption = (world: World): Finding[] =>
  world.list("PodDisruptionBudget").flatMap((budget) => {
    const { disruptionsAllowed = 1, currentHealthy = 0, desiredHealthy = 0, expectedPods = 0 } = budget.status ?? {};
    if (disruptionsAllowed > 0 || expectedPods === 0) return [];
    const object = refOf(budget);
    const strict = currentHealthy >= desiredHealthy && desiredHealthy >= expectedPods;
    return found(world, {
      class: "pdb-blocks-disruption",
      object,
      statement: strict
        ? `${named(object)} demands ${desiredHealthy} healthy pods of ${expectedPods}, so not one may be moved: nothing is down, but a node drain would be refused.`
        : `${named(object)} allows no disruption: ${currentHealthy} of the ${desiredHealthy} healthy pods it demands are there.`,
      because: [budget],
      // One pod that may not go is how single replicas are kept; a fault only to whom wants to move it.
      confidence: strict ? (expectedPods > 1 || isInTheWay(world, budget) ? 0.93 : 0.8) : 0.6,
      disproof: "the budget's status allows at least one disruption",
    });
  });
