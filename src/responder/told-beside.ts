import { z } from "zod";
import { type Alert, pagerdutyIncidentsOf } from "../incident/alert.ts";
import { canonical } from "../incident/canonical.ts";
import type { Notice } from "../incident/notice.ts";
import { refText } from "../incident/subject.ts";
import { alertsAbout, heardAbout } from "../store/alerts.ts";
import { type ChangeBefore, changesBefore } from "../store/changes-before.ts";
import { deadlineFrom, readIncident, type StoredIncident } from "../store/incidents.ts";
import { childrenOf, reopenedAt } from "../store/kinship.ts";
import { currentNotice } from "../store/notices.ts";
import { isWorse } from "../store/severity.ts";
import type { Runner } from "../store/transaction.ts";
import { asSevereAs } from "./rise.ts";

// Whoever is woken reads first what is wrong; the report names them all, and `childIds` has them however many they are.
const mostNamed = 5;
const mostInReport = 300;

/** Names those that this incident holds, and how many there are. */
const children = async (db: Runner, incidentId: string, most: number): Promise<string[]> => {
  const held = await childrenOf(db, incidentId);
  if (held.length === 0) return [];
  const names = held.slice(0, most).map(({ subject }) => refText(subject));
  const rest = most === mostNamed ? "the report names them" : "childIds of the incident has them all";
  const more = held.length > names.length ? ` and ${held.length - names.length} more (${rest})` : "";
  return [`Holds ${held.length} more of the same cause: ${names.join(", ")}${more}.`];
};

const reopened = async (db: Runner, incidentId: string): Promise<string[]> => {
  const at = await reopenedAt(db, incidentId);
  if (at === null) return [];
  const made = await changesBefore(db, incidentId);
  const left = made.length > mostTold ? [`Changed before that as well: ${made.length - mostTold} times more.`] : [];
  return [`Opened again at ${at.toISOString()}: it fires again.`, ...made.slice(-mostTold).map(changeText), ...left];
};

const mostTold = 5;

const changeText = ({ verb, target, at, by }: ChangeBefore): string =>
  `Changed before that, at ${at}: ${verb} on ${refText(target)}${by === null ? "" : `, allowed by ${by}`}.`;

const mostHeard = 100;
const mostJoined = 10;

/** Alerts of other names than those that the walk has looked at. */
const joined = (looked: readonly Alert[], alerts: readonly Alert[]): string[] => {
  const known = new Set(looked.map(({ name }) => name));
  const heard = alerts.toReversed();
  const names = [...new Set(heard.filter(({ status }) => status === "firing").map(({ name }) => name))];
  const fresh = names.filter((name) => !known.has(name));
  const more = fresh.length > mostJoined ? ` and ${fresh.length - mostJoined} more` : "";
  return fresh.length === 0 ? [] : [`Joined since this was written: ${fresh.slice(0, mostJoined).join(", ")}${more}.`];
};

const unreadText = (unread: number): string[] =>
  unread === 0 ? [] : [`${unread} stored ${unread === 1 ? "alert" : "alerts"} could not be read.`];

/** The newest alerts first. */
interface Heard {
  alerts: Alert[];
  unread: number;
}

const linesOf = async (
  db: Runner,
  id: string,
  row: StoredIncident | null,
  { alerts, unread }: Heard,
  most: number,
): Promise<string[]> => [
  ...(await reopened(db, id)),
  ...(await children(db, id, most)),
  ...(row?.state == null ? [] : joined(row.state.alerts, alerts)),
  ...unreadText(unread),
];

/** What the walk does not know of its incident and our tables do: that it was closed before, whom it holds, what joined it. */
export const besides = async (db: Runner, incidentId: string, most = mostNamed): Promise<string[]> =>
  linesOf(db, incidentId, await readIncident(db, incidentId), await heardAbout(db, incidentId, mostHeard), most);

/** The same for the report, which has room. */
export const besidesInReport = (db: Runner, incidentId: string): Promise<string[]> =>
  besides(db, incidentId, mostInReport);

/** The walk saw its own object only; what is held beside it is of the same cause. */
export const asWide = (text: string, lines: readonly string[]): string =>
  lines.some((line) => line.startsWith("Holds "))
    ? text.replace(/(How wide:\**\s+)this\s+object\s+only/, "$1several objects")
    : text;

/** A notice with these lines beside it. */
export const withBesides = (notice: Notice, lines: string[]): Notice => ({
  ...notice,
  text: asWide(notice.text, lines),
  ...(notice.report === undefined ? {} : { report: asWide(notice.report, lines) }),
  besides: lines,
});

/** Each incident of PagerDuty's that rings by now, the first to ring first. */
const ringing = (alerts: readonly Alert[]): string[] => pagerdutyIncidentsOf(alerts.toReversed());

/** What a card says, for whoever reads it on PagerDuty: nothing to click on. */
export const asNote = ({ decision: _buttons, ...card }: Notice, about: string, pagerdutyIncident: string): Notice => ({
  ...card,
  key: `note:${card.incidentId}:${about}`,
  channel: "note",
  pagerdutyIncident,
});

/** What the walk's card says, for each incident of PagerDuty's that began to ring after the walk had looked what does. */
export const notesForLate = async (db: Runner, card: Notice): Promise<Notice[]> => {
  const row = await readIncident(db, card.incidentId);
  const known = new Set(pagerdutyIncidentsOf(row?.state?.alerts ?? []));
  const paged = row?.pagedAt ? await currentNotice(db, `page:${card.incidentId}`) : null;
  // The page is a note there already.
  if (paged?.pagerdutyIncident) known.add(paged.pagerdutyIncident);
  const about = row?.pagedAt ? "escalation" : (card.decision?.planHash.slice(0, 12) ?? "report");
  return ringing(await alertsAbout(db, card.incidentId, mostHeard))
    .filter((id) => !known.has(id))
    .map((id) => asNote(card, `${about}:${id}`, id));
};

/**
 * Whoever is told of an incident is told this, too: of those that it holds nobody else is told. It makes the page of an
 * incident that was opened again another one than the page before.
 */
export const tellingBesides = async (db: Runner, drawn: Notice): Promise<Notice> => {
  const row = await readIncident(db, drawn.incidentId);
  // The walk knows only the severity that it began with, and what rang then.
  const notice = asSevereAs(drawn, row?.severity ?? drawn.severity);
  if (notice.channel === "note") return notice;
  const heard = await heardAbout(db, notice.incidentId, mostHeard);
  const pagerdutyIncident = notice.pagerdutyIncident ?? ringing(heard.alerts)[0] ?? null;
  return { ...withBesides(notice, await linesOf(db, notice.incidentId, row, heard, mostNamed)), pagerdutyIncident };
};

const DiagnosedAs = z.object({ kind: z.string() }).nullish();

/** What those who were paged are told when a walk has looked again; another one for each look. */
export const pageAgainKey = ({ id, deadlineAt }: StoredIncident): string => `page:${id}:again:${deadlineAt.getTime()}`;

/**
 * A walk that looked again and ends as it did before: whoever was paged hears of it, and nobody is rung for the same. Only
 * who delivers it can know whether their page still stands. What is worse, or has a cause now, pages.
 */
export const updateOf = async (db: Runner, notice: Notice): Promise<Notice> => {
  if (notice.channel !== "page") return notice;
  const row = await readIncident(db, notice.incidentId);
  const former = row?.pagedAt ? await currentNotice(db, notice.key) : null;
  // Only a walk that had ended says so; a page at the deadline does not.
  if (row === null || former?.facts?.status !== "escalated" || isWorse(notice.severity, former.severity)) return notice;
  const diagnosis = DiagnosedAs.safeParse(notice.facts?.diagnosis).data;
  if (diagnosis?.kind === "cause" || canonical(former) === canonical(notice)) return notice;
  const line = "looked again: a person is still needed";
  const happened = { what: "escalated" as const, at: deadlineFrom(row).toISOString(), line };
  return { ...notice, key: pageAgainKey(row), again: true, happened };
};
