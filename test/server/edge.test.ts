import { createHmac } from "node:crypto";
import { request } from "node:http";
import { expect, test } from "vitest";
import { refText } from "../../src/incident/subject.ts";
import { subjectResolver } from "../../src/intake/subject-resolver.ts";
import type { IncidentView, JournalEntry } from "../../src/responder/responder.ts";
import { keeping, openServer, pagerdutySignature, unset } from "./open-server.ts";

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

const codeOf = async (response: Response): Promise<[number, string]> => {
  const { error } = (await response.json()) as { error: { code: string; message: string; hint: string } };
  expect([error.message, error.hint]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  return [response.status, error.code];
};

const entry = (seq: number): JournalEntry => ({
  seq,
  at: "2026-01-02T03:04:05.000Z",
  kind: "step",
  actor: "gather",
  text: `step ${seq}\nof many`,
  data: null,
});

test.each([
  [{}, [1, 2, 3]],
  [{ "last-event-id": "2" }, [3]],
  [{ "last-event-id": "not a number" }, [1, 2, 3]],
])("a stream with %o tells entries %o", async (headers, expected) => {
  await using server = await openServer({
    show: async () => ({}) as IncidentView,
    follow: async (_id, after, tell) => {
      for (const seq of [1, 2, 3]) if (seq > after) tell(entry(seq));
    },
  });

  const answer = await fetch(`${server.url}/api/incidents/i/stream`, { headers });

  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const events = (await answer.text()).split("\n\n").filter((text) => text.startsWith("id: "));
  expect(events.map((text) => Number(/^id: (\d+)\nevent: entry\ndata: .*$/.exec(text)?.[1]))).toEqual(expected);
});

test("a reader that goes away ends its stream", async () => {
  const gone = Promise.withResolvers<void>();
  await using server = await openServer({
    show: async () => ({}) as IncidentView,
    follow: async (_id, _after, _tell, signal) => {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      gone.resolve();
    },
  });
  const reader = new AbortController();
  await fetch(`${server.url}/api/incidents/i/stream`, { signal: reader.signal });

  reader.abort();

  await gone.promise;
});

test("a stream of an incident that is not there is 404", async () => {
  await using server = await openServer({ show: async () => null });

  expect(await codeOf(await fetch(`${server.url}/api/incidents/i/stream`))).toEqual([404, "not-found"]);
});

test("readyz names what is missing, healthz does not care", async () => {
  await using server = await openServer({}, { notReady: async () => ["the database does not answer"] });

  const answer = await fetch(`${server.url}/readyz`);

  expect(await codeOf(answer)).toEqual([503, "not-ready"]);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

test("metrics count answers, and are for readers only where there are tokens", async () => {
  const tokens = [{ name: "vi", role: "viewer" as const, token: "viewviewview" }];
  await using server = await openServer({}, { config: { ...unset, NIGHTSHIFT_TOKENS: tokens } });
  await fetch(`${server.url}/healthz`);

  const headers = { authorization: "Bearer viewviewview" };
  const text = await (await fetch(`${server.url}/metrics`, { headers })).text();

  expect(text).toContain('nightshift_http_answers_total{method="GET",status="200"} 1');
  expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
});

const statusFor = (url: string, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname } = new URL(url);
    request({ hostname, port, path: pathname, headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .once("error", reject)
      .end();
  });

test.each([
  ["evil.example", 403],
  ["127.0.0.1.evil.example", 403],
  ["localhost:8080", 200],
])("without tokens the host name %s is answered %i", async (host, status) => {
  await using server = await openServer({ list: async () => ({ items: [], cursor: null }) });

  expect(await statusFor(`${server.url}/api/incidents`, host)).toBe(status);
});

test("a webhook of more than 16 MB is refused and nothing is stored", async () => {
  const { deliveries, receive } = keeping();
  await using server = await openServer({ receive }, { config: { ...unset, ALERTMANAGER_TOKEN: ["t"] } });
  const headers = { authorization: "Bearer t" };

  const answer = await post(`${server.url}/webhooks/alertmanager`, "x".repeat(16 * 1024 * 1024 + 1), headers);

  expect(await codeOf(answer)).toEqual([413, "too-large"]);
  expect(deliveries).toEqual([]);
});

test.each(["pagerduty", "alertmanager", "grafana", "slack"])(
  "%s answers 503 with a hint until set up",
  async (name) => {
    await using server = await openServer();

    expect(await codeOf(await post(`${server.url}/webhooks/${name}`, "{}"))).toEqual([503, "not-configured"]);
  },
);

test("a PagerDuty that does not tell details in time does not keep the alert out", async () => {
  const { deliveries, receive } = keeping();
  const config = { ...unset, PAGERDUTY_WEBHOOK_SECRETS: ["s"] };
  const alertPages = async function* () {
    yield await new Promise<never>(() => undefined);
  };
  await using server = await openServer({ receive }, { config, alertPages, alertPagesMs: 20 });
  const data = { id: "Q1", title: "[FIRING:1] KubePodCrashLooping shop", created_at: "2026-03-04T05:06:07Z" };
  const body = JSON.stringify({ event: { id: "E", event_type: "incident.triggered", data } });

  const answer = await post(`${server.url}/webhooks/pagerduty`, body, pagerdutySignature(body, "s"));

  expect([answer.status, await answer.json()]).toEqual([202, { incidentIds: ["inc_1"] }]);
  expect(deliveries[0]?.alerts).toMatchObject([{ name: "KubePodCrashLooping", fingerprint: "Q1", status: "firing" }]);
});

/** Pages that come in over real HTTP, and what each is found to be about. */
const subjectsOf = async (alertPages: () => AsyncGenerator<unknown[]>, title: string) => {
  const { deliveries, receive } = keeping();
  const config = { ...unset, PAGERDUTY_WEBHOOK_SECRETS: ["s"] };
  await using server = await openServer({ receive }, { config, alertPages });
  const find = subjectResolver(async () => null, undefined, "prod");
  for (const id of ["Q1", "Q2"]) {
    const data = { id, title, created_at: "2026-03-04T05:06:07Z" };
    const body = JSON.stringify({ event: { id: "E", event_type: "incident.triggered", data } });
    await post(`${server.url}/webhooks/pagerduty`, body, pagerdutySignature(body, "s"));
  }
  const alerts = deliveries.flatMap((one) => one.alerts);
  return Promise.all(alerts.map(async (one) => refText((await find(one)) ?? { kind: "", namespace: null, name: "" })));
};

const failing = async function* (): AsyncGenerator<unknown[]> {
  yield await Promise.reject(new Error("429"));
};
const empty = async function* (): AsyncGenerator<unknown[]> {
  yield [];
};

test("pages whose details could not be read are each about themselves, never about the whole cluster", async () => {
  expect(await subjectsOf(failing, "[FIRING:1] KubePodNotReady")).toEqual([
    "PagerDutyIncident/Q1",
    "PagerDutyIncident/Q2",
  ]);
});

test("nor are two of them one trouble because their titles name the same namespace", async () => {
  expect(await subjectsOf(failing, "[FIRING:1] KubePodNotReady shop")).toEqual([
    "PagerDutyIncident/Q1",
    "PagerDutyIncident/Q2",
  ]);
});

test("control: what a title names is used, and details that were read and name nothing are about the cluster", async () => {
  const titled = "KubePodNotReady in namespace shop deployment api";
  expect(new Set(await subjectsOf(failing, titled))).toEqual(new Set(["Deployment/api in shop"]));
  expect(new Set(await subjectsOf(empty, "[FIRING:1] KubePodNotReady"))).toEqual(new Set(["Cluster/prod"]));
});

test("of a PagerDuty that stops in the middle of its alerts, those that came are taken", async () => {
  const { deliveries, receive } = keeping();
  const config = { ...unset, PAGERDUTY_WEBHOOK_SECRETS: ["s"] };
  const alertPages = async function* () {
    yield [{ body: { details: { alertname: "KubeJobFailed", namespace: "shop", job_name: "import" } } }];
    yield await new Promise<never>(() => undefined);
  };
  await using server = await openServer({ receive }, { config, alertPages, alertPagesMs: 200 });
  const data = { id: "Q1", title: "[FIRING:1] x", created_at: "2026-03-04T05:06:07Z" };
  const body = JSON.stringify({ event: { id: "E", event_type: "incident.triggered", data } });

  await post(`${server.url}/webhooks/pagerduty`, body, pagerdutySignature(body, "s"));

  expect(deliveries[0]?.alerts).toMatchObject([{ name: "KubeJobFailed", labels: { job_name: "import" } }]);
});

test("the second decision is 409 and says whose was first", async () => {
  const decide = async () => ({ kind: "already-decided" as const, by: "ana", decision: "approved" });
  await using server = await openServer({ decide });

  const answer = await post(`${server.url}/api/incidents/i/decision`, '{"decision":"approve","planHash":"h"}');

  const text = await answer.clone().text();
  expect(await codeOf(answer)).toEqual([409, "already-decided"]);
  expect(text).toContain("ana has approved it");
});

test.each(["POST", "PUT"])("Grafana may deliver by %s", async (method) => {
  const { deliveries, receive } = keeping();
  await using server = await openServer({ receive }, { config: { ...unset, GRAFANA_WEBHOOK_TOKEN: ["g"] } });
  const alert = {
    status: "firing",
    labels: { alertname: "KubePodCrashLooping", namespace: "shop" },
    annotations: {},
    startsAt: "2026-03-04T05:06:07Z",
    endsAt: "0001-01-01T00:00:00Z",
    fingerprint: "f1",
  };
  const body = JSON.stringify({ version: "1", status: "firing", receiver: "n", alerts: [alert] });

  const answer = await fetch(`${server.url}/webhooks/grafana`, {
    method,
    body,
    headers: { authorization: "Bearer g" },
  });

  expect(answer.status).toBe(202);
  expect(deliveries[0]?.alerts).toMatchObject([{ source: "grafana", name: "KubePodCrashLooping" }]);
});

test.each([
  ["of now is taken", 0, 202],
  ["that is old is refused", -301, 401],
])("Grafana's signature with a stamp %s", async (_, stamp, status) => {
  await using server = await openServer(
    { receive: keeping().receive },
    { config: { ...unset, GRAFANA_WEBHOOK_TOKEN: ["g"] }, clock: { now: () => new Date(1_000_000) } },
  );
  const body = JSON.stringify({ version: "1", alerts: [] });
  const timestamp = String(1000 + stamp);
  const headers = {
    "x-grafana-alerting-timestamp": timestamp,
    "x-grafana-alerting-signature": createHmac("sha256", "g").update(`${timestamp}:${body}`).digest("hex"),
  };

  expect((await fetch(`${server.url}/webhooks/grafana`, { method: "POST", body, headers })).status).toBe(status);
});

test.each([
  [3, {}, 3, {}],
  [3, { truncatedAlerts: 0 }, 3, {}],
  [3, { truncatedAlerts: 7 }, 3, { left: 7 }],
  [3, { truncatedAlerts: "7" }, 3, {}],
  [5002, {}, 5000, { left: 2 }],
  [5002, { truncatedAlerts: 7 }, 5000, { left: 9 }],
])("of %d alerts with %o the answer and the log say how many were not read", async (sent, more, taken, said) => {
  for (const [name, version] of [
    ["alertmanager", "4"],
    ["grafana", "1"],
  ]) {
    const { deliveries, receive } = keeping();
    const lines: unknown[][] = [];
    const config = { ...unset, ALERTMANAGER_TOKEN: ["t"], GRAFANA_WEBHOOK_TOKEN: ["t"] };
    await using server = await openServer({ receive }, { config, log: (...line) => lines.push(line) });
    const one = { status: "firing", labels: { alertname: "A" }, annotations: {}, startsAt: "2026-01-02T03:04:05Z" };
    const body = JSON.stringify({ version, alerts: Array.from({ length: sent }, () => one), ...more });

    const answer = await post(`${server.url}/webhooks/${name}`, body, { authorization: "Bearer t" });

    expect([answer.status, await answer.json()]).toEqual([202, { incidentIds: ["inc_1"], ...said }]);
    expect(deliveries[0]?.alerts).toHaveLength(taken);
    const told = "left" in said ? [["a delivery is about more alerts than were read", { taken, ...said }]] : [];
    expect(lines.filter(([text]) => /more alerts/.test(String(text)))).toEqual(told);
  }
});
