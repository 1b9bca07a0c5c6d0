import { createHmac } from "node:crypto";
import { sha256 } from "../incident/canonical.ts";
import { type Notice, reportOf } from "../incident/notice.ts";
import type { Clock } from "../ports/clock.ts";
import type { Herald } from "../ports/notifier.ts";
import { callJson } from "./json-call.ts";

export interface OutgoingWebhookOptions {
  url: string;
  /** The first one signs; so do the others, while whoever listens changes to it. */
  secrets: readonly string[];
  clock: Clock;
  deadlineMs?: number;
}

const prefix = "whsec_";

/** As Standard Webhooks keeps a secret: base64 behind its prefix. Any other text is used as it stands. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), "base64") : Buffer.from(secret);

/** Signatures as Standard Webhooks writes them, over `id.timestamp.body`. */
export const signed = (secrets: readonly string[], id: string, timestamp: string, body: string): string =>
  secrets
    .map((secret) => `v1,${createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest("base64")}`)
    .join(" ");

const bodyOf = (notice: Notice, now: string): string => {
  const { incidentId, severity, title, link, decision, facts, happened, again } = notice;
  const { what, at, line } = happened ?? { what: "escalated", at: now, line: title };
  // Whoever wakes people on the one was told before, and wakes nobody for the same.
  const type = what === "escalated" && again ? "incident.updated" : `incident.${what}`;
  const data = {
    incidentId,
    severity,
    title,
    line,
    report: reportOf(notice),
    link,
    wanted: decision ?? null,
    ...facts,
  };
  return JSON.stringify({ type, timestamp: at, data });
};

/** The same for each try of one message, another one for everything that says something else. */
const idOf = (notice: Notice): string => `evt_${sha256(notice).slice(0, 32)}`;

/** Posts what happened to an address of the user's own, signed. Redirects are not followed. */
export const outgoingWebhook = ({ url, secrets, clock, deadlineMs = 10_000 }: OutgoingWebhookOptions): Herald => ({
  tell: async (notice, signal) => {
    const now = clock.now();
    const id = idOf(notice);
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const body = bodyOf(notice, now.toISOString());
    const headers = {
      "content-type": "application/json",
      "user-agent": "Nightshift",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signed(secrets, id, timestamp, body),
    };
    const called = "POST to NIGHTSHIFT_WEBHOOK_URL";
    await callJson({
      port: "webhook",
      called,
      method: "POST",
      url,
      headers,
      body,
      signal,
      deadlineMs,
      anyAnswer: true,
    });
    return { id };
  },
});
