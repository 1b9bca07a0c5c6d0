import type { Finding } from "../../incident/diagnosis.ts";
import { found, named } from "../finding.ts";
import { eventText } from "../world/events.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

/** Somebody is moving pods just now: a node takes no more, or an eviction was refused. */
const drains = (world: World): boolean =>
  world.list("Node").some(({ spec }) => spec?.unschedulable === true) ||
  world.list("Event").some((event) => /violate the pod's disruption budget/i.test(eventText(event)));

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
      confidence: strict ? (expectedPods > 1 || drains(world) ? 0.93 : 0.8) : 0.6,
      disproof: "the budget's status allows at least one disruption",
    });
  });
