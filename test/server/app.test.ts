import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { startRecordedCluster } from "../../src/demo/recorded-cluster/start.ts";
import { readStory } from "../../src/demo/recorded-cluster/story.ts";
import { startApp } from "../../src/main.ts";
import type { IncidentView } from "../../src/responder/responder.ts";
import { hashOf } from "../durability/night.ts";
import { until } from "../durability/stage.ts";
import { freshDatabase } from "../support/database.ts";

const bearer = (token: string) => ({ authorization: `Bearer ${token}`, "content-type": "application/json" });
const [viewer, approver, alertmanager] = ["viewer-token", "approver-token", "alertmanager-token"].map(bearer);

interface Answer {
  status: number;
  body: IncidentView & { incidentIds: string[]; items: { id: string }[] };
}

/** The whole app on a recorded cluster, spoken to over HTTP only. */
const startWhole = async () => {
  const db = await freshDatabase();
  const story = readStory("bad-rollout", new Date());
  const cluster = await startRecordedCluster({ worlds: [story.world] });
  const folder = await mkdtemp(join(tmpdir(), "nightshift-app-"));
  await writeFile(join(folder, "kubeconfig.json"), JSON.stringify(cluster.kubeconfig), { mode: 0o600 });
  await writeFile(join(folder, "policy.yaml"), "mode: approve\n");
  const config = readConfig({
    PORT: "0",
    DATABASE_URL: db.url,
    KUBECONFIG: join(folder, "kubeconfig.json"),
    NIGHTSHIFT_POLICY: join(folder, "policy.yaml"),
    NIGHTSHIFT_TOKENS: "vi:viewer:viewer-token,ana:approver:approver-token",
    ALERTMANAGER_TOKEN: "alertmanager-token",
  });
  const app = await startApp(config, { log: () => undefined });
  onTestFinished(async () => {
    await app.stop();
    await cluster.close();
    await rm(folder, { recursive: true, force: true });
  });
  const ask = async (path: string, headers = viewer, body?: unknown): Promise<Answer> => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`${app.url}${path}`, { headers: headers ?? {}, ...init });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  };
  const alerts = story.alerts.map((alert) => ({ ...alert, status: "firing" }));
  const webhook = { version: "4", status: "firing", receiver: "nightshift", alerts };
  return { ask, cluster, webhook, db };
};

test("an alert goes in over HTTP, a decision is asked for and given, and everything about it can be read", async () => {
  const { ask, cluster, webhook, db } = await startWhole();
  expect((await ask("/readyz")).status).toBe(200);
  expect((await ask("/webhooks/alertmanager", viewer, webhook)).status).toBe(401);
  expect((await ask("/api/incidents")).body.items).toEqual([]);

  const taken = await ask("/webhooks/alertmanager", alertmanager, webhook);
  const again = await ask("/webhooks/alertmanager", alertmanager, webhook);
  expect([taken.status, again.status]).toEqual([202, 202]);
  expect(again.body).toEqual(taken.body);
  const { rows: open } = await db.pool.query<{ query: string }>(
    "select query from pg_stat_activity where datname = current_database() and application_name = 'nightshift intake'",
  );
  expect(open).not.toEqual([]);
  const [id] = taken.body.incidentIds;
  const at = `/api/incidents/${id}`;
  const incident = await until("it asks for a decision", async () => {
    const { body } = await ask(at);
    return body.status === "awaiting-approval" ? body : null;
  });

  expect(incident).toMatchObject({
    subject: { namespace: "storefront", kind: "Deployment", name: "storefront" },
    diagnosis: { kind: "cause", class: "image-not-found", by: "rules" },
    plan: { kind: "actions", actions: [{ verb: "undo-rollout" }] },
    alertCount: 3,
  });
  const hash = hashOf(incident);
  expect((await ask(`${at}/decision`, viewer, { decision: "approve", planHash: hash })).status).toBe(403);
  expect((await ask(`${at}/decision`, approver, { decision: "approve", planHash: "another" })).status).toBe(409);
  const [evidence] = incident.diagnosis?.kind === "cause" ? incident.diagnosis.evidence : [];
  expect((await ask(`${at}/evidence/${evidence}`)).body).toMatchObject({ id: evidence });
  expect((await ask(`${at}/evidence/none`)).status).toBe(404);
  expect(cluster.writes()).toEqual([]);

  expect(
    (await ask(`${at}/decision`, approver, { decision: "reject", planHash: hash, reason: "not now" })).status,
  ).toBe(202);
  await until("it is over", async () => (await ask(at)).body.status === "escalated");

  expect((await ask(at)).body).toMatchObject({ decision: { kind: "rejected", by: "ana", why: "not now" } });
  expect((await ask(`${at}/report`)).body).toContain("storefront");
  const timeline = await ask(`${at}/timeline`);
  expect(JSON.stringify(timeline.body)).toContain("rejected by ana");
  expect((await ask("/api/incidents?status=escalated")).body.items).toMatchObject([{ id }]);
  expect((await ask("/api/incidents/inc_none")).status).toBe(404);
  expect(cluster.writes()).toEqual([]);
});

test("a newer build that migrates beneath a running one is told of where it is watched, and the running one stays ready", async () => {
  const { ask, db } = await startWhole();
  expect((await ask("/readyz")).body).toEqual({ status: "ready" });

  await db.pool.query(
    "insert into nightshift.migrations (version, name, sha256) values (999999, '999999_new.sql', '')",
  );

  const { status, body } = await ask("/readyz");
  expect([status, body]).toEqual([200, { status: "ready", remarks: [expect.stringContaining("999999_new.sql")] }]);
  expect((await ask("/metrics")).body).toContain("nightshift_newer_migrations 1");
});
