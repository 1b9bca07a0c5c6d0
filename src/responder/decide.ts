import { type Approval, decideApproval, newestApproval } from "../store/approvals.ts";
import { lockIncident } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { signal } from "../store/queue.ts";
import { inTransaction, type Runner } from "../store/transaction.ts";
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

const accept = async (
  tx: Runner,
  store: Store,
  incidentId: string,
  approval: Approval,
  input: Input,
  person: Person,
  at: Date,
) => {
  const state = input.decision === "approve" ? ("approved" as const) : ("rejected" as const);
  await decideApproval(tx, incidentId, approval.round, {
    state,
    by: person.name,
    via: person.via,
    reason: input.reason,
    at,
  });
  const line = `${state} by ${person.name} over ${person.via}${input.reason ? `: ${input.reason.slice(0, 300)}` : ""}`;
  await closeCard(tx, store.queue, incidentId, line, at);
  await append(tx, incidentId, {
    at: at.toISOString(),
    kind: "approval",
    actor: person.name,
    line,
    data: { planHash: approval.planHash, round: approval.round },
  });
  await signal(tx, store.queue, incidentId);
};

/** First valid decision wins. Commits the row and a signal; the walk carries it out. */
export const decide =
  ({ store, world }: { store: Store; world: Pick<WorldPorts, "clock"> }): Responder["decide"] =>
  (incidentId, input, person) =>
    inTransaction(store.pool, async (tx): Promise<Decided> => {
      if (person.role === "viewer")
        return { kind: "forbidden", why: "a viewer cannot decide; use an approver's token" };
      if ((await lockIncident(tx, incidentId)) === null) return { kind: "not-found" };
      const approval = await newestApproval(tx, incidentId);
      const at = world.clock.now();
      const against = objection(approval, input, at);
      if (against !== null || approval === null) return against ?? { kind: "plan-changed", planHash: null };
      await accept(tx, store, incidentId, approval, input, person, at);
      return { kind: "accepted" };
    });
