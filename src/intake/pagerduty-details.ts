import { z } from "zod";
import { alertsInText, type TextAlert } from "./alertmanager-text.ts";
import { textMap } from "./bounds.ts";

type Fields = Record<string, unknown>;

const fields = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;

const JsonAlert = z.object({
  labels: z.record(z.string(), z.unknown()),
  annotations: z.record(z.string(), z.unknown()).nullish(),
  generatorURL: z.string().nullish(),
});

const fromJson = (list: unknown[]): TextAlert[] =>
  list.flatMap((one) => {
    const { data } = JsonAlert.safeParse(one);
    if (!data) return [];
    const { labels, annotations, generatorURL } = data;
    return [{ labels: textMap(labels), annotations: textMap(annotations ?? {}), generatorURL: generatorURL ?? null }];
  });

const fromText = (text: string): TextAlert[] =>
  alertsInText(text).map((one) => ({
    ...one,
    labels: textMap(one.labels),
    annotations: textMap(one.annotations),
  }));

const side = (value: unknown): TextAlert[] => {
  if (Array.isArray(value)) return fromJson(value);
  return typeof value === "string" ? fromText(value) : [];
};

const known = /^(alertname|namespace|pod|container|node|deployment|statefulset|daemonset|job_name|severity|cluster)$/;

/** Operators also set labels directly under `details:`. */
const flat = (details: Fields): TextAlert[] => {
  const labels = Object.entries(details).filter(([key, value]) => known.test(key) && fields(value) === null);
  return labels.length === 0
    ? []
    : [{ labels: textMap(Object.fromEntries(labels)), annotations: {}, generatorURL: null }];
};

const inside = (details: unknown): TextAlert[] => {
  if (typeof details === "string") return fromText(details);
  const known = fields(details);
  if (known === null) return [];
  const both = [...side(known.firing), ...side(known.resolved)];
  return both.length > 0 ? both : flat(known);
};

/** The alerts in one element of GET /incidents/{id}/alerts. Its shape is promised to nobody: four are tried in turn. */
export const alertsInDetails = (pagerdutyAlert: unknown): TextAlert[] => {
  const body = fields(fields(pagerdutyAlert)?.body);
  const cef = fields(body?.cef_details)?.details;
  const shapes = [body?.details, fields(body?.details)?.custom_details, cef, fields(cef)?.custom_details];
  for (const shape of shapes) {
    const found = inside(shape);
    if (found.length > 0) return found;
  }
  return [];
};
