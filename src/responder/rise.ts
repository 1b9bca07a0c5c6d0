import type { Notice } from "../incident/notice.ts";
import { readIncident } from "../store/incidents.ts";
import { appendAll } from "../store/journal.ts";
import { currentNotice, putNotice } from "../store/notices.ts";
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

/** An alert that joins may be worse than the one that opened the incident: what people hold of it is sent again, and says so. */
export const raise = async (tx: Runner, queue: Queue, joined: readonly JoinedAlert[], at: Date): Promise<void> => {
  const risen = await raiseSeverities(tx, joined);
  const line = (severity: string) => `severity rises to ${severity}`;
  await appendAll(
    tx,
    risen.map(({ id, severity }) => ({
      incidentId: id,
      entry: { at: at.toISOString(), kind: "alert", actor: "nightshift", line: line(severity) },
    })),
  );
  for (const id of new Set(risen.map(({ id, heldBy }) => heldBy ?? id))) {
    const row = await readIncident(tx, id);
    for (const key of [`card:${id}`, `page:${id}`]) {
      const notice = await currentNotice(tx, key);
      if (row !== null && notice !== null) await putNotice(tx, queue, asSevereAs(notice, row.severity));
    }
  }
};
