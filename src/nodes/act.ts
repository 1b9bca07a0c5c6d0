import { intentOf } from "../actions/intent.ts";
import { objectVersion } from "../actions/version.ts";
import { sha256 } from "../incident/canonical.ts";
import { type Incident, lookAfresh, type Update } from "../incident/incident.ts";
import type { Outcome } from "../incident/outcome.ts";
import type { Action, ActionPlan } from "../incident/plan.ts";
import { refText } from "../incident/subject.ts";
import { isoNow } from "../ports/clock.ts";
import type { Ports } from "../ports/index.ts";
import { PortError } from "../ports/port-error.ts";
import { kindOf, tryWrite } from "./change.ts";

type Using = Pick<Ports, "cluster" | "actuator" | "ledger" | "clock">;
type Ending = Pick<Outcome, "kind" | "reason" | "message">;

/** Carries an approved plan out: each action zero times or once, whatever crashes. */
export const act =
  (ports: Using) =>
  async (incident: Incident): Promise<Update> => {
    const { plan, outcomes } = incident;
    if (plan?.kind !== "actions") throw new Error(`acting for incident ${incident.id}: it has no plan to carry out`);
    const made: Outcome[] = [];
    for (const [index, action] of plan.actions.entries()) {
      made.push(await actOnce(ports, incident, plan, index, action));
      if (made.at(-1)?.kind !== "applied") break;
    }
    const before = outcomes.filter(({ key }) => !made.some((outcome) => outcome.key === key));
    const moved = made.at(-1)?.reason === "changed" ? lookAfresh : {};
    return { ...moved, outcomes: [...before, ...made], escalation: escalationOf(made) };
  };

/** The same for every life of the process that carries out the same action of the same approval. */
export const intentKey = (incidentId: string, planHash: string, round: number, index: number): string =>
  sha256([incidentId, planHash, round, index]).slice(0, 20);

const actOnce = async (
  ports: Using,
  { id, rounds }: Incident,
  plan: ActionPlan,
  index: number,
  action: Action,
): Promise<Outcome> => {
  const key = intentKey(id, plan.hash, rounds, index);
  const claim = await ports.ledger.claim(plan, rounds, index, key);
  if (claim.kind === "done") return claim.outcome;
  if (claim.kind === "refused") return outcomeOf(ports, key, action, refused("not-approved", claim.why));
  const ending = await (claim.kind === "go" ? write(ports, action, key) : resume(ports, action, key));
  const outcome = outcomeOf(ports, key, action, ending);
  await ports.ledger.settle(outcome);
  return outcome;
};

const write = async (ports: Using, action: Action, key: string): Promise<Ending> => {
  let sent = false;
  try {
    const tried = await tryWrite(ports.cluster, action, key, (exact) => {
      sent = true;
      return ports.actuator.perform(exact);
    });
    switch (tried.kind) {
      case "applied":
        return applied(action);
      case "changed":
        return refused("changed", tried.message);
      case "refused":
        return refused("server-said-no", tried.message);
    }
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return sent && mayHaveArrived(error)
      ? look(ports, action, key, error)
      : { kind: "failed", reason: null, message: `nothing was written: ${error.message}` };
  }
};

// The server answered, or was never asked: then it changed nothing.
const mayHaveArrived = ({ reason }: PortError): boolean =>
  reason !== "unauthorized" && reason !== "forbidden" && reason !== "not-configured" && reason !== "rate-limited";

/** An earlier life began this. Its write either left our mark, or cannot land any more without the version moving. */
const resume = async (ports: Using, action: Action, key: string): Promise<Ending> => {
  const live = await readTarget(ports, action);
  if (live instanceof PortError) return uncertain(action, live.message);
  const same = live?.metadata.uid === action.target.uid ? live : null;
  if (same && intentOf(same) === key) return applied(action);
  if (same && objectVersion(same) === action.target.version) return write(ports, action, key);
  return uncertain(action, "it was begun before a restart, and the object has changed since without our mark on it");
};

/** The answer was lost. One look, and never a second write. */
const look = async (ports: Using, action: Action, key: string, lost: PortError): Promise<Ending> => {
  const live = await readTarget(ports, action);
  if (live instanceof PortError || live === null) return uncertain(action, lost.message);
  return intentOf(live) === key ? applied(action) : uncertain(action, lost.message);
};

const readTarget = ({ cluster }: Using, action: Action) =>
  cluster.get(kindOf(action), action.target.namespace, action.target.name).catch((error: unknown) => {
    if (error instanceof PortError) return error;
    throw error;
  });

const applied = ({ verb, target }: Action): Ending => ({
  kind: "applied",
  reason: null,
  message: `${verb} was done to ${refText(target)}`,
});
const refused = (reason: Outcome["reason"], message: string): Ending => ({ kind: "refused", reason, message });
const uncertain = ({ verb, target }: Action, why: string): Ending => ({
  kind: "uncertain",
  reason: null,
  message: `whether ${verb} reached ${refText(target)} is not known: ${why}`,
});

const outcomeOf = ({ clock }: Using, key: string, { verb, target }: Action, ending: Ending): Outcome => ({
  key,
  verb,
  target: { kind: target.kind, namespace: target.namespace, name: target.name },
  at: isoNow(clock),
  ...ending,
});

const escalationOf = (made: readonly Outcome[]): string | null => {
  const bad = made.find(({ kind, reason }) => kind !== "applied" && reason !== "changed");
  return bad === undefined ? null : `${bad.verb} ${bad.kind}: ${bad.message}.`;
};
