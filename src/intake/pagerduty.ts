import { z } from "zod";
import type { Alert } from "../incident/alert.ts";
import type { TextAlert } from "./alertmanager-text.ts";
import { clean, isoTime, maxAlerts } from "./bounds.ts";
import { labelHash, summaryOf } from "./frame.ts";
import { parsed } from "./malformed.ts";
import { alertsInDetails } from "./pagerduty-details.ts";
import { severityOf } from "./severity.ts";
import { titleHints } from "./title-hints.ts";

const Envelope = z.object({
  event: z.object({
    id: z.string(),
    event_type: z.string(),
    agent: z.object({ id: z.string().nullish(), type: z.string().nullish(), summary: z.string().nullish() }).nullish(),
    data: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const IncidentData = z.object({
  id: z.string().regex(/^[A-Za-z0-9]{1,64}$/, "must be letters and digits"),
  html_url: z.string().nullish(),
  title: z.string().nullish(),
  created_at: z.string().refine((text) => isoTime(text) !== null, "must be a time"),
  reopened_at: z.string().nullish(),
  urgency: z.string().nullish(),
});

export interface PagerDutyIncident {
  id: string;
  url: string;
  title: string;
  status: "firing" | "resolved";
  startsAt: string;
  urgency: string;
  /** Alert details, where the sender put them into the webhook itself; read like an element of GET /incidents/{id}/alerts. */
  details: unknown;
}

const statuses: Record<string, "firing" | "resolved"> = {
  "incident.triggered": "firing",
  "incident.reopened": "firing",
  "incident.resolved": "resolved",
};

const ofEvent = (status: "firing" | "resolved", data: unknown): PagerDutyIncident => {
  const incident = parsed("pagerduty webhook", IncidentData, data);
  return {
    id: incident.id,
    url: clean(incident.html_url ?? "", 2048),
    title: clean(incident.title ?? ""),
    status,
    startsAt: isoTime(incident.reopened_at) ?? isoTime(incident.created_at) ?? incident.created_at,
    urgency: incident.urgency ?? "",
    details: data,
  };
};

/** The incident that began or ended; null for events that change nothing here: pings, acknowledgements, types to come. */
export const pagerdutyIncident = (payload: unknown): PagerDutyIncident | null => {
  const { event } = parsed("pagerduty webhook", Envelope, payload);
  const status = Object.hasOwn(statuses, event.event_type) ? statuses[event.event_type] : undefined;
  return status === undefined ? null : ofEvent(status, event.data);
};

/** What PagerDuty says of the incident, unread. */
export const pagerdutyData = (payload: unknown): unknown => parsed("pagerduty webhook", Envelope, payload).event.data;

export interface PagerDutyPerson {
  id: string;
  name: string;
}

/** Who merges an incident into another one ends nothing: its alerts go on there. */
const isMerge = (data: Record<string, unknown> | null | undefined): boolean =>
  data?.resolve_reason !== undefined && data.resolve_reason !== null;

const Merged = z.object({
  resolve_reason: z.object({
    type: z.literal("merge_resolve_reason"),
    incident: z.object({ id: IncidentData.shape.id, html_url: z.string().nullish() }),
  }),
});

/** The incident that one was merged into, where its alerts go on; null: it was not merged. */
export const pagerdutyMerge = (payload: unknown): { id: string; url: string } | null => {
  const { event } = parsed("pagerduty webhook", Envelope, payload);
  const into = event.event_type === "incident.resolved" ? Merged.safeParse(event.data).data?.resolve_reason : undefined;
  return into === undefined ? null : { id: into.incident.id, url: clean(into.incident.html_url ?? "", 2048) };
};

/** The person who did it; null: a monitoring system, a rule, a timer. */
export const pagerdutyPerson = (payload: unknown): PagerDutyPerson | null => {
  const { agent, data } = parsed("pagerduty webhook", Envelope, payload).event;
  if (isMerge(data)) return null;
  if (agent?.type !== "user_reference" && agent?.type !== "user") return null;
  return { id: clean(agent.id ?? "", 64), name: clean(agent.summary ?? "", 100) || "somebody" };
};

/** The incident that a person has acknowledged; null for everything else. */
export const pagerdutyAcknowledged = (payload: unknown): { pagerdutyId: string; by: PagerDutyPerson } | null => {
  const { event } = parsed("pagerduty webhook", Envelope, payload);
  const by = event.event_type === "incident.acknowledged" ? pagerdutyPerson(payload) : null;
  return by === null ? null : { pagerdutyId: parsed("pagerduty webhook", IncidentData, event.data).id, by };
};

/** Set where labels were read off a title because the details could not be had. */
const hintedBy = "nightshift/labels-from";

export const isHinted = ({ annotations }: Alert): boolean => annotations[hintedBy] === "title";

const unreadBy = "nightshift/details";

/** Its details were asked for and not had: the title is all there is. */
export const lacksDetails = ({ annotations }: Alert): boolean => annotations[unreadBy] === "unread";

const fromTitle = ({ title, urgency }: PagerDutyIncident, unread: boolean): TextAlert => {
  const labels = { severity: urgency === "low" ? "info" : "critical", ...titleHints(title) };
  return { labels, annotations: { [hintedBy]: "title", ...(unread && { [unreadBy]: "unread" }) }, generatorURL: null };
};

const once = (alerts: TextAlert[]): TextAlert[] => [
  ...new Map(alerts.map((one) => [labelHash(one.labels), one])).values(),
];

/**
 * Alerts of one PagerDuty incident. The first carries the incident's own id as fingerprint, so that the resolve, which may
 * come without details, always finds it.
 */
export const fromPagerDuty = (incident: PagerDutyIncident, details: readonly unknown[], unread = false): Alert[] => {
  const sources = details.length > 0 ? details : [incident.details];
  const found = once(sources.flatMap(alertsInDetails)).slice(0, maxAlerts);
  return (found.length > 0 ? found : [fromTitle(incident, unread)]).map(
    ({ labels, annotations, generatorURL }, index) => {
      const name = labels.alertname || incident.title || "unnamed alert";
      const url = generatorURL && /^https?:\/\//i.test(generatorURL) ? clean(generatorURL, 2048) : incident.url || null;
      return {
        source: "pagerduty",
        fingerprint: index === 0 ? incident.id : `${incident.id}:${labelHash(labels)}`,
        status: incident.status,
        name,
        severity: severityOf(labels.severity),
        summary: summaryOf(annotations, incident.title || name),
        labels,
        annotations,
        startsAt: incident.startsAt,
        endsAt: null,
        url,
        pagerdutyIncident: { id: incident.id, url: incident.url },
      };
    },
  );
};
