import type { Notice } from "../incident/notice.ts";
import type { Notifier, Pager, Receipt } from "../ports/notifier.ts";

type Write = (line: string, fields: Record<string, unknown>) => void;

const writer =
  (write: Write, how: string) =>
  async ({ title, text, incidentId, link, severity }: Notice): Promise<Receipt> => {
    write(`${how}: ${title}`, { incidentId, severity, link, text });
    return { via: "log" };
  };

/** For installations without Slack: what would be told is written down. */
export const loggedNotifier = (write: Write): Notifier => ({ post: writer(write, "card") });

/** For installations without PagerDuty. */
export const loggedPager = (write: Write): Pager => ({ page: writer(write, "page"), note: writer(write, "note") });
