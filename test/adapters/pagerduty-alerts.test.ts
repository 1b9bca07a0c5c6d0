import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { pagerdutyRest } from "../../src/adapters/pagerduty-rest.ts";
import { json, type ScriptedServer, scriptedServer } from "./scripted-server.ts";

let server: ScriptedServer;
beforeAll(async () => {
  server = await scriptedServer();
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(() => server.close());

/** Answers each request with the next of these; a text is a Retry-After beside 429. */
const fetching = async (answers: (number | string)[]) => {
  const waited: number[] = [];
  const left = [...answers];
  server.play((_asked, response) => {
    const next = left.shift() ?? 500;
    if (typeof next === "string" && next !== "") response.setHeader("retry-after", next);
    const code = typeof next === "string" ? 429 : next;
    json(response, code, code === 200 ? { alerts: [{ id: "A1" }] } : { error: { message: "no" } });
  });
  const wait = async (ms: number) => waited.push(ms);
  const rest = pagerdutyRest({ apiUrl: server.url, token: "t", from: "bot@example.com", wait });
  const answer = await rest.fetchAlerts("Q1").catch((error: unknown) => error);
  return { answer, waited, asked: server.asked.length };
};

test.each([
  ["2", 2000],
  ["", 1000],
])("alerts that PagerDuty answers 429 with Retry-After %j are read after %d ms", async (after, ms) => {
  expect(await fetching([after, 200])).toEqual({ answer: [{ id: "A1" }], waited: [ms], asked: 2 });
});

test("they are asked for once more only, and the error says so", async () => {
  expect(await fetching(["1", "1", 200])).toMatchObject({
    answer: {
      reason: "rate-limited",
      message: expect.stringMatching(/asked again after 1000 ms: GET .* answered 429/),
    },
    waited: [1000],
    asked: 2,
  });
});

test.each([[["3", 200]], [[500, 200]]])("a long wait and another failure are not waited for: %j", async (answers) => {
  expect(await fetching(answers)).toMatchObject({ answer: { port: "pagerduty" }, waited: [], asked: 1 });
});
