import { createHash } from "node:crypto";
import { z } from "zod";
import type { Alert, AlertSource } from "../incident/alert.ts";
import { webAddress } from "../incident/links.ts";
import { clean, isoTime, maxAlerts, TextMap } from "./bounds.ts";
import { parsed } from "./malformed.ts";
import { severityOf } from "./severity.ts";

/** An alert as Alertmanager and Grafana put it; unknown keys are allowed. */
const FrameAlert = z.object({
  status: z.enum(["firing", "resolved"]),
  labels: TextMap,
  annotations: TextMap,
  startsAt: z.string().refine((text) => isoTime(text) !== null, "must be a time"),
  endsAt: z.string().nullish(),
  generatorURL: z.string().nullish(),
  // Only Grafana has these. What is no text is no address, and no reason to refuse the alert.
  dashboardURL: z.string().nullish().catch(null),
  panelURL: z.string().nullish().catch(null),
  silenceURL: z.string().nullish().catch(null),
  fingerprint: z.string().max(256).nullish(),
});
type FrameAlert = z.infer<typeof FrameAlert>;

const Frame = z.object({ alerts: z.array(z.unknown()), version: z.string().nullish() });

/** Templates may leave the fingerprint out; labels identify an alert as well. */
export const labelHash = (labels: Record<string, string>): string =>
  createHash("sha256")
    .update(JSON.stringify(Object.entries(labels).sort()))
    .digest("hex")
    .slice(0, 16);

const httpOnly = (url: string | null | undefined): string | null =>
  url && /^https?:\/\//i.test(url) ? clean(url, 2048) : null;

export const summaryOf = ({ summary, description, message }: Record<string, string>, name: string): string =>
  summary || description || message || name;

const linksIn = ({ dashboardURL, panelURL, silenceURL }: FrameAlert): Pick<Alert, "links"> => {
  const given = { dashboard: dashboardURL, panel: panelURL, silence: silenceURL };
  const links = (["dashboard", "panel", "silence"] as const).flatMap((name) => {
    const url = webAddress(given[name]);
    return url === null ? [] : [{ name, url }];
  });
  return links.length === 0 ? {} : { links };
};

/** What both senders mean by one alert. */
const alertOf = (source: AlertSource, one: FrameAlert): Alert => {
  const name = one.labels.alertname || "unnamed alert";
  return {
    source,
    fingerprint: clean(one.fingerprint || labelHash(one.labels), 256),
    status: one.status,
    name,
    severity: severityOf(one.labels.severity),
    summary: summaryOf(one.annotations, name),
    labels: one.labels,
    annotations: one.annotations,
    startsAt: isoTime(one.startsAt) ?? one.startsAt,
    endsAt: one.status === "resolved" ? isoTime(one.endsAt) : null,
    url: httpOnly(one.generatorURL),
    ...linksIn(one),
    pagerdutyIncident: null,
  };
};

const Left = z.object({
  alerts: z.array(z.unknown()).catch([]),
  truncatedAlerts: z.number().int().nonnegative().catch(0),
});

/** How many alerts a message is about that are not read: more than are taken at once, and those its sender did not send. */
export const leftOut = (payload: unknown): number => {
  const { success, data } = Left.safeParse(payload);
  return success ? Math.max(0, data.alerts.length - maxAlerts) + data.truncatedAlerts : 0;
};

export const frameAlerts = (source: AlertSource, version: string, payload: unknown): Alert[] => {
  const frame = parsed(`${source} webhook`, Frame, payload);
  if (frame.version && frame.version !== version) {
    parsed(`${source} webhook`, z.object({ version: z.literal(version) }), { version: frame.version });
  }
  const alerts = frame.alerts.slice(0, maxAlerts);
  return parsed(`${source} webhook`, z.object({ alerts: z.array(FrameAlert) }), { alerts }).alerts.map((one) =>
    alertOf(source, one),
  );
};
