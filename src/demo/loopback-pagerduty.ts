import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { type Loopback, startLoopback } from "./loopback.ts";
import type { Story } from "./recorded-cluster/story.ts";

/** The part of PagerDuty's REST and Events API that Nightshift uses, on loopback, for the demo. */
export interface LoopbackPagerDuty extends Loopback {
  incidentId: string;
}

const incidentId = "QDEMO00000000001";

/** Alerts as PagerDuty shows what Alertmanager 0.30 and newer sent: the details are real JSON. */
const alertsOf = (story: Story): unknown => ({
  alerts: story.alerts.map(({ labels, annotations, startsAt, fingerprint }) => ({
    id: `QA${fingerprint.slice(0, 12).toUpperCase()}`,
    type: "alert",
    summary: `[FIRING:1] ${labels.alertname} ${labels.namespace}`,
    status: "triggered",
    alert_key: fingerprint,
    severity: labels.severity ?? "warning",
    created_at: startsAt,
    body: {
      type: "alert_body",
      details: { num_firing: 1, firing: [{ status: "firing", labels, annotations, startsAt, fingerprint }] },
    },
  })),
  limit: 100,
  offset: 0,
  more: false,
  total: null,
});

type Note = { id: string; content: string };

const answer = async (story: Story, notes: Note[], request: IncomingMessage): Promise<[number, unknown]> => {
  const path = new URL(request.url ?? "/", "http://loopback").pathname;
  if (request.method === "GET" && path === `/incidents/${incidentId}/alerts`) return [200, alertsOf(story)];
  if (request.method === "GET" && path === `/incidents/${incidentId}/notes`) return [200, { notes }];
  if (request.method === "POST" && path === `/incidents/${incidentId}/notes`) {
    const { note } = JSON.parse(await text(request)) as { note: { content: string } };
    notes.push({ id: `N${notes.length + 1}`, content: note.content });
    return [200, { note: notes.at(-1) }];
  }
  if (path === `/incidents/${incidentId}` && (request.method === "GET" || request.method === "PUT")) {
    const { incident: change = {} } = request.method === "PUT" ? JSON.parse(await text(request)) : {};
    return [200, { incident: { id: incidentId, status: "triggered", escalation_policy: { id: "PDEMO" }, ...change } }];
  }
  if (request.method === "POST" && path === `/incidents/${incidentId}/snooze`) {
    return [201, { incident: { id: incidentId, status: "acknowledged" } }];
  }
  if (request.method === "POST" && path === "/v2/enqueue") {
    return [202, { status: "success", message: "Event processed", dedup_key: "demo" }];
  }
  return [404, { error: { message: "Not Found", code: 2100 } }];
};

export const startLoopbackPagerDuty = async (story: Story): Promise<LoopbackPagerDuty> => {
  const notes: Note[] = [];
  return { ...(await startLoopback((request) => answer(story, notes, request))), incidentId };
};
