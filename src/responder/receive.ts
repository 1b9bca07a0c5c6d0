import { currentVersion } from "../graph/versions.ts";
import type { Alert } from "../incident/alert.ts";
import { terminalStatuses } from "../incident/incident.ts";
import { type Subject, subjectKey } from "../incident/subject.ts";
import { inParallel } from "../ports/in-parallel.ts";
import { lockIncident, setStatus } from "../store/incidents.ts";
import { appendAll, type NewEntry } from "../store/journal.ts";
import { lookAgainAll, reopenAll, reopenMs } from "../store/reopen.ts";
import { inFreshTransaction, inOneGo, type Runner } from "../store/transaction.ts";
import { endTurns } from "../store/turns.ts";
import {
  episodeOf,
  openIncidents,
  openWard,
  putAlerts,
  putDeliveries,
  raiseCounters,
  type WardQuestion,
} from "../store/ward.ts";
import { closeByPerson } from "./by-person.ts";
import { closeIfOver } from "./close.ts";
import { newId } from "./new-id.ts";
import { incidentsOfPage } from "./own-page.ts";
import { type MappedDelivery, type Placement, placeAlerts } from "./place-alerts.ts";
import { withdrawQuestion } from "./question.ts";
import type { Delivery } from "./responder.ts";
import { raise, tellRisen } from "./rise.ts";
import { tellJoined } from "./tell-joined.ts";
import { tellPlaced } from "./tell-placed.ts";
import { together } from "./together.ts";
import type { Store, WorldPorts } from "./turn-ports.ts";

const lookUps = 8;
/** Deliveries that share one transaction at most. */
const atOnce = 64;

export interface ReceiveDeps {
  store: Store;
  world: Pick<WorldPorts, "clock">;
  incidentMinutes: number;
  /** What is sick, by the cluster where it answers in time and by the labels where not. Null: no incident (Watchdog). */
  subjectOf(alert: Alert): Promise<Subject | null>;
  /** Takes secrets out of what the sender wrote, before any of it is kept. */
  redact(alert: Alert): Alert;
}

/** What was seen of victims is not believed for longer: later ones look for themselves. */
const victimsMs = 10 * 60_000;

const questionOf = (deliveries: readonly MappedDelivery[], at: Date): WardQuestion => {
  const mapped = deliveries.flatMap(({ alerts }) => alerts);
  const ended = mapped.flatMap(({ alert: { source, status, pagerdutyIncident } }) =>
    source === "pagerduty" && status === "resolved" && pagerdutyIncident ? [pagerdutyIncident.id] : [],
  );
  return {
    subjectKeys: [...new Set(mapped.flatMap(({ subject }) => (subject === null ? [] : [subjectKey(subject)])))],
    episodes: [...new Set(mapped.map(({ alert }) => episodeOf(alert)))],
    own: deliveries.flatMap(({ own = [] }) => own),
    deliveries: deliveries.flatMap(({ id }) => (id === null ? [] : [id])),
    pagerduty: [...new Set(ended)],
    closedSince: new Date(at.getTime() - reopenMs),
    seenSince: new Date(at.getTime() - victimsMs),
  };
};

const heardLine = ({ alert, opened }: Placement["heard"][number], at: Date): NewEntry => ({
  at: at.toISOString(),
  kind: "alert",
  actor: alert.source,
  line: `${alert.name} ${alert.status}${opened ? ", opened the incident" : ""}: ${alert.summary}`.slice(0, 500),
  data: { fingerprint: alert.fingerprint, startsAt: alert.startsAt, labels: alert.labels },
});

/** Nobody was called about it yet, or somebody was; either way no worker goes on with it. */
const endUnread = async (tx: Runner, store: Store, id: string, at: Date): Promise<void> => {
  const row = await lockIncident(tx, id);
  if (row === null || terminalStatuses.includes(row.status)) return;
  await endTurns(tx, id);
  await withdrawQuestion(tx, store, id, "its details could be read", at);
  await setStatus(tx, id, "dismissed");
};

const handOver = async (
  tx: Runner,
  store: Store,
  { from, heir, alert }: Placement["handovers"][number],
  at: Date,
): Promise<void> => {
  const line = `its details could be read: it is about ${alert.name}, and ${heir} looks at it`;
  const entry = { at: at.toISOString(), kind: "alert", actor: alert.source, line };
  await appendAll(tx, [{ incidentId: from, entry }]);
  await endUnread(tx, store, from, at);
  await closeIfOver(tx, store, from, at, `${heir} takes over`);
};

/** Incidents, or their parents, of which people may know already and that have more alerts or children now. */
const joinedTo = ({ heard, opened, reopened, lookedAgain }: Placement): string[] => {
  const more = heard.filter(({ alert, opened: first }) => alert.status === "firing" && !first);
  const ids = new Set(more.map(({ incidentId }) => incidentId).filter((id) => !reopened.has(id)));
  const parents = [...opened.map(({ parentId }) => parentId), ...reopened.values(), ...lookedAgain.values()].filter(
    (id) => id !== null,
  );
  return [...ids, ...parents];
};

/** A delivery that comes again says nothing new: what it ended may have begun again since. */
const endByPeople = async (
  tx: Runner,
  store: Store,
  deliveries: readonly MappedDelivery[],
  { answers, deliveries: fresh }: Placement,
  at: Date,
): Promise<void> => {
  for (const [n, { id, by, own = [] }] of deliveries.entries()) {
    const isNew = id === null || fresh.some((one) => one.id === id);
    for (const incidentId of by && isNew ? (answers[n] ?? []) : [])
      await closeByPerson(tx, store, incidentId, { name: by ?? "", at, whole: own.includes(incidentId) });
  }
};

const write = async (
  tx: Runner,
  deps: ReceiveDeps,
  deliveries: readonly MappedDelivery[],
  placed: Placement,
  at: Date,
): Promise<void> => {
  const { queue } = deps.store;
  const deadlineAt = new Date(at.getTime() + deps.incidentMinutes * 60_000);
  for (const one of placed.handovers) await handOver(tx, deps.store, one, at);
  const ofOpened = placed.opened.filter(({ parentId }) => parentId === null).map(({ id }) => id);
  const free = (parents: Placement["reopened"]) =>
    [...parents].flatMap(([id, parentId]) => (parentId === null ? [id] : []));
  const fresh = [...ofOpened, ...free(placed.reopened), ...free(placed.lookedAgain)];
  const entries = placed.heard.map((one) => ({ incidentId: one.incidentId, entry: heardLine(one, at) }));
  await reopenAll(tx, placed.reopened, at, deadlineAt);
  await lookAgainAll(tx, placed.lookedAgain, at, deadlineAt);
  await inOneGo(
    tx,
    () =>
      openIncidents(
        tx,
        placed.opened.map((one) => ({ ...one, graphVersion: currentVersion, openedAt: at, deadlineAt })),
      ),
    () => putAlerts(tx, placed.alerts, at),
    () => appendAll(tx, entries, placed.chainEnds),
    () => raiseCounters(tx, [...placed.signalled]),
    () => queue.sendAll(tx, "deadline", fresh, deadlineAt),
    () => queue.sendAll(tx, "advance", [...fresh, ...placed.signalled]),
    () => putDeliveries(tx, placed.deliveries, at),
  );
  const worse = placed.heard.filter((one) => one.worse);
  const risen = await raise(tx, worse, at);
  await tellPlaced(tx, deps.store, placed, at);
  await endByPeople(tx, deps.store, deliveries, placed, at);
  // What is on record of one that was opened again is of its life before; the walk tells of it anew.
  for (const id of placed.reopened.keys()) risen.delete(id);
  await tellJoined(tx, deps.store, [...joinedTo(placed), ...risen], at);
  await tellRisen(tx, queue, risen);
};

const commit = (deps: ReceiveDeps, deliveries: MappedDelivery[]): Promise<string[][]> =>
  inFreshTransaction(deps.store.pool, async (tx) => {
    const at = deps.world.clock.now();
    const placed = placeAlerts(await openWard(tx, questionOf(deliveries, at)), deliveries, at, () => newId("inc"));
    await write(tx, deps, deliveries, placed, at);
    return placed.answers;
  });

/** The database does not answer, which is told only after many seconds. */
const saysNothing = (error: unknown): boolean => error instanceof Error && /timeout/i.test(error.message);

/**
 * By a delivery's first alert: what is said of that one, and of its incident of PagerDuty, is written in the order in which
 * it came. And alerts of one namespace may join one incident, for whose row two lanes would wait. For the others
 * of the delivery neither is promised.
 */
const takesFirstLane = ({ alerts: [first] }: MappedDelivery): boolean => {
  const { pagerdutyIncident, labels, fingerprint = "" } = first?.alert ?? {};
  const key = pagerdutyIncident?.id ?? labels?.namespace ?? fingerprint;
  return [...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 2 === 0;
};

/** Accepted means kept: resolves only after the commit. Deliveries that come at once share it. The graph is never run here. */
export const receive = (deps: ReceiveDeps) => {
  const lane = () => together<MappedDelivery, string[]>(atOnce, (deliveries) => commit(deps, deliveries), saysNothing);
  // While one waits for the disk, the other's transaction is made.
  const [first, second] = [lane(), lane()];
  return async ({ id, alerts: heard, by, goesOn, page }: Delivery): Promise<string[]> => {
    const own = await incidentsOfPage(deps.store.pool, page);
    // Known by its title only: it is our page, and no alert of anybody's.
    const alerts = page?.title != null && own.length > 0 ? [] : heard;
    // Each look-up asks the cluster several times; a delivery may bring hundreds.
    const mapped = await inParallel(lookUps, alerts, async (alert) => ({
      alert: deps.redact(alert),
      subject: await deps.subjectOf(alert),
    }));
    const delivery = { id, alerts: mapped, by: by ?? null, goesOn: goesOn ?? null, own };
    return takesFirstLane(delivery) ? first(delivery) : second(delivery);
  };
};
