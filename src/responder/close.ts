import { terminalStatuses } from "../incident/incident.ts";
import { countFiring } from "../store/alerts.ts";
import { closeIncident, lockIncident, type StoredIncident } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import type { Runner } from "../store/transaction.ts";
import { announce } from "./announce.ts";
import { closeCard } from "./close-card.ts";
import { resolveAtDesk } from "./desk.ts";
import { releaseChildren, tellParent } from "./family.ts";
import { remember } from "./remember.ts";
import { pruneAfter } from "./retention.ts";
import type { Outgoing } from "./turn-ports.ts";

/** Null: not over. A resolved or dismissed incident is over although an alert still looks back at what was. */
const whyOver = async (tx: Runner, { id, status }: StoredIncident, because: string | null): Promise<string | null> => {
  if (because !== null) return because;
  if (!terminalStatuses.includes(status)) return null;
  if (status !== "escalated") return status;
  return (await countFiring(tx, id)) === 0 ? "escalated, and nothing of it fires any more" : null;
};

/**
 * How incidents end, but for those that another holds (`endQuietly`): these have no card, and are not remembered. Looks and
 * ends under the row's lock, so no alert joins in between.
 */
export const closeIfOver = async (
  tx: Runner,
  store: Outgoing,
  incidentId: string,
  at: Date,
  because: string | null = null,
): Promise<void> => {
  const row = await lockIncident(tx, incidentId);
  if (row === null || row.closedAt !== null) return;
  const why = await whyOver(tx, row, because);
  if (why === null) return;
  await closeIncident(tx, incidentId, at);
  await remember(tx, row, at);
  await store.queue.send(tx, "retain", incidentId, pruneAfter(at));
  const line = `closed: ${why}`;
  await append(tx, incidentId, { at: at.toISOString(), kind: "closed", actor: "nightshift", line });
  await announce(tx, store, incidentId, { what: "closed", at, line });
  await resolveAtDesk(tx, store, row, at);
  // What the walk ended itself its card says already.
  if (row.status === "escalated") await closeCard(tx, store.queue, incidentId, line, at, { always: true });
  await releaseChildren(tx, store, incidentId);
  await tellParent(tx, store, incidentId);
};
