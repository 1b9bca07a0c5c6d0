import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../src/config.ts";
import { startRecordedCluster } from "../src/demo/recorded-cluster/start.ts";
import { readStory, type StoryName } from "../src/demo/recorded-cluster/story.ts";
import { startApp } from "../src/main.ts";
import type { IncidentView } from "../src/responder/responder.ts";
import { json, scriptedServer } from "./adapters/scripted-server.ts";
import { pagerdutySignature } from "./server/open-server.ts";
import { freshDatabase } from "./support/database.ts";
import { startFakePagerDuty } from "./support/fake-pagerduty.ts";
import { startFakeSlack } from "./support/fake-slack.ts";

const until = async <T>(what: string, look: () => Promise<T | null> | T | null): Promise<T> => {
  for (let tries = 0; tries < 1200; tries++) {
    const seen = await look();
    if (seen !== null) return seen;
    await pause(50);
  }
  throw new Error(`${what} did not come in 60 s`);
};

interface Outside {
  pagerduty: string;
  slack: string;
  programs: string;
}

const webhookAlone = ({ programs }: Outside) => ({
  NIGHTSHIFT_WEBHOOK_URL: `${programs}/hook`,
  NIGHTSHIFT_WEBHOOK_SECRET: "s",
});

const everyChannel = (outside: Outside) => ({
  ...webhookAlone(outside),
  PAGERDUTY_API_TOKEN: "t",
  PAGERDUTY_FROM: "bot@example.com",
  PAGERDUTY_API_URL: outside.pagerduty,
  PAGERDUTY_EVENTS_URL: outside.pagerduty,
  SLACK_BOT_TOKEN: "x",
  SLACK_CHANNEL: "C1",
  SLACK_API_URL: outside.slack,
  GRAFANA_URL: `${outside.programs}/grafana`,
  GRAFANA_TOKEN: "g",
});

/** The whole program with real HTTP on every side; Grafana is down all night, the others stumble. */
const openNight = async (storyName: StoryName, channels: (outside: Outside) => Record<string, string>) => {
  const db = await freshDatabase();
  const story = readStory(storyName, new Date());
  const cluster = await startRecordedCluster({ worlds: [story.world] });
  const pagerduty = await startFakePagerDuty();
  const slack = await startFakeSlack();
  const programs = await scriptedServer();
  const events: { type: string; id: string; genuine: boolean; report: string }[] = [];
  let stumbles = 1;
  programs.play(({ url, headers, body }, response) => {
    if (url.pathname.startsWith("/grafana")) return json(response, 500, {});
    if (stumbles > 0) {
      stumbles -= 1;
      return json(response, 500, {});
    }
    const id = String(headers["webhook-id"]);
    const mac = createHmac("sha256", "s").update(`${id}.${headers["webhook-timestamp"]}.${body}`).digest("base64");
    const { type, data } = JSON.parse(body);
    events.push({ type, id, genuine: headers["webhook-signature"] === `v1,${mac}`, report: data.report });
    return json(response, 200, {});
  });
  const folder = mkdtempSync(join(tmpdir(), "nightshift-night-"));
  const files = { kubeconfig: join(folder, "kubeconfig.json"), policy: join(folder, "policy.yaml") };
  writeFileSync(files.kubeconfig, JSON.stringify(cluster.kubeconfig));
  writeFileSync(files.policy, "mode: approve\n");
  const app = await startApp(
    readConfig({
      PORT: "0",
      DATABASE_URL: db.url,
      KUBECONFIG: files.kubeconfig,
      CLUSTER_NAME: "recorded",
      NIGHTSHIFT_POLICY: files.policy,
      NIGHTSHIFT_SETTLE_SECONDS: "2",
      NIGHTSHIFT_WATCH_SECONDS: "2",
      PAGERDUTY_WEBHOOK_SECRETS: "p",
      ...channels({ pagerduty: pagerduty.url, slack: slack.url, programs: programs.url }),
    }),
    { log: () => undefined },
  );
  rmSync(folder, { recursive: true });
  onTestFinished(async () => {
    await app.stop();
    await cluster.close();
    await pagerduty[Symbol.asyncDispose]();
    await slack.close();
    await programs.close();
  });
  const firing = story.alerts.map((alert) => ({ status: "firing", ...alert }));
  const createdAt = new Date().toISOString();
  const ring = async (type: string, agent: object | null, delivery: string): Promise<string> => {
    const data = {
      id: "Q1",
      type: "incident",
      title: "t",
      created_at: createdAt,
      html_url: "https://acme.pagerduty.com/incidents/Q1",
      body: { details: { num_firing: firing.length, firing } },
    };
    const body = JSON.stringify({ event: { id: delivery, event_type: type, agent, data } });
    const headers = { "x-webhook-id": delivery, ...pagerdutySignature(body, "p") };
    const response = await fetch(`${app.url}/webhooks/pagerduty`, { method: "POST", headers, body });
    const { incidentIds } = (await response.json()) as { incidentIds: string[] };
    return incidentIds[0] ?? "";
  };
  const show = async (id: string) => (await (await fetch(`${app.url}/api/incidents/${id}`)).json()) as IncidentView;
  const settled = (id: string, ...wanted: string[]) =>
    until(wanted.join(" or "), async () => {
      const incident = await show(id);
      return wanted.includes(incident.status) ? incident : null;
    });
  const decide = ({ id, plan }: IncidentView, decision: string) =>
    fetch(`${app.url}/api/incidents/${id}/decision`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ decision, planHash: plan?.kind === "actions" ? plan.hash : "" }),
    });
  return { cluster, pagerduty, slack, events, ring, show, settled, decide };
};

test("a night over every channel: each stumbles, none is in the way, and everybody hears everything once", async () => {
  const night = await openNight("bad-rollout", everyChannel);
  const incident = night.pagerduty.open("Q1");
  night.slack.beBusy(1, 1);

  const id = await night.ring("incident.triggered", { type: "service_reference", id: "PS" }, "W1");
  const waiting = await night.settled(id, "awaiting-approval");
  await until("the acknowledgement", () => (incident.status === "acknowledged" ? true : null));
  const first = await until("the card", () => night.slack.cards()[0] ?? null);
  expect(JSON.stringify(first.blocks)).toContain("nightshift_approve");
  await until("the details", () => night.slack.replies(first.ts)[0] ?? null);
  await until("the note", () => incident.notes[0] ?? null);

  // Somebody tidies up the channel.
  night.slack.takeAway(first.ts);
  expect((await night.decide(waiting, "approve")).status).toBe(202);
  expect(await night.settled(id, "resolved", "escalated")).toMatchObject({ status: "resolved" });

  await until("the end at PagerDuty", () => (incident.status === "resolved" ? true : null));
  const told = ["opened", "approval-asked", "decided", "acted", "closed"].map((what) => `incident.${what}`);
  await until("the last event", () =>
    new Set(night.events.map(({ type }) => type)).size === told.length ? true : null,
  );
  const [card, ...others] = await until("the last words in Slack", () =>
    night.slack.cards()[0]?.text.includes("RESOLVED") ? night.slack.cards() : null,
  );
  expect(others).toEqual([]);
  expect(JSON.stringify(card?.blocks)).not.toContain("nightshift_approve");
  const details = await until("the last details", () => {
    const replies = night.slack.replies(card?.ts ?? "").map(({ text }) => text);
    return replies.some((text) => text.startsWith("closed")) ? replies : null;
  });
  expect(new Set(details).size).toBe(details.length);

  expect(night.events.map(({ type }) => type).sort()).toEqual([...told].sort());
  expect(night.events.every(({ genuine }) => genuine)).toBe(true);
  expect(new Set(night.events.map((one) => one.id)).size).toBe(told.length);
  expect(night.pagerduty.rung).toEqual([]);
  expect(night.cluster.writes()).toHaveLength(1);
});

test("a person resolves it in PagerDuty while the question is open: closed, told, and nothing is carried out", async () => {
  const night = await openNight("bad-rollout", everyChannel);
  night.pagerduty.open("Q1");
  const id = await night.ring("incident.triggered", null, "W1");
  const waiting = await night.settled(id, "awaiting-approval");

  await night.ring("incident.resolved", { type: "user_reference", id: "PANA", summary: "Ana" }, "W2");

  expect(await night.settled(id, "dismissed")).toMatchObject({ closedAt: expect.any(String) });
  expect((await night.decide(waiting, "approve")).status).toBe(409);
  await until("the card without buttons", () => {
    const blocks = JSON.stringify(night.slack.cards()[0]?.blocks ?? "");
    return blocks.includes("Ana resolved it in PagerDuty") && !blocks.includes("nightshift_approve") ? true : null;
  });
  await until("the end", () => (night.events.some(({ type }) => type === "incident.closed") ? true : null));
  expect(night.cluster.writes()).toEqual([]);
});

test("where there is neither PagerDuty nor Slack the webhook is the page: once, signed, with the whole report", async () => {
  const night = await openNight("missing-setting", webhookAlone);
  const id = await night.ring("incident.triggered", null, "W1");
  await night.settled(id, "escalated");

  const page = await until("the page", () => night.events.find(({ type }) => type === "incident.escalated") ?? null);
  await until("the opening", () => night.events.find(({ type }) => type === "incident.opened") ?? null);
  expect(page).toMatchObject({ genuine: true, report: expect.stringContaining("NEEDS A PERSON") });
  expect(page.report).toContain("**Cause:**");
  expect(night.events.filter(({ type }) => type === "incident.escalated")).toHaveLength(1);
  expect([night.slack.called, night.pagerduty.writes()]).toEqual([[], []]);
});
