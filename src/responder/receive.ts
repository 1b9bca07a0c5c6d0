import { randomBytes } from "node:crypto";
import { currentVersion } from "../graph/versions.ts";
import type { Alert } from "../incident/alert.ts";
import { type Subject, subjectKey } from "../incident/subject.ts";
import { inParallel } from "../nodes/in-parallel.ts";
import {
  alertsOf,
  episodeIncident,
  firingUnder,
  type KnownAlert,
  knownAlert,
  knownDelivery,
  putAlert,
  putDelivery,
} from "../store/alerts.ts";
import { lockIncident, type NewIncident, openOrJoin, readIncident } from "../store/incidents.ts";
import { append } from "../store/journal.ts";
import { signal } from "../store/queue.ts";
import { inTransaction, type Runner } from "../store/transaction.ts";
import { closeIfOver } from "./close.ts";
import type { Delivery } from "./responder.ts";
import type { Store, WorldPorts } from "./turn-ports.ts";

// Usual rules look back five minutes, and their group waits as long: what was just proven healthy still fires until then.
const lookBackMs = 10 * 60_000;
// Nothing was found wrong, and it is said again: a short while for the same flush to end, then it is looked at anew.
const dismissedMs = 60_000;
const lookUps = 8;

export interface ReceiveDeps {
  store: Store;
  world: Pick<WorldPorts, "clock">;
  incidentMinutes: number;
  /** What is sick, by the cluster where it answers in time and by the labels where not. Null: no incident (Watchdog). */
  subjectOf(alert: Alert): Promise<Subject | null>;
  /** Takes secrets out of what the sender wrote, before any of it is kept. */
  redact(alert: Alert): Alert;
}

interface Mapped {
  alert: Alert;
  subject: Subject | null;
}

const newId = (): string => `inc_${randomBytes(10).toString("hex")}`;

const heard = (tx: Runner, incidentId: string, alert: Alert, at: Date, opened: boolean): Promise<number> =>
  append(tx, incidentId, {
    at: at.toISOString(),
    kind: "alert",
    actor: alert.source,
    line: `${alert.name} ${alert.status}${opened ? ", opened the incident" : ""}: ${alert.summary}`.slice(0, 500),
    data: { fingerprint: alert.fingerprint, startsAt: alert.startsAt, labels: alert.labels },
  });

/**
 * A person was paged because nothing explained what was seen. A symptom of another name may: the old incident is closed and
 * the new one looks afresh. Repeats and more of the same only join.
 */
const mayExplain = async (tx: Runner, id: string, alert: Alert): Promise<boolean> => {
  const before = await readIncident(tx, id);
  if (before?.status !== "escalated" || before.state?.diagnosis?.kind === "cause") return false;
  return !(await alertsOf(tx, id, 100)).some(({ name }) => name === alert.name);
};

const closeFor = async (
  tx: Runner,
  queue: Store["queue"],
  id: string,
  alert: Alert,
  heir: NewIncident,
): Promise<void> => {
  const at = heir.openedAt;
  const line = `${alert.name} is a new symptom of what could not be explained; ${heir.id} looks at it afresh`;
  await append(tx, id, { at: at.toISOString(), kind: "alert", actor: alert.source, line });
  await closeIfOver(tx, queue, id, at, heir.id);
};

/** The incident this alert belongs to: an open one it joins, or a new one. */
const placeFor = async (
  tx: Runner,
  queue: Store["queue"],
  fresh: NewIncident,
  alert: Alert,
): Promise<{ id: string; opened: boolean }> => {
  const joined = await openOrJoin(tx, fresh);
  if (joined.opened || !(await mayExplain(tx, joined.id, alert))) return joined;
  await closeFor(tx, queue, joined.id, alert, fresh);
  return openOrJoin(tx, fresh);
};

const joinFiring = async (deps: ReceiveDeps, tx: Runner, alert: Alert, subject: Subject, at: Date): Promise<string> => {
  const deadlineAt = new Date(at.getTime() + deps.incidentMinutes * 60_000);
  const fresh = {
    id: newId(),
    subject,
    severity: alert.severity,
    graphVersion: currentVersion,
    openedAt: at,
    deadlineAt,
  };
  const { id, opened } = await placeFor(tx, deps.store.queue, fresh, alert);
  if (!(await putAlert(tx, id, alert, at))) return id;
  await heard(tx, id, alert, at, opened);
  if (opened) {
    await deps.store.queue.send(tx, "deadline", id, deadlineAt);
    await signal(tx, deps.store.queue, id);
  }
  return id;
};

const noteResolved = async (deps: ReceiveDeps, tx: Runner, alert: Alert, at: Date): Promise<string | null> => {
  const incidentId = (await episodeIncident(tx, alert))?.incidentId ?? null;
  if (incidentId !== null) await lockIncident(tx, incidentId);
  await putAlert(tx, incidentId, alert, at);
  if (incidentId === null) return null;
  await heard(tx, incidentId, alert, at, false);
  await signal(tx, deps.store.queue, incidentId);
  return incidentId;
};

/** PagerDuty ends all alerts of its incident by one message, which may come without their names. */
const endWithIncident = async (deps: ReceiveDeps, tx: Runner, alert: Alert, at: Date): Promise<string[]> => {
  if (alert.source !== "pagerduty" || alert.status !== "resolved" || !alert.pagerdutyIncident) return [];
  const firing = await firingUnder(tx, alert.pagerdutyIncident.id);
  for (const one of firing) await noteResolved(deps, tx, { ...one.alert, status: "resolved" }, at);
  return firing.map(({ incidentId }) => incidentId);
};

/** A repeat of an alert whose incident is closed and which has not resolved: something is still sick. */
const outlives = ({ status }: Alert, { closedAt, fires, dismissed }: KnownAlert, at: Date): boolean => {
  if (status !== "firing" || !fires || closedAt === null) return false;
  return at.getTime() - closedAt.getTime() >= (dismissed ? dismissedMs : lookBackMs);
};

const takeOne = async (deps: ReceiveDeps, tx: Runner, mapped: Mapped, at: Date): Promise<string | null> => {
  const { alert, subject } = mapped;
  const known = await knownAlert(tx, alert);
  if (known !== null && (subject === null || !outlives(alert, known, at))) return known.incidentId;
  if (alert.status === "resolved") return noteResolved(deps, tx, alert, at);
  // A resolve that overtook its alert: there is nothing left to look at.
  if (subject === null || (known === null && (await episodeIncident(tx, alert)) !== null)) {
    await putAlert(tx, null, alert, at);
    return null;
  }
  return joinFiring(deps, tx, alert, subject, at);
};

// Two deliveries that touch the same incidents lock them in the same order.
const orderKey = ({ alert, subject }: Mapped): string =>
  `${subject === null ? "" : subjectKey(subject)}|${alert.fingerprint}`;

const commit = (deps: ReceiveDeps, delivery: Delivery, mapped: readonly Mapped[]): Promise<string[]> =>
  inTransaction(deps.store.pool, async (tx) => {
    const before = delivery.id === null ? null : await knownDelivery(tx, delivery.id);
    if (before !== null) return before;
    const at = deps.world.clock.now();
    const ids = new Set<string>();
    for (const one of [...mapped].sort((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1))) {
      const id = await takeOne(deps, tx, one, at);
      if (id !== null) ids.add(id);
      for (const other of await endWithIncident(deps, tx, one.alert, at)) ids.add(other);
    }
    if (delivery.id !== null) await putDelivery(tx, delivery.id, [...ids], at);
    return [...ids];
  });

/** Accepted means kept: resolves only after the commit. The graph is never run here. */
export const receive =
  (deps: ReceiveDeps) =>
  async (delivery: Delivery): Promise<string[]> => {
    // Each look-up asks the cluster several times; a delivery may bring hundreds.
    const mapped = await inParallel(lookUps, delivery.alerts, async (alert) => ({
      alert: deps.redact(alert),
      subject: await deps.subjectOf(alert),
    }));
    return commit(deps, delivery, mapped);
  };
