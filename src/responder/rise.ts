import type { Notice } from "../incident/notice.ts";
import { readIncident } from "../store/incidents.ts";
import { appendAll } from "../store/journal.ts";
import { lockNotice, putNotice } from "../store/notices.ts";
import type { Queue } from "../store/queue.ts";
import { type JoinedAlert, raiseSeverities } from "../store/severity.ts";
import type { Runner } from "../store/transaction.ts";

/** Our own title, of a report with its mark before it, begins with the severity. */
export const withSeverity = (text: string, from: string, to: string): string => {
  const begin = ["", "# "].map((mark) => `${mark}${from.toUpperCase()} `).find((one) => text.startsWith(one));
  return begin === undefined ? text : begin.replace(from.toUpperCase(), to.toUpperCase()) + text.slice(begin.length);
};

export const asSevereAs = (notice: Notice, severity: string): Notice => {
  const { severity: from, title, report } = notice;
  const told = { ...notice, severity, title: withSeverity(title, from, severity) };
  return report === undefined ? told : { ...told, report: withSeverity(report, from, severity) };
};

/** An alert that joins may be worse than the one that opened the incident. Answers whose people are to be told. */
export const raise = async (tx: Runner, joined: readonly JoinedAlert[], at: Date): Promise<Set<string>> => {
  const risen = await raiseSeverities(tx, joined);
  const line = (severity: string) => `severity rises to ${severity}`;
  await appendAll(
    tx,
    risen.map(({ id, severity }) => ({
      incidentId: id,
      entry: { at: at.toISOString(), kind: "alert", actor: "nightshift", line: line(severity) },
    })),
  );
  return new Set(risen.map(({ id, heldBy }) => heldBy ?? id));
};

/**
 * The page is sent again, and says how severe it has become; the page of a life before is not. The notice is locked last of
 * all, as that of the card.
 */
export const tellRisen = async (tx: Runner, queue: Queue, ids: ReadonlySet<string>): Promise<void> => {
  for (const id of [...ids].sort()) {
    const row = await readIncident(tx, id);
    const page = await lockNotice(tx, `page:${id}`);
    if (row === null || row.closedAt !== null || row.pagedAt === null || page === null) continue;
    await putNotice(tx, queue, asSevereAs(page, row.severity));
  }
};
