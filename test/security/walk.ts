import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readConfig } from "../../src/config.ts";
import { startRecordedCluster } from "../../src/demo/recorded-cluster/start.ts";
import { readStory, type Story, type StoryName } from "../../src/demo/recorded-cluster/story.ts";
import { startApp } from "../../src/main.ts";
import type { IncidentView } from "../../src/responder/responder.ts";
import type { TestDatabase } from "../support/database.ts";
import { startOutside } from "./outside.ts";

const over = ["resolved", "escalated", "dismissed"];

interface Night {
  story: StoryName;
  change: (story: Story) => Story;
  /** Address of a fake provider; null: rules only. */
  model: string | null;
  policy?: string;
  /** The team's own runbook; none: only those that ship. */
  page?: string;
}

/** The whole product in this process: real HTTP, Postgres, adapters; a recorded cluster, and people who only listen. */
export const startWalk = async (
  db: TestDatabase,
  { story, change, model, policy = "mode: approve\n", page }: Night,
) => {
  const told = change(readStory(story, new Date()));
  const cluster = await startRecordedCluster({ worlds: [told.world] });
  const outside = await startOutside();
  const folder = mkdtempSync(join(tmpdir(), "nightshift-walk-"));
  const files = { kubeconfig: join(folder, "kubeconfig.json"), policy: join(folder, "policy.yaml") };
  writeFileSync(files.kubeconfig, JSON.stringify(cluster.kubeconfig));
  writeFileSync(files.policy, policy);
  if (page !== undefined) writeFileSync(join(folder, "team.md"), page);
  const logged: string[] = [];
  const app = await startApp(
    readConfig({
      PORT: "0",
      DATABASE_URL: db.url,
      KUBECONFIG: files.kubeconfig,
      CLUSTER_NAME: "recorded",
      NIGHTSHIFT_POLICY: files.policy,
      ...(page === undefined ? {} : { NIGHTSHIFT_RUNBOOKS: folder }),
      ALERTMANAGER_TOKEN: "alertmanager-1",
      PAGERDUTY_ROUTING_KEY: "routing",
      PAGERDUTY_EVENTS_URL: outside.url,
      PAGERDUTY_API_URL: outside.url,
      GRAFANA_WEBHOOK_TOKEN: "grafana-1",
      GRAFANA_URL: `${outside.url}/grafana`,
      GRAFANA_TOKEN: "glsa_1",
      NIGHTSHIFT_WEBHOOK_URL: `${outside.url}/hook`,
      NIGHTSHIFT_WEBHOOK_SECRET: "webhook-1",
      SLACK_BOT_TOKEN: "bot",
      SLACK_CHANNEL: "C1",
      SLACK_API_URL: `${outside.url}/slack/`,
      NIGHTSHIFT_SETTLE_SECONDS: "0",
      NIGHTSHIFT_WATCH_SECONDS: "1",
      ...(model === null ? {} : { NIGHTSHIFT_MODEL: "openai:fake", OPENAI_BASE_URL: model, OPENAI_API_KEY: "k" }),
    }),
    { log: (line, fields) => void logged.push(JSON.stringify({ line, ...fields })) },
  );
  rmSync(folder, { recursive: true });

  const get = async <T>(path: string): Promise<T> => (await fetch(`${app.url}${path}`)).json() as Promise<T>;
  const receive = async (): Promise<string> => {
    const alerts = told.alerts.map((alert) => ({ status: "firing", generatorURL: "", ...alert }));
    const response = await fetch(`${app.url}/webhooks/alertmanager`, {
      method: "POST",
      headers: { authorization: "Bearer alertmanager-1", "content-type": "application/json" },
      body: JSON.stringify({
        version: "4",
        groupKey: "g",
        status: "firing",
        receiver: "r",
        groupLabels: {},
        commonLabels: {},
        commonAnnotations: {},
        externalURL: "",
        alerts,
      }),
    });
    const { incidentIds } = (await response.json()) as { incidentIds: string[] };
    const [id] = incidentIds;
    if (id === undefined) throw new Error(`no incident was opened: ${response.status}`);
    return id;
  };
  /** Until it is over or waits for a person. */
  const settled = async (id: string, ends = [...over, "awaiting-approval"]): Promise<IncidentView> => {
    for (let tries = 0; tries < 600; tries++) {
      const incident = await get<IncidentView>(`/api/incidents/${id}`);
      if (ends.includes(incident.status)) return incident;
      await pause(50);
    }
    throw new Error(`${id} did not settle in 30 s: ${logged.slice(-3).join("\n")}`);
  };
  const approve = async ({ id, plan }: IncidentView): Promise<number> => {
    const response = await fetch(`${app.url}/api/incidents/${id}/decision`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ decision: "approve", planHash: plan?.kind === "actions" ? plan.hash : "" }),
    });
    return response.status;
  };
  /** Everything the API says about one incident, its evidence included. */
  const apiAnswers = async (id: string, evidence: readonly string[]): Promise<string[]> => {
    const base = `/api/incidents/${id}`;
    const paths = ["/api/incidents", base, `${base}/timeline`, `${base}/report`, "/api/stats", "/metrics"];
    const all = [...paths, ...evidence.map((one) => `${base}/evidence/${one}`)];
    return Promise.all(all.map(async (path) => (await fetch(`${app.url}${path}`)).text()));
  };
  return {
    app,
    cluster,
    outside,
    logged,
    receive,
    settled,
    done: (id: string) => settled(id, over),
    approve,
    apiAnswers,
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await app.stop();
      await cluster.close();
      await outside.close();
    },
  };
};
