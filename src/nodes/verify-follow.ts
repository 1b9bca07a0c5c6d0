import type { Incident, Update } from "../incident/incident.ts";
import type { Pod } from "../incident/kube.ts";
import type { Action, ActionPlan } from "../incident/plan.ts";
import type { Policy } from "../incident/policy.ts";
import type { Ports } from "../ports/index.ts";
import { intentKey } from "./act.ts";
import { approvedErrand, carryOut } from "./carry-out.ts";
import type { Done } from "./verify-undo.ts";
import { whyForbidden } from "./wish.ts";

type Using = Pick<Ports, "exact" | "actuator" | "ledger" | "clock">;

interface Due {
  plan: ActionPlan;
  action: Action;
  index: number;
  key: string;
}

/**
 * The action of the plan that was to follow if its pod stays stuck, and was not tried yet. Also when that pod is gone
 * since: an earlier life may have taken it away, and then this tells so; otherwise nothing is written.
 */
export const dueNow = (
  { id, rounds, outcomes }: Incident,
  { plan }: Done,
  stuck: readonly string[],
  pods: readonly Pod[],
): Due | null => {
  const index = plan.actions.findIndex(({ when }) => when === "stuck");
  const action = plan.actions[index];
  if (action === undefined) return null;
  const key = intentKey(id, plan.hash, rounds, index);
  if (outcomes.some((one) => one.key === key)) return null;
  const isGone = pods.every(({ metadata }) => metadata.uid !== action.target.uid);
  return isGone || stuck.includes(action.target.name) ? { plan, action, index, key } : null;
};

/** Under the approval that the first action used up: zero times or once, with its own lock and its own intent. */
export const carryOn = async (
  ports: Using,
  { policy }: { policy: Policy },
  incident: Incident,
  { plan, action, index, key }: Due,
): Promise<Update> => {
  const exact = { ...ports, cluster: ports.exact };
  const forbid = () => whyForbidden(exact, policy, incident, plan, action);
  const errand = approvedErrand(incident, { plan, action, index, key }, forbid);
  return { outcomes: [...incident.outcomes, await carryOut(exact, errand)] };
};
