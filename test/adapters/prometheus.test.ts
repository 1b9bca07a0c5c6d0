import { afterEach, beforeEach, expect, test } from "vitest";
import { prometheus, stepSeconds } from "../../src/adapters/prometheus.ts";
import { metricsExam } from "../ports/metrics-exam.ts";
import { json, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
});
afterEach(() => server.close());

const clock = { now: () => new Date("2026-01-02T03:04:05Z") };
const open = (more: object = {}) =>
  prometheus({ url: `${server.url}/prefix/`, token: "t0ken", basicAuth: null, headers: {}, ...more }, clock);
const success = (resultType: string, result: unknown) => ({ status: "success", data: { resultType, result } });

metricsExam("Prometheus", async (samples) => {
  const result = samples.map((value, index) => ({ metric: { instance: `${index}` }, value: [1700000000.5, value] }));
  server.play((_asked, response) => json(response, 200, success("vector", result)));
  return open();
});

test("the prefix, the token and more headers are sent", async () => {
  server.play((_asked, response) => json(response, 200, success("vector", [])));

  await open({ headers: { "X-Scope-OrgID": "shop" } }).instant('up{a="b"}');

  const [asked] = server.asked;
  expect(asked?.url.pathname).toBe("/prefix/api/v1/query");
  expect(asked?.headers).toMatchObject({ authorization: "Bearer t0ken", "x-scope-orgid": "shop" });
  expect(new URLSearchParams(asked?.body).get("query")).toBe('up{a="b"}');
});

test("a range ends now and has at most 240 points", async () => {
  server.play((_asked, response) => json(response, 200, success("matrix", [])));

  await open().range("up", 60);

  const form = new URLSearchParams(server.asked[0]?.body);
  expect(Number(form.get("end"))).toBe(clock.now().getTime() / 1000);
  for (const minutes of [1, 59, 60, 61, 1440]) {
    expect(Math.floor((minutes * 60) / stepSeconds(minutes)) + 1).toBeLessThanOrEqual(240);
  }
});

test.each([
  [400, "bad_data", "invalid"],
  [422, "execution", "invalid"],
  [503, "timeout", "timeout"],
  [503, "unavailable", "failed"],
])("%i %s is %s in Prometheus's own words", async (code, errorType, reason) => {
  server.play((_asked, response) => json(response, code, { status: "error", errorType, error: "its own words" }));

  await expect(open().instant("up{")).rejects.toMatchObject({ reason, message: /up\{: its own words/ });
});

test("a page that is no answer of Prometheus is an error, not an empty result", async () => {
  server.play((_asked, response) => void response.end("<html>sign in</html>"));

  await expect(open().instant("up")).rejects.toMatchObject({ reason: "invalid", message: /PROMETHEUS_URL/ });
});

test("silence, nobody there and too much are told apart", async () => {
  server.play(() => {});
  await expect(open({ deadlineMs: 50 }).instant("up")).rejects.toMatchObject({ reason: "timeout" });

  server.play((_asked, response) => void response.end("x".repeat(3000)));
  await expect(open({ maxBytes: 1000 }).instant("up")).rejects.toMatchObject({ reason: "too-large" });

  const metrics = open();
  await server.close();
  await expect(metrics.instant("up")).rejects.toMatchObject({ reason: "unreachable" });
});
