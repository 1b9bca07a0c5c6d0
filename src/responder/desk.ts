import { terminalStatuses } from "../incident/incident.ts";
import type { Notice } from "../incident/notice.ts";
import { refText } from "../incident/subject.ts";
import { alertsOf } from "../store/alerts.ts";
import { readIncident, type StoredIncident } from "../store/incidents.ts";
import { kinshipsOf } from "../store/kinship.ts";
import { putNotice } from "../store/notices.ts";
import { pagesToEnd } from "../store/pagerduty.ts";
import type { Runner } from "../store/transaction.ts";
import type { News, Store } from "./turn-ports.ts";

const mostAlerts = 100;

/** The incidents of PagerDuty that this one has alerts of, each with when it began, or began again. */
const pagerdutyOf = async (tx: Runner, incidentId: string): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  for (const { pagerdutyIncident, startsAt } of await alertsOf(tx, incidentId, mostAlerts)) {
    const id = pagerdutyIncident?.id;
    if (id !== undefined && startsAt > (found.get(id) ?? "")) found.set(id, startsAt);
  }
  return found;
};

/** The same words for the same moment: what is put again is the same notice. */
const deskNotice = (
  row: StoredIncident,
  news: News,
  channel: "acknowledge" | "resolve",
  pagerdutyIncident: string | null,
  at: string,
): Notice => ({
  key: [channel, row.id, pagerdutyIncident ?? "page"].join(":"),
  incidentId: row.id,
  channel,
  title: `${refText(row.subject)}: ${channel === "acknowledge" ? "Nightshift is at work" : "recovered, proven"}`,
  text: "",
  severity: row.severity,
  link: news.link(row.id),
  happened: { what: channel === "acknowledge" ? "opened" : "closed", at, line: "" },
  pagerdutyIncident,
});

const works = ({ status, pagedAt }: StoredIncident): boolean => pagedAt === null && !terminalStatuses.includes(status);

/** At what a parent holds the parent works, or nobody. */
const isAtWork = async (db: Runner, row: StoredIncident): Promise<boolean> => {
  const { heldBy } = (await kinshipsOf(db, [row.id]))(row.id);
  const worker = heldBy === null ? row : await readIncident(db, heldBy);
  return worker !== null && works(worker);
};

/** We are at work on what PagerDuty rings for. Once a person was paged it is theirs. */
export const acknowledgeAtDesk = async (
  tx: Runner,
  { news, queue }: Pick<Store, "news" | "queue">,
  incidentId: string,
): Promise<void> => {
  if (!news?.desk?.includes("acknowledge")) return;
  const row = await readIncident(tx, incidentId);
  if (row === null || !(await isAtWork(tx, row))) return;
  for (const [id, startsAt] of await pagerdutyOf(tx, incidentId))
    await putNotice(tx, queue, {
      ...deskNotice(row, news, "acknowledge", id, startsAt),
      until: row.deadlineAt.toISOString(),
    });
};

/** Proven: what rings for it may stop, and so may pages of our own, about it or about those that it held. */
export const resolveAtDesk = async (
  tx: Runner,
  { news, queue }: Pick<Store, "news" | "queue">,
  row: StoredIncident,
  at: Date,
): Promise<void> => {
  if (!news?.desk?.includes("resolve") || row.status !== "resolved") return;
  const ids = [...(await pagerdutyOf(tx, row.id)).keys()];
  const ends = (one: StoredIncident, id: string | null) =>
    putNotice(tx, queue, deskNotice(one, news, "resolve", id, at.toISOString()));
  for (const id of ids) await ends(row, id);
  // One that is still on its way is not known to have gone there.
  const paged = ids.length === 0 && row.pagedAt !== null ? [row.id] : [];
  for (const id of new Set([...paged, ...(await pagesToEnd(tx, row.id))])) await ends({ ...row, id }, null);
};

/** An acknowledgement that comes late must not silence the page that went out meanwhile. */
export const isStale = async (db: Runner, { channel, incidentId }: Notice): Promise<boolean> => {
  if (channel !== "acknowledge") return false;
  const row = await readIncident(db, incidentId);
  return row === null || !(await isAtWork(db, row));
};
