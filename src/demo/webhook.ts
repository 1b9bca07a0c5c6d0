import { createHmac, randomUUID } from "node:crypto";
import type { Story } from "./recorded-cluster/story.ts";

const reference = (id: string, type: string, summary: string) => ({
  id,
  type: `${type}_reference`,
  summary,
  self: `https://api.pagerduty.com/${type}s/${id}`,
  html_url: `https://demo.pagerduty.com/${type}s/${id}`,
});

/** What PagerDuty sends when an incident is triggered: no labels, no details, just the incident. */
const triggered = (story: Story, incidentId: string): string => {
  const service = reference("PDEMO01", "service", "Kubernetes");
  const [first] = story.alerts;
  return JSON.stringify({
    event: {
      id: randomUUID(),
      event_type: "incident.triggered",
      resource_type: "incident",
      occurred_at: new Date().toISOString(),
      agent: service,
      client: null,
      data: {
        ...reference(incidentId, "incident", ""),
        type: "incident",
        number: 4711,
        status: "triggered",
        incident_key: first?.fingerprint ?? "demo",
        created_at: first?.startsAt ?? new Date().toISOString(),
        title: `[FIRING:1] ${first?.labels.alertname ?? ""} ${story.world.namespace}`,
        service,
        assignees: [reference("PANA01", "user", "Ana Example")],
        escalation_policy: reference("PESC01", "escalation_policy", "Default"),
        teams: [],
        priority: null,
        urgency: "high",
        conference_bridge: null,
        resolve_reason: null,
        incident_type: { name: "incident_default" },
      },
    },
  });
};

/** Posts a correctly signed PagerDuty V3 webhook and gives back the incidents it opened. */
export const sendWebhook = async (
  server: string,
  story: Story,
  incidentId: string,
  secret: string,
): Promise<string[]> => {
  const body = triggered(story, incidentId);
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const response = await fetch(`${server}/webhooks/pagerduty`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-pagerduty-signature": `v1=${signature}`,
      "x-webhook-id": randomUUID(),
    },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 202) throw new Error(`the webhook was answered ${response.status}: ${await response.text()}`);
  const { incidentIds } = (await response.json()) as { incidentIds: string[] };
  return incidentIds;
};
