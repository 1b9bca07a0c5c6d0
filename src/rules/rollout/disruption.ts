import type { Finding } from "../../incident/diagnosis.ts";
import { found, named } from "../finding.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

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
      confidence: strict ? 0.93 : 0.6,
      disproof: "the budget's status allows at least one disruption",
    });
  });
