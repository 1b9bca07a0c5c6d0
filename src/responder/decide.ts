import type { Terms } from "../incident/plan.ts";
import { isAmong } from "../incident/ruling.ts";
import { type Approval, decideApproval, decisionOf, newestApproval, peopleOf } from "../store/approvals.ts";
import { decidedLine } from "../store/decisions-kept.ts";
import { lockIncident, type StoredIncident } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { signalFirst } from "../store/queue.ts";
import { inTransaction, type Runner } from "../store/transaction.ts";
import { votesFor } from "../store/votes.ts";
import { announce } from "./announce.ts";
import { closeCard } from "./close-card.ts";
import type { Decided, Person, Responder } from "./responder.ts";
import type { Store, WorldPorts } from "./turn-ports.ts";

type Input = Parameters<Responder["decide"]>[1];

/** Why this answer does not count, or null when it does. */
const objection = (approval: Approval | null, input: Input, now: Date): Decided | null => {
  if (approval === null || approval.planHash !== input.planHash) {
    return { kind: "plan-changed", planHash: approval?.state === "pending" ? approval.planHash : null };
  }
  if (approval.state === "expired") return { kind: "expired" };
  if (approval.state === "void") return { kind: "plan-changed", planHash: null };
  if (approval.state !== "pending") {
    return { kind: "already-decided", by: approval.decidedBy ?? "", decision: approval.state };
  }
  return now >= approval.expiresAt ? { kind: "expired" } : null;
};

/** A person's answer to the open question of an incident. */
interface Reply {
  incident: StoredIncident;
  approval: Approval;
  input: Input;
  person: Person;
  at: Date;
}

const accept = async (tx: Runner, store: Store, { incident, approval, input, person, at }: Reply): Promise<void> => {
  const { reason } = input;
  const state = input.decision === "approve" ? ("approved" as const) : ("rejected" as const);
  await decideApproval(tx, incident.id, approval.round, { state, by: person.name, via: person.via, reason, at });
  const line = decidedLine({ state, by: person.name, via: person.via, reason });
  // The journal has an entry of each yes; people are told all of them at once.
  const by = state === "approved" ? peopleOf(person.name, approval.others) : person.name;
  const told = decidedLine({ state, by, via: person.via, reason });
  await closeCard(tx, store.queue, incident.id, told, at);
  await append(tx, incident.id, {
    at: at.toISOString(),
    kind: "approval",
    actor: person.name,
    line,
    data: { planHash: approval.planHash, round: approval.round },
  });
  const decision = decisionOf({ ...approval, state, reason, decidedBy: person.name, decidedAt: at });
  const about = String(approval.round);
  await announce(tx, store, incident.id, { what: "decided", at, line: told, about, facts: { decision } });
  await signalFirst(tx, store.queue, incident.id);
};

/** What policy has against this person's yes, or null. A no counts from every approver. */
const policyObjection = (terms: Terms | undefined, { input, person }: Reply, earlier: string[]): Decided | null => {
  if (terms === undefined || input.decision !== "approve") return null;
  if (!isAmong(terms.approvers, person.name))
    return { kind: "forbidden", why: `policy lets ${terms.approvers?.join(", ")} approve this, not ${person.name}` };
  return earlier.includes(person.name)
    ? { kind: "forbidden", why: "you have approved already; this change needs another person too" }
    : null;
};

/** The yes of one of several: it is on the record, and the question stays open. */
const noteVote = (tx: Runner, { incident, approval, input: { reason }, person, at }: Reply): Promise<void> =>
  append(tx, incident.id, {
    at: at.toISOString(),
    kind: "vote",
    actor: person.name,
    line: `${person.name} approves over ${person.via}; another person has to${reason ? `: ${reason.slice(0, 300)}` : ""}`,
    data: { planHash: approval.planHash, round: approval.round },
  });

/** Whose yes counts, and of how many, stands in the plan: without it none does. */
const unread: Decided = {
  kind: "forbidden",
  why: "this build of Nightshift cannot read the plan that another build asked about; approve it at a replica of that build, or reject it",
};

/** A valid answer: it decides, unless policy wants more people, or others. */
const weigh = async (tx: Runner, store: Store, reply: Reply): Promise<Decided> => {
  const { incident, approval, input } = reply;
  const plan = incident.state?.plan?.kind === "actions" ? incident.state.plan : null;
  if (plan === null && input.decision === "approve") return unread;
  if (plan !== null && plan.hash !== input.planHash) return { kind: "plan-changed", planHash: plan.hash };
  const earlier = await votesFor(tx, incident.id, approval);
  const barred = policyObjection(plan?.terms, reply, earlier);
  if (barred !== null) return barred;
  const missing = (plan?.terms?.people ?? 1) - earlier.length - 1;
  if (input.decision === "approve" && missing > 0) {
    await noteVote(tx, reply);
    return { kind: "accepted", waitsFor: missing };
  }
  await accept(tx, store, reply);
  return { kind: "accepted" };
};

/** What a person wrote goes to everybody: without secrets, and in one line, so that it cannot look like lines of ours. */
const reasonOf = ({ reason }: Input, redact: (text: string) => string): string | null =>
  reason === null ? null : redact(reason).replace(/\s+/g, " ").trim();

interface DecideDeps {
  store: Store;
  world: Pick<WorldPorts, "clock">;
  redactText?(text: string): string;
}

/** First valid decision wins. Commits the row and a signal; the walk carries it out. */
export const decide =
  ({ store, world, redactText = (text) => text }: DecideDeps): Responder["decide"] =>
  (incidentId, answer, person) =>
    inTransaction(store.pool, async (tx): Promise<Decided> => {
      if (person.role === "viewer")
        return { kind: "forbidden", why: "a viewer cannot decide; use an approver's token" };
      const incident = await lockIncident(tx, incidentId);
      if (incident === null) return { kind: "not-found" };
      const approval = await newestApproval(tx, incidentId);
      const at = world.clock.now();
      const input = { ...answer, reason: reasonOf(answer, redactText) };
      const against = objection(approval, input, at);
      if (against !== null || approval === null) return against ?? { kind: "plan-changed", planHash: null };
      return weigh(tx, store, { incident, approval, input, person, at });
    });
