import { pagerdutyIncidentsOf } from "../incident/alert.ts";
import type { Notice } from "../incident/notice.ts";
import { alertsOf } from "../store/alerts.ts";
import { readIncident, type StoredIncident } from "../store/incidents.ts";
import { toldHeadsOf } from "../store/kinship.ts";
import { hasNoteOn, lockNotice, putNotice } from "../store/notices.ts";
import type { Runner } from "../store/transaction.ts";
import { asSevereAs } from "./rise.ts";
import { asNote, besides, withBesides } from "./told-beside.ts";
import type { Outgoing } from "./turn-ports.ts";

/** Many may join within a second: the card is sent again this late, and the thread and PagerDuty hear of them once a minute. */
const gatherMs = 5_000;
const minuteMs = 60_000;
const mostAlerts = 100;

/** Timers of the queue run by real time. */
const inMs = (ms: number): Date => new Date(Date.now() + ms);

const endOfMinute = (at: Date): number => minuteMs - (at.getTime() % minuteMs);

const joinedText = (card: Notice, lines: readonly string[]): Notice => ({
  ...card,
  title: `More of it: ${card.title}`,
  text: lines.join("\n"),
  besides: [],
  decision: null,
});

/** Whoever was rung by another incident of PagerDuty's finds there once what is known of this one. */
const noteOthers = async (tx: Runner, { queue }: Outgoing, card: Notice): Promise<void> => {
  const alerts = await alertsOf(tx, card.incidentId, mostAlerts);
  for (const id of pagerdutyIncidentsOf(alerts))
    if (id !== card.pagerdutyIncident && !(await hasNoteOn(tx, card.incidentId, id)))
      await putNotice(tx, queue, asNote(card, `joined:${id}`, id));
};

const tellMore = async (tx: Runner, { news, queue }: Outgoing, card: Notice, lines: readonly string[], at: Date) => {
  const more = joinedText(card, lines);
  const about = `joined:${Math.floor(at.getTime() / minuteMs)}`;
  const due = inMs(endOfMinute(at));
  if (news?.follows.thread !== undefined) {
    const key = `thread:${card.incidentId}:${about}`;
    const { happened: _before, ...reply } = more;
    await putNotice(tx, queue, { ...reply, key, channel: "thread" }, due);
  }
  if (card.pagerdutyIncident !== null) await putNotice(tx, queue, asNote(more, about, card.pagerdutyIncident), due);
};

/** Of an incident that was opened again, and not told of since: the walk tells of it anew. */
const isOfLifeBefore = ({ besides: lines = [] }: Notice, { reopenedAt }: StoredIncident): boolean =>
  reopenedAt !== null && !lines.some((line) => line.includes(reopenedAt.toISOString()));

const tellOne = async (tx: Runner, store: Outgoing, row: StoredIncident, at: Date): Promise<void> => {
  const card = await lockNotice(tx, `card:${row.id}`);
  if (card === null || row.closedAt !== null || isOfLifeBefore(card, row)) return;
  const lines = await besides(tx, row.id);
  const afresh = withBesides(asSevereAs(card, row.severity), lines);
  const hasMore = JSON.stringify(lines) !== JSON.stringify(card.besides ?? []);
  if (hasMore) await tellMore(tx, store, afresh, lines, at);
  if (hasMore || card.severity !== row.severity) await putNotice(tx, store.queue, afresh, inMs(gatherMs));
  await noteOthers(tx, store, afresh);
};

/**
 * Incidents that people were told of, and that more has joined since, or joined one that they hold: the card says so, and so do
 * its thread and PagerDuty.
 * Whoever walks one may tell of it at the same time: the notices are locked, and last of all, for that walk has the row.
 */
export const tellJoined = async (tx: Runner, store: Outgoing, ids: Iterable<string>, at: Date): Promise<void> => {
  // Most of those that alerts join have no card yet, and a storm brings hundreds. Asked last of all: the walk of a parent, whose
  // row is not locked, may put its first card meanwhile.
  for (const id of await toldHeadsOf(tx, [...new Set(ids)])) {
    const row = await readIncident(tx, id);
    if (row !== null) await tellOne(tx, store, row, at);
  }
};
