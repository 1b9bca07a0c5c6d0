import { currentVersion } from "../graph/versions.ts";
import { refText } from "../incident/subject.ts";
import { countAlerts } from "../store/alerts.ts";
import {
  causeOf,
  dropCause,
  heldChildren,
  type Kin,
  lockCause,
  lockKin,
  noteCause,
  parentByCause,
  take,
  takeUp,
  tiesOf,
  victimsOf,
} from "../store/families.ts";
import { closeIncident, readIncident, type StoredIncident, setStatus } from "../store/incidents.ts";
import { append, appendAll } from "../store/journal.ts";
import { signal } from "../store/queue.ts";
import { closedSince, reopenAll, reopenMs } from "../store/reopen.ts";
import type { Runner } from "../store/transaction.ts";
import { openIncidents } from "../store/ward.ts";
import { announce } from "./announce.ts";
import { familyEntry } from "./family-entry.ts";
import { newId } from "./new-id.ts";
import { pruneAfter } from "./retention.ts";
import { tellJoined } from "./tell-joined.ts";
import type { Trace } from "./trace.ts";
import type { Outgoing } from "./turn-ports.ts";

/** Who has to do with this cause, with all rows of theirs locked. */
interface Locked {
  kin: Map<string, Kin>;
  /** Who is parent to those of the cause already. */
  parent: Kin | null;
}

/**
 * To be called before the turn's own row is locked: every path locks rows in the order of their id. Without a trace only
 * whom it holds matters.
 */
export const lockFamily = async (tx: Runner, id: string, trace: Trace | null): Promise<Locked> => {
  if (trace === null) {
    const isParent = (await causeOf(tx, id)) !== null;
    return { kin: isParent ? await lockKin(tx, [id], []) : new Map(), parent: null };
  }
  const { key, victims } = trace;
  await lockCause(tx, key);
  const found = await parentByCause(tx, key, id);
  const kin = await lockKin(tx, found === null ? [id] : [id, found], victims);
  const parent = found === null ? undefined : kin.get(found);
  // It may have looked again, ended or been taken while this one waited for its row.
  const still = parent !== undefined && !parent.held && (parent.causeKey === key || parent.subjectKey === key);
  return { kin, parent: still ? parent : null };
};

/** The one on the node that ended a short while ago, opened again, or a new one. */
const openOrReopen = async (tx: Runner, trace: Trace, at: Date): Promise<{ id: string; deadlineAt: Date } | null> => {
  const first = await readIncident(tx, trace.id);
  if (first === null) return null;
  const deadlineAt = new Date(at.getTime() + first.deadlineMs);
  const before = await closedSince(tx, trace.key, new Date(at.getTime() - reopenMs));
  if (before !== null) {
    await reopenAll(tx, new Map([[before, null]]), at, deadlineAt);
    return { id: before, deadlineAt };
  }
  const { severity, subject: victim } = first;
  const subject = { ...trace.by, cluster: victim.cluster, guessed: false };
  const id = newId("inc");
  await openIncidents(tx, [{ id, subject, severity, graphVersion: currentVersion, openedAt: at, deadlineAt }]);
  return { id, deadlineAt };
};

/**
 * A node has a trouble of its own, larger than any one victim's: it gets an incident where two victims meet. Throws WardMoved
 * where an alert on the node itself was faster.
 */
const openOnNode = async (tx: Runner, store: Outgoing, trace: Trace, at: Date): Promise<string | null> => {
  const opened = await openOrReopen(tx, trace, at);
  if (opened === null) return null;
  const { id, deadlineAt } = opened;
  const line = `opened for what several incidents trace back to: ${refText(trace.by)}`;
  await append(tx, id, familyEntry(at, line));
  await announce(tx, store, id, { what: "opened", at, line });
  await store.queue.sendAll(tx, "deadline", [id], deadlineAt);
  await store.queue.send(tx, "advance", id);
  return id;
};

/** Each that names a bad image needs a change of its own: they wait for one of them once, then all go on side by side. */
const waitedOnce = ({ key, by }: Trace, one: Kin): boolean => by.kind === "Image" && one.leftCause === key;

const isVictim = (trace: Trace, one: Kin): boolean =>
  one.id !== trace.id && !one.held && one.unseen && !waitedOnce(trace, one) && trace.victims.includes(one.subjectKey);

/** Null: this one is the parent. */
const parentFor = async (
  tx: Runner,
  store: Outgoing,
  trace: Trace,
  { kin, parent }: Locked,
  at: Date,
): Promise<string | null> => {
  if (trace.isCause) return null;
  if (parent?.subjectKey === trace.key || trace.by.kind !== "Node") return parent?.id ?? null;
  const two = parent !== null || [...kin.values()].some((one) => isVictim(trace, one));
  return two ? openOnNode(tx, store, trace, at) : null;
};

/** Whom the parent takes: whoever found the cause, a parent beside it, the children of both, and victims that nobody has looked at. */
const takenBy = (parentId: string, beside: Kin | null, trace: Trace, kin: Locked["kin"]): string[] => {
  const all = [...kin.values()].filter(({ id }) => id !== parentId);
  const joining = all
    .filter(({ id, movable, held }) => (id === trace.id || id === beside?.id) && movable && !held)
    .map(({ id }) => id);
  const theirs = all.filter((one) => one.held && one.parentId !== null && joining.includes(one.parentId));
  return [
    ...new Set([
      ...joining,
      ...theirs.map(({ id }) => id),
      ...all.filter((one) => isVictim(trace, one)).map(({ id }) => id),
    ]),
  ];
};

const tellTaken = async (tx: Runner, parentId: string, taken: readonly string[], why: string, at: Date) => {
  if (taken.length === 0) return;
  const line = `holds ${taken.length} more: ${why}; ${taken.join(", ")}`;
  await appendAll(tx, [
    { incidentId: parentId, entry: familyEntry(at, line) },
    ...taken.map((incidentId) => ({ incidentId, entry: familyEntry(at, `${parentId} holds this one: ${why}`) })),
  ]);
};

/**
 * What a look that found a cause means for others. Where it traces back to nothing that could be shared, or to something
 * else than before, those that it held for that look for themselves.
 */
export const settleFamily = async (
  tx: Runner,
  store: Outgoing,
  id: string,
  trace: Trace | null,
  locked: Locked,
  at: Date,
): Promise<void> => {
  const me = locked.kin.get(id);
  if (me === undefined || me.held) return;
  const left = me.causeKey !== null && me.causeKey !== trace?.key;
  if (left) await letGo(tx, store, id, at);
  if (trace === null) return;
  const kin = left ? new Map([...locked.kin].filter(([, one]) => one.parentId !== id)) : locked.kin;
  await gatherFamily(tx, store, trace, me, { ...locked, kin }, at);
};

/**
 * Joins what traces back to one cause. The incident on the cause is the parent; where there is none, the first that
 * found the cause. Whoever is held walks no further until its parent is over.
 */
const gatherFamily = async (
  tx: Runner,
  store: Outgoing,
  trace: Trace,
  me: Kin,
  locked: Locked,
  at: Date,
): Promise<void> => {
  const alone = !me.movable || waitedOnce(trace, me);
  const parentId = (alone ? null : await parentFor(tx, store, trace, locked, at)) ?? trace.id;
  const beside = alone || locked.parent?.id === parentId ? null : locked.parent;
  const taken = alone && !trace.isCause ? [] : takenBy(parentId, beside, trace, locked.kin);
  const victims = [...trace.victims, ...(beside === null ? [] : await victimsOf(tx, beside.id))];
  await take(tx, parentId, taken);
  await noteCause(tx, parentId, { key: trace.key, victims, at });
  await tellTaken(tx, parentId, taken, `both trace back to ${refText(trace.by)}`, at);
  if (taken.length > 0) await tellJoined(tx, store, [parentId], at);
};

const letGo = async (tx: Runner, store: Outgoing, id: string, at: Date): Promise<void> => {
  await dropCause(tx, id);
  for (const child of await heldChildren(tx, id)) {
    const row = await readIncident(tx, child);
    if (row === null) continue;
    await leaveFamily(tx, store, row, "found another cause", at);
    await signal(tx, store.queue, child);
  }
};

/** Nobody holds it any more: what still fires is looked at again; what has gone quiet ends. In the caller's transaction. */
export const leaveFamily = async (
  tx: Runner,
  store: Outgoing,
  row: StoredIncident,
  why: string,
  at: Date,
): Promise<void> => {
  if ((await countAlerts(tx, row.id)).firing === 0) return endQuietly(tx, store, row, null, at);
  const deadlineAt = await takeUp(tx, row.id, at);
  await store.queue.sendAll(tx, "deadline", [row.id], deadlineAt);
  const line = `the incident that held this one ${why} and its alerts still fire: looked at again`;
  await append(tx, row.id, familyEntry(at, line));
  await announce(tx, store, row.id, { what: "opened", at, line, about: "alone" });
};

/** Every alert of a held one has resolved at its source: nothing is left to look at. Its parent may be over with that. */
export const endQuietly = async (
  tx: Runner,
  store: Outgoing,
  { id, status }: StoredIncident,
  parentId: string | null,
  at: Date,
): Promise<void> => {
  if (status !== "escalated") await setStatus(tx, id, "dismissed");
  await closeIncident(tx, id, at);
  await store.queue.send(tx, "retain", id, pruneAfter(at));
  if (parentId !== null) await store.queue.send(tx, "advance", parentId);
  const line = "closed: each of its alerts resolved while another incident held it";
  await append(tx, id, { at: at.toISOString(), kind: "closed", actor: "nightshift", line });
  await announce(tx, store, id, { what: "closed", at, line });
};

/** A parent without alerts of its own is over with the last of its children: it looks. */
export const tellParent = async (tx: Runner, store: Outgoing, id: string): Promise<void> => {
  const { held, parentId, parentClosedAt } = await tiesOf(tx, id);
  if (held && parentId !== null && parentClosedAt === null) await store.queue.send(tx, "advance", parentId);
};

/** Children of an incident that has just closed look for themselves. No row of theirs is locked here. */
export const releaseChildren = async (tx: Runner, store: Outgoing, parentId: string): Promise<void> => {
  await store.queue.sendAll(tx, "advance", await heldChildren(tx, parentId));
};
