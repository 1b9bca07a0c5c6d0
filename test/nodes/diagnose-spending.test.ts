import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cost, noCost } from "../../src/incident/cost.ts";
import { costPart } from "../../src/incident/write-up-cost.ts";
import { type Budget, defaultBudget } from "../../src/nodes/budget.ts";
import { turnNow } from "../../src/nodes/diagnose-spending.ts";
import { charged, handedUp } from "../../src/nodes/diagnose-tiers.ts";
import type { Model, ModelRequest } from "../../src/ports/model.ts";
import { mostUsd } from "../../src/ports/model-most.ts";
import { withinDay } from "../../src/ports/within-day.ts";
import { callsTools, fails } from "../support/fake-openai.ts";
import { openInvestigation } from "../support/investigation.ts";

const request: ModelRequest = { system: "s".repeat(900), user: "u".repeat(2_094), tools: [], force: null };
const never = async (): Promise<never> => {
  throw new Error("not asked here");
};
const strong: Model = { name: "x:strong", reply: never };
const both: Model = { ...strong, triage: "x:cheap" };
// 2 996 bytes are at most 999 tokens, and a reply has at most 4 000: a strong call is at most $0.05, a cheap one $0.005.
const prices = { strong: { input: 10, output: 10 }, triage: { input: 1, output: 1 } };
const dear = mostUsd(request, prices.strong) ?? 0;
const cheap = mostUsd(request, prices.triage) ?? 0;
const budgetOf = (usd: number): Budget => ({
  ...defaultBudget,
  calls: 1_000,
  rounds: 1_000,
  inputTokens: 1e9,
  usd,
  prices,
});
const turn = (model: Model, usd: number, cost: Cost = noCost) =>
  turnNow({ cost, rounds: 1 }, request, model, budgetOf(usd));

test("a call is at most what its size and the dearest prices come to", () => {
  expect(dear).toBeCloseTo(0.05, 3);
  expect(mostUsd(request, null)).toBeNull();
});

test.each<[string, Model, number, object]>([
  ["room for two strong ones", strong, 2 * dear, { kind: "ask", tier: "strong", last: false }],
  ["room for one strong one: it has to conclude", strong, 2 * dear - 1e-6, { kind: "ask", tier: "strong", last: true }],
  ["room for none", strong, dear - 1e-6, { kind: "spent", why: expect.stringMatching(/one more call may cost 0\.05/) }],
  ["room for both", both, dear + cheap, { kind: "ask", tier: "triage", last: false }],
  ["room for one of them: the strong one", both, dear, { kind: "ask", tier: "strong", last: true }],
  ["room for the cheap one only", both, cheap, { kind: "ask", tier: "triage", last: true }],
  ["room for neither", both, cheap - 1e-6, { kind: "spent" }],
])("%s", (_what, model, usd, expected) => {
  expect(turn(model, usd)).toMatchObject(expected);
});

test("what was handed up is not given back to the cheap model", () => {
  expect(turn(both, dear - 1e-6, handedUp(noCost, both, "it was not sure"))).toMatchObject({ kind: "spent" });
});

test("where no price is known there are tokens only", () => {
  const unpriced = { ...budgetOf(0.000001), prices: { strong: null, triage: null } };
  expect(turnNow({ cost: noCost, rounds: 1 }, request, strong, unpriced)).toMatchObject({ kind: "ask", last: false });
});

const spentBy = (budget: Budget, model: Model): number => {
  let cost: Cost = noCost;
  for (;;) {
    const now = turnNow({ cost, rounds: 1 }, request, model, budget);
    if (now.kind === "spent") return cost.usd ?? Number.NaN;
    const usd = now.tier === "triage" ? cheap : dear;
    cost = charged(cost, model, now.tier, { ...noCost, calls: 1, usd });
  }
};

test("whatever the budget, calls that all cost the most never pass it", () => {
  for (const model of [strong, both]) {
    for (let usd = 0.001; usd < 0.4; usd += 0.0037) expect(spentBy(budgetOf(usd), model)).toBeLessThanOrEqual(usd);
  }
  // The control: without prices the last call passes it.
  const { prices: _, ...blind } = budgetOf(0.12);
  expect(spentBy(blind, strong)).toBeGreaterThan(0.12);
});

let stage: Awaited<ReturnType<typeof openInvestigation>>;
beforeAll(async () => {
  stage = await openInvestigation();
});
afterAll(() => stage.close());

test("a walk without room for one call asks nobody, and keeps no account of a model that was not asked", async () => {
  const givesUp = callsTools(["conclude", { outcome: "unknown", missing: ["x"] }]);
  const budget = { ...defaultBudget, usd: 0.0001, prices };

  const { incident, diagnosis, heard, cheap: asked } = await stage.play([givesUp], { triage: [givesUp], budget });

  expect([heard.length, asked.length]).toEqual([0, 0]);
  expect(incident.cost.tiers ?? []).toEqual([]);
  expect(diagnosis).toMatchObject({ kind: "unknown", missing: [expect.stringMatching(/one more call may cost/)] });
});

test("a strong model that was handed to but not asked is in no account", async () => {
  const givesUp = callsTools(["conclude", { outcome: "unknown", missing: ["x"] }]);
  let left = 1;
  const reserve = async () => (left-- > 0 ? { settle: async () => undefined } : { why: "the day is over" });
  const wrap = (model: Model) => withinDay(model, { reserve }, () => null);

  const { incident, heard } = await stage.play([givesUp], { triage: [givesUp], wrap });

  expect(heard).toHaveLength(0);
  expect(incident.cost.tiers?.map(({ tier, calls }) => [tier, calls])).toEqual([["triage", 1]]);
});

test("a cheap model without a price does not open the purse of the strong one", () => {
  const budget = { ...budgetOf(2 * dear), prices: { strong: prices.strong, triage: null } };
  const asked = charged(noCost, both, "triage", { ...noCost, calls: 1, usd: null });
  const handed = handedUp(asked, both, "it found no cause");
  const spent = charged(handed, both, "strong", { ...noCost, calls: 1, usd: 1.5 * dear });
  const next = (cost: Cost, of = budget) => turnNow({ cost, rounds: 1 }, request, both, of);

  expect(spent.usd).toBeNull();
  expect(next(spent)).toMatchObject({ kind: "spent" });
  expect(next(handed, { ...budget, usd: dear / 2 })).toMatchObject({ kind: "spent" });
  // The control: where there is room it is asked.
  expect(next(handed)).toMatchObject({ kind: "ask", tier: "strong" });
});

test("a call that brought no reply counts at its most, and is said to be estimated; one that was refused costs nothing", async () => {
  const budget = { ...defaultBudget, usd: 2, prices };
  const hung = await stage.play(["hang"], { deadlineMs: 200, budget });
  const refused = await stage.play([fails(401, "who are you")], { budget });

  expect(hung.incident.cost).toMatchObject({ calls: 2, estimated: 2 });
  expect(hung.incident.cost.inputTokens).toBeGreaterThan(2 * 2_000);
  expect(hung.incident.cost.usd).toBeGreaterThan(0.05);
  expect(costPart({ incident: hung.incident } as never)).toMatch(
    /2 model calls \(2 without a reply: at most, estimated\)/,
  );
  const endless = await stage.play([{ status: 200, body: "x".repeat(5 * 2 ** 20) }], { budget });
  expect(endless.incident.cost).toMatchObject({ calls: 1, estimated: 1 });
  expect(refused.incident.cost).toMatchObject({ calls: 1, inputTokens: 0, usd: 0 });
  expect(refused.incident.cost.estimated).toBeUndefined();
});
