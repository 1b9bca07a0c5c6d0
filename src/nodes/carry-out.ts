import { intentOf } from "../actions/intent.ts";
import { objectVersion } from "../actions/version.ts";
import type { Incident } from "../incident/incident.ts";
import { isKind } from "../incident/kinds.ts";
import type { KubeObject } from "../incident/kube.ts";
import type { Outcome } from "../incident/outcome.ts";
import type { Action, ActionPlan } from "../incident/plan.ts";
import { type ObjectRef, refText } from "../incident/subject.ts";
import { isoNow } from "../ports/clock.ts";
import type { Ports } from "../ports/index.ts";
import { PortError } from "../ports/port-error.ts";
import { type Asked, type Intended, type Tried, tryWrite } from "./change.ts";

type Using = Pick<Ports, "cluster" | "actuator" | "ledger" | "clock">;
type Ending = Pick<Outcome, "kind" | "reason" | "message" | "left">;

type Applied = Extract<Tried, { kind: "applied" }>;

export interface Errand {
  plan: ActionPlan;
  round: number;
  /** Place in the plan; what comes after the plan's own actions rides on the same approval. */
  index: number;
  key: string;
  action: Intended;
  /** As it is called on the record. */
  called: string;
  /** Of what justified the plan, the cause: it has to hold still. Null for an undo. */
  justified: Pick<Asked, "cause"> | null;
  /** Asked just before the write: what is against it now, or null. */
  forbid?: (() => Promise<string | null>) | undefined;
}

type Place = Pick<Errand, "plan" | "index" | "key"> & { action: Action };

/** An action of the plan that a person, or policy, has approved. */
export const approvedErrand = (
  { rounds, diagnosis }: Pick<Incident, "rounds" | "diagnosis">,
  place: Place,
  forbid: Errand["forbid"],
): Errand => ({
  ...place,
  round: rounds,
  called: place.action.verb,
  justified: { cause: diagnosis?.kind === "cause" ? diagnosis : null },
  forbid,
});

/** One action: zero times or once, whatever crashes. */
export const carryOut = async (ports: Using, errand: Errand): Promise<Outcome> => {
  const { plan, round, index, key } = errand;
  const claim = await ports.ledger.claim(plan, round, index, key);
  if (claim.kind === "done") return claim.outcome;
  // The time has moved as an object may have: the plan is made anew, and asked again.
  if (claim.kind === "refused")
    return outcomeOf(ports, errand, refused(claim.late ? "changed" : "not-approved", claim.why));
  const ending = await (claim.kind === "go" ? write(ports, errand) : resume(ports, errand));
  const outcome = outcomeOf(ports, errand, ending);
  await ports.ledger.settle(outcome);
  return outcome;
};

const write = async (ports: Using, errand: Errand): Promise<Ending> => {
  let sent = false;
  try {
    const against = (await errand.forbid?.()) ?? null;
    if (against !== null) return refused("changed", against);
    const tried = await tryWrite(
      ports.cluster,
      errand.action,
      errand.key,
      async (exact) => {
        sent = true;
        const performed = await ports.actuator.perform(exact);
        // A definite no leaves nothing of that try in doubt.
        sent = performed.kind === "applied";
        return performed;
      },
      errand.justified === null ? undefined : () => askedOf(ports, errand, errand.justified),
    );
    switch (tried.kind) {
      case "applied":
        return { ...applied(errand), ...(await leftBy(ports, errand, tried)) };
      case "changed":
        return refused("changed", tried.message);
      case "refused":
        return refused("server-said-no", tried.message);
    }
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return sent && mayHaveArrived(error)
      ? look(ports, errand, error)
      : { kind: "failed", reason: null, message: `nothing was written: ${error.message}` };
  }
};

const askedOf = ({ clock }: Using, { plan }: Errand, justified: Pick<Asked, "cause"> | null): Asked => ({
  cause: justified?.cause ?? null,
  madeAt: plan.madeAt ?? null,
  now: isoNow(clock),
});

/** The version our write left, if nothing else was written since: read again, because only what is read is on the tape. */
const leftBy = async (
  ports: Using,
  { key, action }: Errand,
  { before, object, did }: Applied,
): Promise<{ left?: string }> => {
  if (before === null || did !== "patch") return {};
  const live = await read(ports, action.target);
  const same = live !== null && !(live instanceof PortError) && intentOf(live) === key;
  return same && live.metadata.generation === object.metadata.generation ? { left: objectVersion(live) } : {};
};

// The server answered, or was never asked: then it changed nothing.
const mayHaveArrived = ({ reason }: PortError): boolean =>
  reason !== "unauthorized" && reason !== "forbidden" && reason !== "not-configured" && reason !== "rate-limited";

/** An earlier life began this. Its write either left our mark, or cannot land any more without the version moving. */
const resume = async (ports: Using, errand: Errand): Promise<Ending> => {
  const { action, key } = errand;
  const live = await read(ports, action.target);
  if (live instanceof PortError) return uncertain(errand, live.message);
  if (await isDone(ports, errand, live)) return applied(errand);
  const same = live?.metadata.uid === action.target.uid ? live : null;
  if (same && intentOf(same) !== key && objectVersion(same) === action.target.version) return write(ports, errand);
  return uncertain(errand, "it was begun before a restart, and the object has changed since without our mark on it");
};

/** The answer was lost. One look, and never a second write. */
const look = async (ports: Using, errand: Errand, lost: PortError): Promise<Ending> => {
  const live = await read(ports, errand.action.target);
  if (live instanceof PortError || !(await isDone(ports, errand, live))) return uncertain(errand, lost.message);
  return applied(errand);
};

/** Our mark on the object says so; a pod that was to go is gone, and one uid goes but once; a Job that was to come bears the mark. */
const isDone = async (ports: Using, { action, key }: Errand, live: KubeObject | null): Promise<boolean> => {
  if (action.verb === "delete-pod")
    return live === null || live.metadata.uid !== action.target.uid || live.metadata.deletionTimestamp !== undefined;
  if (action.verb === "rerun-job") {
    const made = await read(ports, { ...action.target, name: String("as" in action.params ? action.params.as : "") });
    return made !== null && !(made instanceof PortError) && intentOf(made) === key;
  }
  return live !== null && live.metadata.uid === action.target.uid && intentOf(live) === key;
};

const read = async (
  { cluster }: Using,
  { kind, namespace, name }: ObjectRef,
): Promise<KubeObject | PortError | null> => {
  if (!isKind(kind)) throw new Error(`acting on ${kind} ${name}: no kind that Nightshift knows`);
  try {
    return await cluster.get(kind, namespace, name);
  } catch (error) {
    if (error instanceof PortError) return error;
    throw error;
  }
};

const applied = ({ called, action }: Errand): Ending => ({
  kind: "applied",
  reason: null,
  message: `${called} was done to ${refText(action.target)}`,
});
const refused = (reason: Outcome["reason"], message: string): Ending => ({ kind: "refused", reason, message });
const uncertain = ({ called, action }: Errand, why: string): Ending => ({
  kind: "uncertain",
  reason: null,
  message: `whether ${called} reached ${refText(action.target)} is not known: ${why}`,
});

const outcomeOf = ({ clock }: Using, { key, called, action: { target } }: Errand, ending: Ending): Outcome => ({
  key,
  verb: called,
  target: { kind: target.kind, namespace: target.namespace, name: target.name },
  at: isoNow(clock),
  ...ending,
});
