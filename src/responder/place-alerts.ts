import type { Alert } from "../incident/alert.ts";
import { isUnreadKey, type Subject, subjectKey } from "../incident/subject.ts";
import type { ChainEnds } from "../store/journal.ts";
import { reopenMs } from "../store/reopen.ts";
import { isWorse } from "../store/severity.ts";
import { episodeOf, type HeardMessage, type LockedIncident, type PlacedAlert, type Ward } from "../store/ward.ts";

// Usual rules look back five minutes, and their group waits as long: what was just proven healthy still fires until then.
const lookBackMs = 10 * 60_000;
// Nothing was found wrong, and it is said again: a short while for the same flush to end, then it is looked at anew.
const dismissedMs = 60_000;

export interface MappedAlert {
  alert: Alert;
  /** Null: no incident (Watchdog). */
  subject: Subject | null;
}

export interface MappedDelivery {
  id: string | null;
  alerts: MappedAlert[];
  /** The person who ended it; null: a monitoring system. */
  by?: string | null;
  /** The incident of PagerDuty where it goes on; null: nowhere. */
  goesOn?: { id: string; url: string } | null;
  /** Incidents of ours whose own page it is about. */
  own?: string[];
}

/** What a batch of deliveries changes; nothing of it is written yet. */
export interface Placement {
  /** Ends for its heir, before that one opens. */
  handovers: { from: string; heir: string; alert: Alert }[];
  opened: { id: string; subject: Subject; severity: string; parentId: string | null }[];
  /** Closed a short while ago, and it fires again; with the parent that holds it from now on, if any. */
  reopened: Map<string, string | null>;
  /** A person was paged about what nobody could explain, and an alert of another name may; with the parent, as above. */
  lookedAgain: Map<string, string | null>;
  alerts: PlacedAlert[];
  heard: { incidentId: string; alert: Alert; opened: boolean; worse: boolean }[];
  /** Where journals end that `heard` goes on with; of others it has to be read. */
  chainEnds: ChainEnds;
  /** Incidents that were there before and have something new to look at. */
  signalled: Set<string>;
  deliveries: { id: string; incidentIds: string[] }[];
  /** For each delivery, in their order. */
  answers: string[][];
}

// Two deliveries of one incident write its journal in the same order.
const orderKey = ({ alert, subject }: MappedAlert): string =>
  `${subject === null ? "" : subjectKey(subject)}|${alert.fingerprint}`;

/** Where each alert belongs. Pure: it looks at the ward, and works on it as if everything before were written. */
export const placeAlerts = (
  ward: Ward,
  deliveries: readonly MappedDelivery[],
  at: Date,
  newId: () => string,
): Placement => {
  const placement: Placement = {
    handovers: [],
    opened: [],
    reopened: new Map(),
    lookedAgain: new Map(),
    alerts: [],
    heard: [],
    chainEnds: new Map(),
    signalled: new Set(),
    deliveries: [],
    answers: [],
  };
  const open = new Map(
    [...ward.incidents.values()].filter(({ closedAt }) => closedAt === null).map((one) => [one.subjectKey, one]),
  );
  const historyOf = (alert: Alert): HeardMessage[] => ward.messages.get(episodeOf(alert)) ?? [];

  /** False when the incident has the same message already. */
  const record = (incidentId: string | null, alert: Alert): boolean => {
    const history = historyOf(alert);
    if (history.some((one) => one.status === alert.status && one.incidentId === incidentId)) return false;
    ward.messages.set(episodeOf(alert), [...history, { incidentId, status: alert.status, alert }]);
    placement.alerts.push({ incidentId, alert });
    if (incidentId !== null) ward.incidents.get(incidentId)?.alertNames.add(alert.name);
    return true;
  };

  const openFor = (alert: Alert, subject: Subject): LockedIncident => {
    const key = subjectKey(subject);
    const fresh: LockedIncident = {
      id: newId(),
      subjectKey: key,
      status: "investigating",
      severity: alert.severity,
      closedAt: null,
      unexplained: false,
      alertNames: new Set(),
    };
    open.set(key, fresh);
    ward.incidents.set(fresh.id, fresh);
    placement.opened.push({ id: fresh.id, subject, severity: alert.severity, parentId: ward.parents.get(key) ?? null });
    return fresh;
  };

  /**
   * Flapping, or never over: an alert that fires when its incident has closed a short while ago belongs to that one. So does one
   * of another name where nobody could say what it was.
   */
  const reopenFor = (alert: Alert, key: string): void => {
    if (open.has(key)) return;
    const [before] = [...ward.incidents.values()]
      .filter((one) => one.subjectKey === key)
      .sort((a, b) => Number(b.closedAt) - Number(a.closedAt));
    if (before === undefined || !(before.unexplained || before.alertNames.has(alert.name))) return;
    if (at.getTime() - Number(before.closedAt) >= reopenMs) return;
    before.closedAt = null;
    before.unexplained = false;
    open.set(key, before);
    placement.reopened.set(before.id, ward.parents.get(key) ?? null);
  };

  const lookAgain = (there: LockedIncident, alert: Alert): void => {
    if (!mayExplain(there, alert)) return;
    there.unexplained = false;
    placement.lookedAgain.set(there.id, ward.parents.get(there.subjectKey) ?? null);
  };

  const joinFiring = (alert: Alert, subject: Subject): string => {
    reopenFor(alert, subjectKey(subject));
    const there = open.get(subjectKey(subject));
    if (there !== undefined) lookAgain(there, alert);
    const { id, severity } = there ?? openFor(alert, subject);
    // A repeat that opens its own incident again is on record there, and is heard all the same.
    if (record(id, alert) || placement.reopened.has(id))
      placement.heard.push({
        incidentId: id,
        alert,
        opened: there === undefined,
        worse: isWorse(alert.severity, severity),
      });
    return id;
  };

  /** Its details could be read at last: what it is about takes over from what nobody knew anything about. */
  const moveRead = (from: LockedIncident, alert: Alert, subject: Subject): string => {
    from.closedAt = at;
    open.delete(from.subjectKey);
    const heir = joinFiring(alert, subject);
    placement.handovers.push({ from: from.id, heir, alert });
    return heir;
  };

  const unreadHome = ({ incidentId }: HeardMessage, subject: Subject | null): LockedIncident | null => {
    const home = ward.incidents.get(incidentId ?? "");
    const isRead = subject !== null && home !== undefined && subjectKey(subject) !== home.subjectKey;
    return isRead && home.closedAt === null && isUnreadKey(home.subjectKey) ? home : null;
  };

  const noteResolved = (alert: Alert): string | null => {
    const incidentId = historyOf(alert).at(-1)?.incidentId ?? null;
    record(incidentId, alert);
    if (incidentId === null) return null;
    placement.heard.push({ incidentId, alert, opened: false, worse: false });
    placement.signalled.add(incidentId);
    return incidentId;
  };

  /** A repeat of an alert whose incident is closed and which has not resolved: something is still sick. */
  const outlives = ({ status, incidentId }: HeardMessage, history: readonly HeardMessage[]): boolean => {
    const before = incidentId === null ? undefined : ward.incidents.get(incidentId);
    if (status !== "firing" || history.some((one) => one.status === "resolved") || !before?.closedAt) return false;
    const quiet = before.status === "dismissed" ? dismissedMs : lookBackMs;
    return at.getTime() - before.closedAt.getTime() >= quiet;
  };

  const takeOne = ({ alert, subject }: MappedAlert): string | null => {
    const history = historyOf(alert);
    const known = history.findLast(({ status }) => status === alert.status);
    // What has resolved is over where it was heard.
    const isOver = history.some(({ status }) => status === "resolved");
    const unread = known?.status === "firing" && !isOver ? unreadHome(known, subject) : null;
    if (unread !== null && subject !== null) return moveRead(unread, alert, subject);
    if (known !== undefined && (subject === null || !outlives(known, history))) return known.incidentId;
    if (alert.status === "resolved") return noteResolved(alert);
    // A resolve that overtook its alert: there is nothing left to look at.
    if (subject === null || (known === undefined && history.length > 0)) {
      record(null, alert);
      return null;
    }
    return joinFiring(alert, subject);
  };

  /** PagerDuty ends all alerts of its incident by one message, which may come without their names. */
  const endWithIncident = (alert: Alert, merged: boolean): (string | null)[] => {
    if (alert.source !== "pagerduty" || alert.status !== "resolved" || !alert.pagerdutyIncident) return [];
    const under = `pagerduty|${alert.pagerdutyIncident.id}:`;
    return [...ward.messages]
      .filter(([episode]) => episode.startsWith(under))
      .flatMap(([, history]) => stillFiring(history))
      .map((one) => noteResolved({ ...one, status: "resolved", ...(merged ? { summary: alert.summary } : {}) }));
  };

  /** Merged into another incident of PagerDuty: what fires under the one fires under the other from now on, and ends with it. */
  const moveOn = ({ pagerdutyIncident: from }: Alert, into: { id: string; url: string }): void => {
    const under = [":", "|"].map((end) => `pagerduty|${from?.id}${end}`);
    const firing = [...ward.messages]
      .filter(([episode]) => under.some((start) => episode.startsWith(start)))
      .flatMap(([episode, history]) => stillFiring(history).map((alert) => ({ alert, episode })));
    for (const { alert, episode } of firing) {
      const incidentId = ward.messages.get(episode)?.at(-1)?.incidentId ?? null;
      record(incidentId, { ...alert, fingerprint: `${into.id}:${alert.fingerprint}`, pagerdutyIncident: into });
    }
  };

  const takeDelivery = ({ id, alerts, goesOn, own = [] }: MappedDelivery): string[] => {
    const before = id === null ? undefined : ward.deliveries.get(id);
    if (before !== undefined) return before;
    for (const { alert } of goesOn ? alerts : []) if (goesOn) moveOn(alert, goesOn);
    const sorted = [...alerts].sort((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1));
    // A merge that overtook its alert ends nothing: what nobody has heard of opens when it comes.
    const take = (one: MappedAlert) => (goesOn && historyOf(one.alert).length === 0 ? null : takeOne(one));
    const found = sorted.flatMap((one) => [take(one), ...endWithIncident(one.alert, goesOn != null)]);
    const ours = own.filter((one) => ward.incidents.has(one));
    const incidentIds = [...new Set([...found.filter((one) => one !== null), ...ours])];
    if (id !== null) {
      ward.deliveries.set(id, incidentIds);
      placement.deliveries.push({ id, incidentIds });
    }
    return incidentIds;
  };

  placement.answers = deliveries.map(takeDelivery);
  placement.chainEnds = endsAfter(ward, placement);
  for (const { id } of placement.opened) placement.signalled.delete(id);
  for (const id of [...placement.reopened.keys(), ...placement.lookedAgain.keys()]) placement.signalled.delete(id);
  return placement;
};

/** A hand-over goes on with chains, also with those of parents and children: then none is known but of what was opened. */
const endsAfter = ({ chainEnds }: Ward, { handovers, opened }: Placement): ChainEnds =>
  new Map([...(handovers.length === 0 ? chainEnds : []), ...opened.map(({ id }) => [id, null] as const)]);

/**
 * A person was paged because nothing explained what was seen. A symptom of another name may: the incident looks again.
 * Repeats and more of the same only join.
 */
const mayExplain = ({ unexplained, alertNames }: LockedIncident, { name }: Alert): boolean =>
  unexplained && !alertNames.has(name);

/** Neither resolved since nor heard again in a later incident. */
const stillFiring = (history: readonly HeardMessage[]): Alert[] => {
  const last = history.at(-1);
  const fires = last?.alert && last.incidentId !== null && history.every(({ status }) => status === "firing");
  return fires && last.alert ? [last.alert] : [];
};
