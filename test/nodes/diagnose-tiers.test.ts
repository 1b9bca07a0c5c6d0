import { afterAll, beforeAll, expect, test } from "vitest";
import { noCost } from "../../src/incident/cost.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import { charged, tierNow } from "../../src/nodes/diagnose-tiers.ts";
import type { Model } from "../../src/ports/model.ts";
import { withinDay } from "../../src/ports/within-day.ts";
import { callsTools, fails, type Heard, says, type Turn } from "../support/fake-openai.ts";
import { idIn, openInvestigation } from "../support/investigation.ts";

const object = { kind: "Deployment", namespace: "payments", name: "payments-api" };
const pod = "payments-api-7c678bcd54-l8fgm";
const log = `logs ${pod}/payments-api\\n`;
const said = { text: "payments-api needs DATABASE_URL, which is not set.", quote: "KeyError: 'DATABASE_URL'" };
const invented = { text: "It is the disk.", evidence: "e0123456789", quote: "disk full" };
const concludes =
  (changes: object = {}) =>
  (heard: Heard) =>
    callsTools([
      "conclude",
      {
        outcome: "cause",
        class: "env-var-missing-or-wrong",
        object,
        claims: [{ ...said, evidence: idIn(heard, log) }],
        confidence: 0.9,
        disproof: "The variable is set in the container.",
        missing: [],
        ...changes,
      },
    ]);
const concludesBeside =
  (claim: object): Turn =>
  (heard: Heard) =>
    concludes({ claims: [{ ...said, evidence: idIn(heard, log) }, claim] })(heard);
const nothing = { class: null, object: null, confidence: null, disproof: null, claims: [] };
const givesUp = callsTools(["conclude", { outcome: "unknown", ...nothing, missing: ["the last deploy"] }]);
const asks = (name: string) => callsTools(["events", { kind: "Pod", namespace: null, name }]);

let stage: Awaited<ReturnType<typeof openInvestigation>>;
beforeAll(async () => {
  stage = await openInvestigation();
});
afterAll(() => stage.close());

test("a grounded cause of the cheap model stands, and the strong one is never asked", async () => {
  const { incident, diagnosis, heard, cheap } = await stage.play([concludes()], { triage: [concludes()] });

  expect(diagnosis).toMatchObject({ kind: "cause", class: "env-var-missing-or-wrong", by: "model" });
  expect([cheap.length, heard.length]).toEqual([1, 0]);
  expect(incident.cost.tiers).toMatchObject([
    { tier: "triage", model: "openai:nano", why: "a cheap model is asked first", calls: 1, inputTokens: 100 },
  ]);
  expect(incident.cost.tiers?.[0]).toMatchObject({ cachedTokens: 64, outputTokens: 20 });
  expect(incident.cost.tiers?.[0]?.usd).toBeCloseTo(0.000268, 9);
});

test.each<[string, Turn, RegExp]>([
  ["finds no cause", givesUp, /^it found no cause$/],
  ["is not sure", concludes({ confidence: 0.3 }), /not sure of env-var-missing-or-wrong \(0\.3\)/],
  ["cites what does not exist", concludes({ claims: [invented] }), /no evidence/],
  ["quotes what nothing says", concludes({ claims: [{ ...invented, text: 'It says "disk full".' }] }), /no evidence/],
  ["makes one claim without ground", concludesBeside(invented), /1 of its claims are not grounded: there is no ev/],
  ["talks", says({ content: "Let me think." }, "stop"), /prose/],
  ["refuses", says({ refusal: "no" }, "stop"), /refused/],
  ["is down", fails(500, "oops"), /could not be asked/],
  ["asks what cannot be asked", callsTools(["delete", { name: "x" }]), /can be asked|no tool that exists/],
])("a cheap model that %s hands up, with the reason", async (_what, turn, why) => {
  const { incident, diagnosis, heard, cheap } = await stage.play([concludes()], { triage: [turn], deadlineMs: 60_000 });

  expect(diagnosis).toMatchObject({ kind: "cause", by: "model" });
  expect(heard).toHaveLength(1);
  expect(cheap.length).toBeGreaterThan(0);
  expect(incident.cost.tiers).toMatchObject([
    { tier: "triage", model: "openai:nano", calls: 1 },
    { tier: "strong", model: "openai:gpt-5-mini", why: expect.stringMatching(why), calls: 1, usd: null },
  ]);
  expect(incident.cost.calls).toBe(2);
});

test("a cheap model that always has another question hands up with what it asked last", async () => {
  const triage = [asks(pod), asks("payments-api"), asks("payments-db")];

  const { incident, diagnosis, cheap } = await stage.play([concludes()], { triage });

  expect(cheap).toHaveLength(3);
  expect(diagnosis).toMatchObject({ kind: "cause" });
  expect(incident.cost.tiers?.[1]?.why).toBe("after 3 calls it still asked for more");
});

test("both useless: it ends unknown, within the budget", async () => {
  const budget = { ...defaultBudget, calls: 4 };

  const { incident, diagnosis } = await stage.play([says({ content: "Hm." }, "stop")], { triage: [givesUp], budget });

  expect(diagnosis).toMatchObject({ kind: "unknown", missing: [expect.stringContaining("prose")] });
  expect(incident.cost.calls).toBeLessThanOrEqual(4);
});

test("the last call of the budget goes to the strong model", async () => {
  const { heard, cheap, incident } = await stage.play([concludes()], {
    triage: [concludes()],
    budget: { ...defaultBudget, calls: 1 },
  });

  expect([cheap.length, heard.length]).toEqual([0, 1]);
  expect(incident.cost.tiers).toMatchObject([{ tier: "strong", why: "the budget had one more call" }]);
});

test("a day's budget that has no room for the cheap model ends it: nothing was asked, and the strong one is not", async () => {
  const why = "the day's budget of 5 tokens has no room for one more call";
  const spent = (model: Model) => withinDay(model, { reserve: async () => ({ why }) }, () => null);

  const { incident, diagnosis, heard, cheap } = await stage.play([concludes()], { triage: [concludes()], wrap: spent });

  expect([cheap.length, heard.length]).toEqual([0, 0]);
  expect(incident.cost).toEqual(noCost);
  expect(diagnosis).toMatchObject({ kind: "unknown", missing: [expect.stringContaining(why)] });
});

test("a port from an older tape, which knows no cheap model, has none and keeps no account of tiers", () => {
  const never = () => undefined;
  const old = new Proxy({ name: "openai:m" }, { get: (own, key) => Reflect.get(own, key) ?? never }) as Model;

  expect(tierNow(noCost, old, false)).toBe("strong");
  expect(charged(noCost, old, "strong", { ...noCost, calls: 1 })).toEqual({ ...noCost, calls: 1 });
});
