import { z } from "zod";

/** What a card asks people to decide: exactly one plan of one incident. */
export const DecisionWanted = z.object({
  incidentId: z.string(),
  planHash: z.string(),
  expiresAt: z.iso.datetime(),
  /** The commands it approves, for the question before the last click. */
  change: z.string(),
});
export type DecisionWanted = z.infer<typeof DecisionWanted>;

/** What happens to an incident, for whoever follows it from outside. */
export const Happening = z.enum(["opened", "approval-asked", "decided", "acted", "escalated", "closed"]);
export type Happening = z.infer<typeof Happening>;

/**
 * Something people are told. The key makes it idempotent: sent again with the same key it replaces, never repeats.
 * - `card`: the one message per incident in chat, kept up to date
 * - `thread`: an answer below it, with the details
 * - `note`: a note on the PagerDuty incident
 * - `page`: wakes a person
 * - `acknowledge`, `resolve`: the incident of the paging system
 * - `event`: the outgoing webhook
 * - `annotation`: a mark on the Grafana dashboard
 */
export const Notice = z.object({
  key: z.string(),
  incidentId: z.string(),
  channel: z.enum(["card", "thread", "note", "page", "acknowledge", "resolve", "event", "annotation"]),
  title: z.string(),
  /** Markdown, already short enough for one screen. */
  text: z.string(),
  /** What is known of it beside the walk, a line each: stands before the text, and before the report. */
  besides: z.array(z.string()).optional(),
  severity: z.string(),
  link: z.string(),
  /** Where the note belongs; null: the alert did not come from PagerDuty. */
  pagerdutyIncident: z.string().nullable(),
  /** Set while a decision is wanted; a card without it has no buttons. */
  decision: DecisionWanted.nullish(),
  /** The whole report, where `text` is shorter. */
  report: z.string().optional(),
  /** Where more of it is to be seen; checked addresses. */
  links: z.array(z.object({ text: z.string(), url: z.string() })).optional(),
  /** The Grafana dashboard of its alert. */
  dashboard: z.object({ uid: z.string(), panelId: z.int().nullable() }).nullish(),
  /** People were paged about it before: it rings only where that page is over. */
  again: z.boolean().optional(),
  /** How long an acknowledgement is good for. */
  until: z.iso.datetime().optional(),
  /** Set where it tells of something that happened, with the time of it. */
  happened: z.object({ what: Happening.or(z.literal("test")), at: z.iso.datetime(), line: z.string() }).optional(),
  /** The same for programs: what `GET /api/incidents/:id` would say, shortened. */
  facts: z.record(z.string(), z.unknown()).optional(),
});
export type Notice = z.infer<typeof Notice>;
export type Channel = Notice["channel"];

export const textOf = ({ besides = [], text }: Notice): string => [...besides, text].join("\n");

/** The whole report, or the text where there is none. */
export const reportOf = ({ besides = [], text, report = text }: Notice): string => {
  if (besides.length === 0 || !report.startsWith("# ")) return [...besides, report].join("\n");
  // A report begins with its title, which says what is wrong.
  const [title, ...rest] = report.split("\n\n");
  return [title, besides.join("\n"), ...rest].join("\n\n");
};
