import { expect, test } from "vitest";
import { noCost } from "../../src/incident/cost.ts";
import { metricsOf } from "../../src/metrics.ts";
import type { ModelReply, ModelRequest } from "../../src/ports/model.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { withinDay } from "../../src/ports/within-day.ts";
import { purseOf } from "../../src/purse.ts";
import { gaugesOf } from "../../src/store/gauges.ts";
import { type DayLimit, reserveModel, settleModel } from "../../src/store/model-days.ts";
import { freshDatabase } from "../support/database.ts";
import { stillClock } from "../support/memory-ports.ts";

const at = new Date("2026-11-27T23:00:00Z");
const none: DayLimit = { tokens: null, usd: null };
const request: ModelRequest = { system: "s", user: "u", tools: [], force: null };
const replies: ModelReply = {
  calls: [],
  text: "",
  finish: "stop",
  cost: { ...noCost, calls: 1, inputTokens: 900, outputTokens: 100, usd: 0.02 },
};

test("calls at the same time, from several replicas, never take more than the day has", async () => {
  await using db = await freshDatabase();
  const call = { tokens: 100, usd: 0.01 };

  const taken = await Promise.all(
    Array.from({ length: 40 }, () => reserveModel(db.pool, at, call, { tokens: 1_000, usd: null })),
  );

  expect(taken.filter((one) => one === null)).toHaveLength(10);
  const { rows } = await db.pool.query("select tokens::int, calls, refused from nightshift.model_days");
  expect(rows).toEqual([{ tokens: 1_000, calls: 10, refused: 30 }]);
});

test("control: looking first and writing afterwards does overshoot", async () => {
  await using db = await freshDatabase();
  await reserveModel(db.pool, at, { tokens: 0, usd: 0 }, none);
  const look = () => db.pool.query("select tokens::int from nightshift.model_days");
  const looks = await Promise.all(Array.from({ length: 8 }, look));

  for (const { rows } of looks)
    if (rows[0].tokens + 1_000 <= 1_000) await db.pool.query("update nightshift.model_days set tokens = tokens + 1000");

  const { rows } = await db.pool.query("select tokens::int from nightshift.model_days");
  expect(rows[0].tokens).toBeGreaterThan(1_000);
});

test("money counts like tokens, each day by itself, and what was held back too much comes back", async () => {
  await using db = await freshDatabase();
  const limit = { tokens: null, usd: 1 };
  const most = { tokens: 5_000, usd: 0.9 };

  expect(await reserveModel(db.pool, at, most, limit)).toBeNull();
  expect(await reserveModel(db.pool, at, most, limit)).toEqual({ tokens: 5_000, usd: 0.9 });
  await settleModel(db.pool, at, most, { tokens: 1_000, usd: 0.05 });
  expect(await reserveModel(db.pool, at, most, limit)).toBeNull();
  expect(await reserveModel(db.pool, new Date("2026-11-28T00:00:01Z"), most, limit)).toBeNull();
});

const asked = async (limit: DayLimit, reply: () => Promise<ModelReply>) => {
  const db = await freshDatabase();
  let calls = 0;
  const model = {
    name: "openai:m",
    reply: () => {
      calls += 1;
      return reply();
    },
  };
  const ask = () =>
    withinDay(model, purseOf(db.pool, stillClock(at), limit), () => ({ input: 1, output: 10 }))
      .reply(request)
      .then(
        ({ finish }) => finish as string,
        (error) => (error as PortError).reason,
      );
  const day = async () => (await db.pool.query("select tokens::int, usd, refused from nightshift.model_days")).rows[0];
  return { db, ask, day, calls: () => calls };
};

test("a model is not asked once the day has no room; what it cost is counted, not what it might have", async () => {
  const { ask, day, calls } = await asked({ tokens: 5_500, usd: null }, async () => replies);

  expect([await ask(), await ask(), await ask()]).toEqual(["stop", "stop", "over-budget"]);
  expect(calls()).toBe(2);
  expect(await day()).toEqual({ tokens: 2_000, usd: expect.closeTo(0.04), refused: 1 });
});

test.each([
  ["rate-limited", 0],
  ["timeout", 4_002],
] as const)("a call that failed (%s) leaves %i tokens spent", async (reason, tokens) => {
  const { ask, day } = await asked({ tokens: 10_000, usd: null }, async () => {
    throw new PortError("model", reason, "no");
  });

  expect(await ask()).toBe(reason);
  expect((await day()).tokens).toBe(tokens);
});

test("a scrape shows what today cost", async () => {
  await using db = await freshDatabase();
  const registry = metricsOf({ ...gaugesOf(db.pool), newerMigrations: async () => 0 });
  expect(await registry.metrics()).toContain('nightshift_model_day{what="tokens"} 0');

  await reserveModel(db.pool, new Date(), { tokens: 70, usd: 0.5 }, none);
  await reserveModel(db.pool, new Date(), { tokens: 70, usd: 0.5 }, { tokens: 100, usd: null });

  const text = await registry.metrics();
  expect(text).toContain('nightshift_model_day{what="tokens"} 70');
  expect(text).toContain('nightshift_model_day{what="usd"} 0.5');
  expect(text).toContain('nightshift_model_day{what="refused"} 1');
});
