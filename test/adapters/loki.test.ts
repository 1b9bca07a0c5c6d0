import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LokiSource, loki } from "../../src/adapters/loki.ts";
import { logsExam, saidAt, storeExam } from "../ports/logs-exam.ts";
import { stillClock } from "../support/memory-ports.ts";
import { fakeLoki, type Stream } from "./fake-loki.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";

let server: ScriptedServer;
beforeAll(async () => {
  server = await scriptedServer();
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(() => server.close());

const clock = stillClock(new Date("2026-11-27T06:00:00Z"));
const open = (source: Partial<LokiSource> = {}) =>
  loki({ url: server.url, tenant: null, token: null, basicAuth: null, labels: {}, ...source }, clock);

const web = { namespace: "shop", pod: "web-1", container: "web" };
const query = { ...web, previous: false, lines: 500 };
const streamOf = (labels: Stream["labels"], texts: string[]): Stream => ({
  labels,
  values: texts.map((text, n) => {
    const { at } = saidAt(n, text);
    return [at, text];
  }),
});

for (const exam of [logsExam, storeExam]) {
  exam("Loki", async (lines) => {
    const values = lines.map(({ at, text }): [string, string] => [at, text]);
    server.play(fakeLoki([{ labels: { ...web, stream: "stderr" }, values }]));
    return open();
  });
}

const layouts: Record<string, { streams: Stream[]; labels?: LokiSource["labels"] }> = {
  "Alloy's and Promtail's labels": { streams: [streamOf(web, ["told"])] },
  "labels of Fluent Bit": {
    streams: [
      streamOf({ kubernetes_namespace_name: "shop", kubernetes_pod_name: "web-1", kubernetes_container_name: "web" }, [
        "told",
      ]),
    ],
  },
  "OpenTelemetry, the pod beside the lines": {
    streams: [
      {
        ...streamOf({ k8s_namespace_name: "shop", service_name: "web" }, ["told"]),
        beside: { k8s_pod_name: "web-1", k8s_container_name: "web" },
      },
      {
        ...streamOf({ k8s_namespace_name: "shop", service_name: "db" }, ["of another pod"]),
        beside: { k8s_pod_name: "db-1", k8s_container_name: "db" },
      },
    ],
  },
  "Fluent Bit's envelope around each line": {
    streams: [
      streamOf({ namespace: "shop", pod: "web-1" }, [
        JSON.stringify({ log: "told\n", stream: "stderr", kubernetes: { pod_name: "web-1", container_name: "web" } }),
      ]),
    ],
  },
  "no label for the container": { streams: [streamOf({ namespace: "shop", pod: "web-1" }, ["told"])] },
  "labels of its own, as configured": {
    streams: [streamOf({ ns: "shop", workload_pod: "web-1", ctr: "web", namespace: "loki" }, ["told"])],
    labels: { namespace: "ns", pod: "workload_pod", container: "ctr" },
  },
};

describe("finds the pod by", () => {
  for (const [name, { streams, labels = {} }] of Object.entries(layouts)) {
    test(name, async () => {
      server.play(fakeLoki(streams));

      const log = await open({ labels }).logs(query);

      expect(log?.text).toMatch(/^\S+Z told\n$/);
    });
  }
});

test("the labels are asked for once, and again when they may have changed", async () => {
  server.play(fakeLoki([streamOf(web, ["told"])]));
  const moving = stillClock(new Date("2026-11-27T06:00:00Z"));
  const port = loki({ url: server.url, tenant: null, token: null, basicAuth: null, labels: {} }, moving);
  const labelsAsked = () => server.asked.filter(({ url }) => url.pathname.endsWith("/labels")).length;

  await port.logs(query);
  await port.logs(query);
  expect(labelsAsked()).toBe(1);
  moving.advance(11 * 60_000);
  await port.logs(query);

  expect(labelsAsked()).toBe(2);
});

test("streams of one container become one log, in order, times compared as the text they are", async () => {
  server.play(
    fakeLoki([
      {
        labels: { ...web, stream: "stdout" },
        values: [
          ["1795744800000000001", "one"],
          ["1795744800000000003", "three"],
        ],
      },
      { labels: { ...web, stream: "stderr" }, values: [["1795744800000000002", "two"]] },
    ]),
  );

  const log = await open().logs(query);

  expect(log?.text.match(/(one|two|three)$/gm)).toEqual(["one", "two", "three"]);
  expect(log?.text).toContain(".000000002Z two");
});

test("of a pod with several containers each line says whose it is", async () => {
  server.play(
    fakeLoki([
      { labels: web, values: [["1795744800000000001", "a"]] },
      { labels: { ...web, container: "proxy" }, values: [["1795744800000000002", "b"]] },
    ]),
  );

  expect((await open().logs({ ...query, container: null }))?.text).toMatch(/Z \[web\] a\n\S+Z \[proxy\] b\n$/);
});

test("of a log longer than Loki gives at once, the lines that may tell why are asked for, too", async () => {
  const said = ["shop starting", "FATAL config: DATABASE_URL is not set"];
  for (let n = 0; n < 9_000; n += 1) said.push(`GET /cart/${n} 200`);
  server.play(fakeLoki([streamOf(web, said)]));

  const log = await open().logs(query);

  expect(log?.text).toContain("FATAL config: DATABASE_URL is not set");
  expect(log?.truncated).toBe(true);
});

test("a Loki that allows fewer lines at once is asked for as many as it allows", async () => {
  server.play(fakeLoki([streamOf(web, ["told"])], { mostEntries: 1_000 }));

  expect((await open().logs(query))?.text).toContain("told");
  expect(server.asked.map(({ url }) => url.searchParams.get("limit"))).toEqual([null, "5000", "1000"]);
});

test("who asks is told as configured, and a redirect is not followed", async () => {
  server.play(fakeLoki([streamOf(web, ["told"])], { tenants: true }));
  await open({ tenant: "a|b", token: "t0ken" }).logs(query);
  await open({ tenant: "a", basicAuth: "me:secret" }).logs(query);

  expect(server.asked[0]?.headers).toMatchObject({ "x-scope-orgid": "a|b", authorization: "Bearer t0ken" });
  expect(server.asked.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from("me:secret").toString("base64")}`);

  server.play((_asked, response) => void response.writeHead(302, { location: "http://elsewhere.example/" }).end());
  await expect(open({ token: "t0ken" }).logs(query)).rejects.toMatchObject({ name: "PortError" });
});

describe("errors say what to do", () => {
  const refusal = (code: number, text: string) => (_: unknown, response: import("node:http").ServerResponse) =>
    void response.writeHead(code, { "content-type": "text/plain" }).end(text);
  const cases: [string, number, string, string, RegExp][] = [
    ["a missing tenant", 401, "no org id", "unauthorized", /no org id; this Loki has tenants: set LOKI_TENANT/],
    ["wrong credentials", 401, "unauthorized", "unauthorized", /LOKI_TOKEN or LOKI_BASIC_AUTH/],
    ["a wrong path", 404, "404 page not found", "invalid", /is LOKI_URL the address of Loki/],
    ["a throttled query", 429, "too many outstanding requests", "rate-limited", /at its limits/],
    ["a broken Loki", 500, "rpc error", "failed", /Loki answered 500 to labels: rpc error/],
    [
      "a page of somebody else",
      200,
      "<html>Sign in</html>",
      "invalid",
      /did not answer as Loki does; is LOKI_URL right/,
    ],
  ];
  for (const [name, code, text, reason, message] of cases) {
    test(name, async () => {
      server.play(refusal(code, text));

      await expect(open().logs(query)).rejects.toMatchObject({ reason, message });
    });
  }

  test("labels that nobody knows", async () => {
    server.play(fakeLoki([streamOf({ app: "web", host: "n1" }, ["told"])]));

    await expect(open().logs(query)).rejects.toMatchObject({
      reason: "invalid",
      message: /Loki has the labels app, host: set LOKI_LABELS to namespace=…,pod=…,container=…/,
    });
  });

  test("a Loki of another tenant, or an empty one", async () => {
    server.play(fakeLoki([]));

    await expect(open().logs(query)).rejects.toMatchObject({
      message: /no labels at all in the last 24 h; is anything sent to it, and is LOKI_TENANT right\?/,
    });
  });

  test("nobody there", async () => {
    await expect(open({ url: "http://127.0.0.1:9" }).logs(query)).rejects.toMatchObject({ reason: "unreachable" });
  });

  test("all requests of a question share its deadline", async () => {
    const asked = open({ questionMs: 100 });
    const answers = fakeLoki([streamOf(web, ["told"])]);
    server.play((one, response) => (one.url.pathname.endsWith("/labels") ? answers(one, response) : undefined));

    await expect(asked.logs(query)).rejects.toMatchObject({
      reason: "timeout",
      message: expect.stringMatching(/log of shop\/web-1, had no answer within 100 ms/),
    });
  });

  test("an answer that does not end, and one that is too large", async () => {
    server.play((_asked, response) => void response.write("{"));
    await expect(open({ deadlineMs: 50 }).logs(query)).rejects.toMatchObject({ reason: "timeout" });

    server.play((_asked, response) => void response.end("x".repeat(2_000)));
    await expect(open({ maxBytes: 1_000 }).logs(query)).rejects.toMatchObject({ reason: "too-large" });
  });
});
