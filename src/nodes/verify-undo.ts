import { verbSpec } from "../actions/catalogue.ts";
import { unifiedDiff } from "../actions/diff.ts";
import type { Incident, Update } from "../incident/incident.ts";
import type { Outcome } from "../incident/outcome.ts";
import type { Action, ActionPlan } from "../incident/plan.ts";
import type { Ports } from "../ports/index.ts";
import { PortError } from "../ports/port-error.ts";
import { intentKey } from "./act.ts";
import { carryOut } from "./carry-out.ts";
import { type Intended, tryWrite } from "./change.ts";

type Using = Pick<Ports, "exact" | "actuator" | "ledger" | "clock">;
type Redact = <T>(value: T) => T;

export interface Done {
  plan: ActionPlan;
  action: Action;
  outcome: Outcome;
}

/** Our change did not help: it is taken back exactly, or it is said why not. Then it is a person's turn. */
export const takeBack = async (
  ports: Using,
  redact: Redact,
  incident: Incident,
  done: Done,
  words: string,
): Promise<Update> => {
  const { outcomes } = incident;
  const way = wayBack(done);
  if (typeof way === "string") return { escalation: `${words} ${way} ${byHand(done.action)}` };
  const { plan, action } = done;
  const index = plan.actions.length + plan.actions.indexOf(action);
  const key = intentKey(incident.id, plan.hash, incident.rounds, index);
  const tried = await diffOf(ports, redact, way, key);
  if (tried.kind === "no") return { escalation: `${words} It was not undone: ${tried.why}.${leftTo(action, tried)}` };
  const errand = {
    plan,
    round: incident.rounds,
    index,
    key,
    action: way,
    called: `undo of ${action.verb}`,
    justified: null,
  };
  const undone = await carryOut({ ...ports, cluster: ports.exact }, errand);
  const outcome = tried.diff === "" ? undone : { ...undone, diff: tried.diff };
  return { outcomes: [...outcomes, outcome], escalation: `${words} ${told(outcome, action)}` };
};

const told = ({ kind, message }: Outcome, action: Action): string =>
  kind === "applied"
    ? "It was undone exactly: the object is as it was before."
    : `Its undo was ${kind}: ${message}. ${byHand(action)}`;

const byHand = ({ undo }: Action): string => `To take it back${undo.exact ? "" : " (not exactly)"}: ${undo.command}`;

/** The exact way back from what our write left, or why there is none. */
const wayBack = ({ action, outcome }: Done): Intended | string => {
  const inverse = verbSpec(action.verb).inverse(action.params);
  if (inverse === null || !action.undo.exact) return "It cannot be undone exactly, so that was not tried.";
  if (outcome.left === undefined) return "How our write left the object was not seen, so it was not undone.";
  return { ...inverse, target: { ...action.target, version: outcome.left } } as Intended;
};

type Refused = { kind: "no"; why: string; since?: "gone" | "changed" };
type Tried = { kind: "yes"; diff: string } | Refused;

/** What a person could type still: nothing where our change is gone with its object. */
const leftTo = (action: Action, { since }: Refused): string => {
  if (since === "gone") return "";
  const look = since === "changed" ? " Look first: this puts back what was there before our change." : "";
  return `${look} ${byHand(action)}`;
};

/** Asked of the server first. With the key of the undo itself, so that one made before a restart is recognised. */
const diffOf = async ({ exact, actuator }: Using, redact: Redact, way: Intended, key: string): Promise<Tried> => {
  try {
    const tried = await tryWrite(exact, way, key, (write) => actuator.dryRun(write));
    if (tried.kind === "refused") return { kind: "no", why: tried.message };
    if (tried.kind === "changed")
      return { kind: "no", why: tried.message, since: tried.gone === true ? "gone" : "changed" };
    return { kind: "yes", diff: tried.before === null ? "" : unifiedDiff(redact(tried.before), redact(tried.object)) };
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return { kind: "no", why: `it could not be prepared, ${error.message}` };
  }
};
