import type { Incident } from "../incident/incident.ts";
import { terminalStatuses } from "../incident/incident.ts";
import type { Fingerprint, Remembered, Tried } from "../incident/memory.ts";
import type { StoredIncident } from "../store/incidents.ts";
import { keepMemory, readFeedback } from "../store/memories.ts";
import type { Runner } from "../store/transaction.ts";

const mostStatement = 500;

/** How each change ended: its own undo, or the verdict after it, says so. */
const triedIn = ({ outcomes, verdict, plan }: Incident): Tried[] => {
  const planned = plan?.kind === "actions" ? plan.actions.map(({ verb }) => verb) : [];
  const undone = outcomes.filter(({ verb, kind }) => verb.startsWith("undo of ") && kind === "applied");
  return planned.map((verb) => {
    const made = outcomes.some((one) => one.verb === verb && one.kind === "applied");
    if (!made) return { verb, ended: "not-made" };
    if (undone.some((one) => one.verb === `undo of ${verb}`)) return { verb, ended: "undone" };
    return { verb, ended: verdict?.kind === "recovered" ? "helped" : "did-not-help" };
  });
};

const statementOf = ({ diagnosis }: Incident): string =>
  (diagnosis?.kind === "cause" ? diagnosis.statement : "the cause was not found").slice(0, mostStatement);

type Ended = Remembered["status"];
const isEnded = (status: StoredIncident["status"]): status is Ended => terminalStatuses.includes(status);

/** When what ends now began: each end of an incident that comes back is remembered for itself. */
export const openingOf = ({ openedAt, reopenedAt }: Pick<StoredIncident, "openedAt" | "reopenedAt">): Date =>
  reopenedAt ?? openedAt;

const memoryOf = (row: StoredIncident, state: Incident, fingerprint: Fingerprint, at: Date): Remembered | null =>
  isEnded(row.status)
    ? {
        incidentId: row.id,
        fingerprint,
        openedAt: openingOf(row).toISOString(),
        closedAt: at.toISOString(),
        status: row.status,
        statement: statementOf(state),
        tried: triedIn(state),
        decidedBy: state.decision !== null && "by" in state.decision ? state.decision.by : null,
        rejected: state.decision?.kind === "rejected",
        feedback: null,
      }
    : null;

/** What is kept of an incident that ends, in the transaction that ends it. One that never got a diagnosis leaves nothing. */
export const remember = async (tx: Runner, row: StoredIncident, at: Date): Promise<void> => {
  const { state } = row;
  if (state === null || state.fingerprint == null) return;
  const memory = memoryOf(row, state, state.fingerprint, at);
  if (memory !== null) await keepMemory(tx, { ...memory, feedback: await readFeedback(tx, row.id, openingOf(row)) });
};
