import { pagerdutyIncidentsOf } from "../incident/alert.ts";
import type { Evidence } from "../incident/evidence.ts";
import { factsOf } from "../incident/facts.ts";
import { type IncidentStatus, newIncident } from "../incident/incident.ts";
import { dashboardOf, linksOf } from "../incident/links.ts";
import type { Channel, Happening, Notice } from "../incident/notice.ts";
import { refText } from "../incident/subject.ts";
import { asOver, headline } from "../incident/write-up-parts.ts";
import { alertsOf } from "../store/alerts.ts";
import { openEvidence } from "../store/evidence.ts";
import { readIncident, type StoredIncident } from "../store/incidents.ts";
import { currentNotice, putNotice } from "../store/notices.ts";
import { inSavepoint, type Runner } from "../store/transaction.ts";
import { reportOf } from "./report-of.ts";
import type { News, Outgoing } from "./turn-ports.ts";

const mostAlerts = 20;
const mostTitle = 200;

export interface Happened {
  what: Happening;
  at: Date;
  /** One line for people: what is on the record of it. */
  line: string;
  /** People were told of it before: they are not woken for the same. */
  again?: boolean;
  /** Keeps apart what may happen more than once to one incident. */
  about?: string;
  /** Where the step that ends a walk is not the last one yet. */
  status?: IncidentStatus;
  /** What is known of it and not yet in the state of the walk. */
  facts?: Record<string, unknown>;
}

type Announcement = Omit<Notice, "key" | "channel">;

/** An incident of an older build cannot be drawn in full; that keeps nobody from hearing of it. */
const reportFor = async (tx: Runner, row: StoredIncident, news: News, line: string): Promise<string> => {
  try {
    return await inSavepoint(tx, () => reportOf(tx, row, news.link));
  } catch {
    return line;
  }
};

/** What the cause rests on: a title names no other one. What cannot be read keeps nobody from hearing of it. */
const citedBy = async (tx: Runner, { id, state }: StoredIncident): Promise<Evidence[]> => {
  const diagnosis = state?.diagnosis;
  if (diagnosis?.kind !== "cause") return [];
  try {
    return await inSavepoint(tx, () => openEvidence(tx, id, diagnosis.evidence));
  } catch {
    return [];
  }
};

const announcementOf = async (
  tx: Runner,
  row: StoredIncident,
  news: News,
  happened: Happened,
): Promise<Announcement> => {
  const { what, at, line } = happened;
  const alerts = row.state?.alerts ?? (await alertsOf(tx, row.id, mostAlerts)).reverse();
  const { id, subject, severity, status } = row;
  const incident = row.state
    ? { ...row.state, severity }
    : newIncident({ id, subject, severity, openedAt: row.openedAt.toISOString(), alerts });
  const input = { incident, status, evidence: await citedBy(tx, row), links: { page: news.link(id) }, notes: [] };
  const now = what === "closed" ? asOver : (text: string): string => text;
  const title = row.state === null ? `${refText(subject)}: ${line}` : now(headline(input));
  return {
    incidentId: id,
    title: title.slice(0, mostTitle),
    text: now(await reportFor(tx, row, news, line)),
    severity,
    link: news.link(id),
    pagerdutyIncident: pagerdutyIncidentsOf(alerts)[0] ?? null,
    links: linksOf(alerts),
    dashboard: dashboardOf(alerts),
    happened: { what, at: at.toISOString(), line: line.slice(0, 500) },
    ...(happened.again ? { again: true } : {}),
    facts: { ...factsOf(incident, status), closedAt: row.closedAt?.toISOString() ?? null, ...happened.facts },
  };
};

/** Somebody follows: it is worth a look whether there is news. */
export const isFollowed = ({ news }: Pick<Outgoing, "news">): boolean => Object.keys(news?.follows ?? {}).length > 0;

const channelsFor = ({ follows }: News, what: Happening): Channel[] =>
  Object.entries(follows).flatMap(([channel, heard]) => (heard.includes(what) ? [channel as Channel] : []));

/** Whoever reads the thread has read the report before: what was decided and done is a line. */
const inThread = (channel: Channel, { what, line }: Happened): Partial<Announcement> =>
  channel === "thread" && (what === "decided" || what === "acted") ? { text: line } : {};

/** Tells whoever follows from outside, in the transaction in which it happens. Costs nothing where nobody does. */
export const announce = async (
  tx: Runner,
  { news, queue }: Outgoing,
  incidentId: string,
  happened: Happened,
): Promise<void> => {
  if (news === undefined) return;
  const wanted = channelsFor(news, happened.what);
  const row = wanted.length === 0 ? null : await readIncident(tx, incidentId);
  if (row === null) return;
  const announcement = await announcementOf(tx, { ...row, status: happened.status ?? row.status }, news, happened);
  for (const channel of wanted) {
    // Nothing to hang it on: the page has it all.
    if (channel === "thread" && (await currentNotice(tx, `card:${incidentId}`)) === null) continue;
    const key = [channel, incidentId, happened.what, ...(happened.about === undefined ? [] : [happened.about])].join(
      ":",
    );
    await putNotice(tx, queue, { ...announcement, ...inThread(channel, happened), key, channel });
  }
};
