import { z } from "zod";

/**
 * Something people are told. The key makes it idempotent: sent again with the same key it replaces, never repeats.
 * - `card`: the one message per incident in chat, kept up to date
 * - `note`: a note on the PagerDuty incident
 * - `page`: wakes a person
 */
export const Notice = z.object({
  key: z.string(),
  incidentId: z.string(),
  channel: z.enum(["card", "note", "page"]),
  title: z.string(),
  /** Markdown, already short enough for one screen. */
  text: z.string(),
  severity: z.string(),
  link: z.string(),
  /** Where the note belongs; null: the alert did not come from PagerDuty. */
  pagerdutyIncident: z.string().nullable(),
});
export type Notice = z.infer<typeof Notice>;
