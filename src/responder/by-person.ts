import { terminalStatuses } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { countAlerts, holdsFiring } from "../store/alerts.ts";
import { lockIncident, type StoredIncident, setStatus } from "../store/incidents.ts";
import { hasUnsettled } from "../store/intents.ts";
import { append, appendOnce } from "../store/journal.ts";
import { progressOf } from "../store/notices.ts";
import { openAmong, openUnder } from "../store/pagerduty.ts";
import { inTransaction, type Runner } from "../store/transaction.ts";
import { endTurns } from "../store/turns.ts";
import { closeIfOver } from "./close.ts";
import { closeCard } from "./close-card.ts";
import { incidentsOfPage } from "./own-page.ts";
import { withdrawQuestion } from "./question.ts";
import type { Touch } from "./responder.ts";
import type { Outgoing, Store, WorldPorts } from "./turn-ports.ts";

/** Why the walk goes on although a person called it over; null: it does not. */
const whyGoesOn = async (tx: Runner, { id, status }: StoredIncident, whole: boolean): Promise<string | null> => {
  if (!whole && (await countAlerts(tx, id)).firing > 0) return "other alerts of it still fire";
  if (whole && (await holdsFiring(tx, id))) return "what it holds still fires";
  const underWay = status === "acting" || status === "verifying" || (await hasUnsettled(tx, id));
  return underWay ? "a change is under way, and is looked after to its end" : null;
};

/**
 * A person says it is over: the question is withdrawn, no worker goes on with it, nothing more is carried out. Only a change
 * that has begun is looked after, for else nobody would undo it. Who ended our own page meant the `whole` of it, whatever its
 * monitor still looks back at. In the transaction that keeps their word.
 */
export const closeByPerson = async (
  tx: Runner,
  store: Outgoing,
  incidentId: string,
  { name, at, whole = false }: { name: string; at: Date; whole?: boolean },
): Promise<void> => {
  const row = await lockIncident(tx, incidentId);
  if (row === null || row.closedAt !== null) return;
  const said = `${name} resolved it in PagerDuty`;
  const goesOn = await whyGoesOn(tx, row, whole);
  const line = goesOn === null ? said : `${said}; ${goesOn}`;
  await append(tx, incidentId, { at: at.toISOString(), kind: "person", actor: name, line });
  if (goesOn !== null) return;
  if (!terminalStatuses.includes(row.status)) {
    await endTurns(tx, incidentId);
    await withdrawQuestion(tx, store, incidentId, said, at);
    await setStatus(tx, incidentId, "dismissed");
  }
  await closeCard(tx, store.queue, incidentId, said, at, { always: true });
  await closeIfOver(tx, store, incidentId, at, whole ? said : null);
};

/** Our own acknowledgement comes back as if a person had made it: by our user, or while it is under way. */
const isEcho = async (tx: Runner, key: Notice["key"], by: string): Promise<boolean> => {
  const ours = await progressOf(tx, key);
  return ours?.state === "under way" || ours?.receipt?.by === by;
};

/** A person has it in PagerDuty: on the record of each incident that it is about. */
export const touched =
  ({ store, world }: { store: Store; world: Pick<WorldPorts, "clock"> }) =>
  async ({ pagerdutyId, by, page }: Touch): Promise<string[]> => {
    const ours = await openAmong(store.pool, await incidentsOfPage(store.pool, page));
    const ids = [...new Set([...(await openUnder(store.pool, pagerdutyId)), ...ours])];
    for (const id of ids) {
      await inTransaction(store.pool, async (tx) => {
        await lockIncident(tx, id);
        if (await isEcho(tx, `acknowledge:${id}:${pagerdutyId}`, by.id)) return;
        const line = `${by.name} acknowledged it in PagerDuty`;
        const at = world.clock.now().toISOString();
        await appendOnce(tx, id, { at, kind: "person", actor: by.name, line });
      });
    }
    return ids;
  };
