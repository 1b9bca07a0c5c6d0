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

const allOf = async (pages: AsyncIterable<unknown[]>): Promise<unknown[]> => {
  const all: unknown[] = [];
  for await (const page of pages) all.push(...page);
  return all;
};

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
  const answer = await allOf(rest.alertPages("Q1")).catch((error: unknown) => error);
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

/** As many alerts as an incident has, a page at a time. */
const having = (total: number) => {
  server.play((asked, response) => {
    const { searchParams: query } = new URL(asked.url, server.url);
    const [offset, limit] = [Number(query.get("offset")), Number(query.get("limit"))];
    const alerts = Array.from({ length: Math.min(limit, total - offset) }, (_, n) => ({ id: `A${offset + n}` }));
    json(response, 200, { alerts, offset, limit, more: offset + limit < total, total: null });
  });
  return pagerdutyRest({ apiUrl: server.url, token: "t", from: "bot@example.com" });
};

test("all pages of an incident's alerts are read", async () => {
  const all = await allOf(having(250).alertPages("Q1"));

  expect(all).toHaveLength(250);
  expect(all.at(-1)).toEqual({ id: "A249" });
});

test("of more alerts than are read, the error says that there are more, and those before it have come", async () => {
  const found: unknown[] = [];
  const reading = async () => {
    for await (const page of having(1_001).alertPages("Q1")) found.push(...page);
  };

  await expect(reading()).rejects.toMatchObject({ reason: "too-large" });
  expect(found).toHaveLength(1_000);
});
