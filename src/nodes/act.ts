import { sha256 } from "../incident/canonical.ts";
import { type Incident, lookAfresh, type Update } from "../incident/incident.ts";
import { type Outcome, outcomeText } from "../incident/outcome.ts";
import type { Policy } from "../incident/policy.ts";
import type { Ports } from "../ports/index.ts";
import { calmSince } from "./calm-since.ts";
import { approvedErrand, carryOut } from "./carry-out.ts";
import { whyForbidden } from "./wish.ts";

type Using = Pick<Ports, "cluster" | "actuator" | "ledger" | "clock"> & Partial<Pick<Ports, "metrics">>;

/** Carries an approved plan out: each action zero times or once, whatever crashes. */
export const act =
  (ports: Using, settings: { policy: Policy }) =>
  async (incident: Incident): Promise<Update> => {
    const { id, plan, rounds: round, outcomes } = incident;
    if (plan?.kind !== "actions") throw new Error(`acting for incident ${id}: it has no plan to carry out`);
    const made: Outcome[] = [];
    for (const [index, action] of plan.actions.entries()) {
      // Whether it is needed at all is seen by `verify`.
      if (action.when !== undefined) break;
      const key = intentKey(id, plan.hash, round, index);
      const forbid = async () =>
        (await whyForbidden(ports, settings.policy, incident, plan, action)) ??
        calmSince({ metrics: null, ...ports }, action);
      made.push(await carryOut(ports, approvedErrand(incident, { plan, action, index, key }, forbid)));
      if (made.at(-1)?.kind !== "applied") break;
    }
    const before = outcomes.filter(({ key }) => !made.some((outcome) => outcome.key === key));
    const moved = made.at(-1)?.reason === "changed" ? lookAfresh : {};
    return { ...moved, outcomes: [...before, ...made], escalation: escalationOf(made) };
  };

/** The same for every life of the process that carries out the same action of the same approval. */
export const intentKey = (incidentId: string, planHash: string, round: number, index: number): string =>
  sha256([incidentId, planHash, round, index]).slice(0, 20);

const escalationOf = (made: readonly Outcome[]): string | null => {
  const bad = made.find(({ kind, reason }) => kind !== "applied" && reason !== "changed");
  return bad === undefined ? null : `${outcomeText(bad)}.`;
};
