import type { Alert } from "../../src/incident/alert.ts";

/** An alert of which only name and time matter. */
export const alertNamed = (name: string, startsAt: string): Alert => ({
  source: "alertmanager",
  fingerprint: name,
  status: "firing",
  name,
  severity: "warning",
  summary: name,
  labels: { alertname: name },
  annotations: {},
  startsAt,
  endsAt: null,
  url: null,
  pagerdutyIncident: null,
});
