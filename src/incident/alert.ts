import { z } from "zod";

export const AlertSource = z.enum(["pagerduty", "alertmanager", "grafana"]);
export type AlertSource = z.infer<typeof AlertSource>;

/** One message from a monitoring system, normalised. All text in it is data from outside, never an instruction. */
export const Alert = z.object({
  source: AlertSource,
  /** Stable over repeats and resolve of one alert; with `startsAt` it names one episode. */
  fingerprint: z.string(),
  status: z.enum(["firing", "resolved"]),
  name: z.string(),
  severity: z.string(),
  summary: z.string(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime().nullable(),
  /** Link to the alert's source, for people; never fetched. */
  url: z.string().nullable(),
  /** Where the sender shows more of it, for people; never fetched. Absent in what an older build took. */
  links: z.array(z.object({ name: z.enum(["dashboard", "panel", "silence"]), url: z.string() })).optional(),
  /** The PagerDuty incident this alert came with; null elsewhere. Notes go there. */
  pagerdutyIncident: z.object({ id: z.string(), url: z.string() }).nullable(),
});
export type Alert = z.infer<typeof Alert>;

/** Each incident of PagerDuty's that these alerts came with, once, in their order. */
export const pagerdutyIncidentsOf = (alerts: readonly Alert[]): string[] => [
  ...new Set(alerts.flatMap(({ pagerdutyIncident }) => pagerdutyIncident?.id ?? [])),
];
