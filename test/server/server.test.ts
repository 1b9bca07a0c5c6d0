import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { statsOf } from "../../src/incident/stats.ts";
import type { Delivery, Responder } from "../../src/responder/responder.ts";
import { listen } from "../../src/server/listen.ts";
import { makeServer } from "../../src/server/server.ts";

const responder = (deliveries: Delivery[], changes: Partial<Responder> = {}): Responder => ({
  receive: async (delivery) => {
    deliveries.push(delivery);
    return ["inc_1"];
  },
  touched: async () => [],
  decide: async () => ({ kind: "accepted" }),
  list: async () => ({ items: [], cursor: null }),
  show: async () => null,
  timeline: async () => null,
  evidence: async () => null,
  evidenceList: async () => null,
  report: async () => null,
  replay: async () => null,
  showReplay: async () => null,
  postMortem: async () => null,
  feedback: async () => false,
  stats: async () => statsOf([], new Date(0)),
  follow: async () => undefined,
  ...changes,
});

const open = async (
  changes: Partial<Responder> = {},
  tokens: { name: string; role: "viewer" | "approver"; token: string }[] = [
    { name: "vi", role: "viewer", token: "viewviewview" },
  ],
) => {
  const deliveries: Delivery[] = [];
  const config = {
    NIGHTSHIFT_TOKENS: tokens,
    PAGERDUTY_WEBHOOK_SECRETS: ["s"],
    ALERTMANAGER_TOKEN: ["t"],
    GRAFANA_WEBHOOK_TOKEN: [],
  };
  const clock = { now: () => new Date(0) };
  const app = makeServer({ responder: responder(deliveries, changes), config, clock, log: () => undefined });
  const server = await listen(app, "127.0.0.1", 0);
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { method: "POST", body, headers: { connection: "close", ...headers } });
  return { ...server, deliveries, post, [Symbol.asyncDispose]: server.close };
};

const incident = { id: "Q1", title: "[FIRING:1] KubePodCrashLooping shop", created_at: "2026-03-04T05:06:07Z" };
const body = JSON.stringify({ event: { id: "E", event_type: "incident.triggered", data: incident } });
const signed = (text: string) => ({
  "x-pagerduty-signature": `v1=${createHmac("sha256", "s").update(text).digest("hex")}`,
});

test("a signed webhook is kept and answered 202, others are refused and nothing is stored", async () => {
  await using server = await open();
  expect((await server.post("/webhooks/pagerduty", body, { "x-pagerduty-signature": "v1=00" })).status).toBe(401);
  expect((await server.post("/webhooks/pagerduty", "{", signed("{"))).status).toBe(400);
  expect((await server.post("/webhooks/alertmanager", "{}", { authorization: "Bearer no" })).status).toBe(401);
  expect((await server.post("/webhooks/grafana", "{}")).status).toBe(503);
  expect(server.deliveries).toEqual([]);
  const taken = await server.post("/webhooks/pagerduty", body, signed(body));
  expect([taken.status, await taken.json(), server.deliveries.length]).toEqual([202, { incidentIds: ["inc_1"] }, 1]);
});

test("a store that is down is 503 without its words", async () => {
  await using server = await open({ receive: () => Promise.reject(new Error("inner words")) });
  const answer = await server.post("/webhooks/pagerduty", body, signed(body));
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain("inner words");
});

const decision = JSON.stringify({ decision: "approve", planHash: "h" });
const json = { "content-type": "application/json" };

test("a decision that the store does not take is 503, so that whoever sent it sends it again", async () => {
  const approver = [{ name: "ap", role: "approver" as const, token: "approveapprove" }];
  const busy = () => Promise.reject(new Error("canceling statement due to statement timeout"));
  await using server = await open({ decide: busy }, approver);
  const headers = { ...json, authorization: "Bearer approveapprove" };
  const answer = await server.post("/api/incidents/i/decision", decision, headers);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ error: { code: "not-stored" } });
});

test("a viewer may look but not decide, a stranger neither", async () => {
  await using server = await open();
  const viewer = { ...json, authorization: "Bearer viewviewview" };
  expect((await server.post("/api/incidents/i/decision", decision, viewer)).status).toBe(403);
  expect((await server.post("/api/incidents/i/decision", decision, json)).status).toBe(401);
  expect((await fetch(`${server.url}/api/incidents`, { headers: viewer })).status).toBe(200);
  expect((await fetch(`${server.url}/api/incidents`)).status).toBe(401);
});

test.each([
  [{ kind: "accepted" } as const, 202],
  [{ kind: "plan-changed", planHash: null } as const, 409],
  [{ kind: "expired" } as const, 410],
  [{ kind: "not-found" } as const, 404],
])("%o is answered %i, and a foreign page is refused", async (decided, status) => {
  await using server = await open({ decide: async () => decided }, []);
  expect((await server.post("/api/incidents/i/decision", decision, json)).status).toBe(status);
  const foreign = await server.post("/api/incidents/i/decision", decision, { ...json, origin: "http://evil.example" });
  expect(foreign.status).toBe(403);
});

test("a vote that is not enough says for how many more people it waits", async () => {
  await using server = await open({ decide: async () => ({ kind: "accepted", waitsFor: 1 }) }, []);
  const init = { method: "POST", headers: { "content-type": "application/json" } };
  const body = JSON.stringify({ decision: "approve", planHash: "h" });

  const answer = await fetch(`${server.url}/api/incidents/inc_1/decision`, { ...init, body });

  expect([answer.status, await answer.json()]).toEqual([202, { accepted: true, waitsFor: 1 }]);
});
