import { appendAll } from "../store/journal.ts";
import type { Runner } from "../store/transaction.ts";
import { announce } from "./announce.ts";
import { acknowledgeAtDesk } from "./desk.ts";
import { familyEntry } from "./family-entry.ts";
import type { Placement } from "./place-alerts.ts";
import type { Store } from "./turn-ports.ts";

const journalFamilies = async (tx: Runner, { opened, reopened, lookedAgain }: Placement, at: Date): Promise<void> => {
  const back = [...reopened].map(([id, parentId]) => ({ id, parentId }));
  const again = [...lookedAgain].map(([id, parentId]) => ({ id, parentId }));
  const children = [...opened, ...back, ...again].filter(({ parentId }) => parentId !== null);
  const ofParent = Map.groupBy(children, ({ parentId }) => parentId ?? "");
  await appendAll(tx, [
    ...back.map(({ id }) => ({ incidentId: id, entry: familyEntry(at, "reopened: it fires again") })),
    ...again.map(({ id }) => ({
      incidentId: id,
      entry: familyEntry(at, "a new symptom of what could not be explained: it is looked at again"),
    })),
    ...children.map(({ id, parentId }) => ({
      incidentId: id,
      entry: familyEntry(at, `${parentId} holds this one: its look saw this subject suffer from the same`),
    })),
    ...[...ofParent].map(([incidentId, held]) => ({
      incidentId,
      entry: familyEntry(at, `holds ${held.length} more: ${held.map(({ id }) => id).join(", ")}`),
    })),
  ]);
};

/** Of those that another one holds nobody is told: whoever is told of that one is told whom it holds. */
const announceOpened = async (tx: Runner, store: Store, placed: Placement, at: Date): Promise<void> => {
  const held = new Set(placed.opened.flatMap(({ id, parentId }) => (parentId === null ? [] : [id])));
  for (const { incidentId, alert, opened } of placed.heard)
    if (opened && !held.has(incidentId))
      await announce(tx, store, incidentId, { what: "opened", at, line: `${alert.name}: ${alert.summary}` });
  for (const [id, parentId] of placed.reopened)
    if (parentId === null) await announce(tx, store, id, { what: "opened", at, line: "reopened: it fires again" });
};

/** Says of what was placed who holds whom, what was opened, and that we are at work on what rings. */
export const tellPlaced = async (tx: Runner, store: Store, placed: Placement, at: Date): Promise<void> => {
  await announceOpened(tx, store, placed, at);
  const rings = placed.heard.filter(({ alert }) => alert.status === "firing" && alert.pagerdutyIncident !== null);
  for (const id of new Set(rings.map(({ incidentId }) => incidentId))) await acknowledgeAtDesk(tx, store, id);
  await journalFamilies(tx, placed, at);
};
