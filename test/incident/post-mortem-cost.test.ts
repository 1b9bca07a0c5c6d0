import { expect, test } from "vitest";
import type { Incident } from "../../src/incident/incident.ts";
import { postMortem } from "../../src/incident/post-mortem.ts";
import { incidentWith } from "./night.ts";

const told = (change: Partial<Incident>): string => {
  const state = incidentWith(change);
  const { id, subject, severity, openedAt } = state;
  const at = openedAt;
  return postMortem({
    ...{ id, subject, severity, openedAt, state, status: "escalated", closedAt: null, evidence: [], replays: [] },
    journal: [{ seq: 7, at, kind: "step", actor: "diagnose", line: "unknown" }],
    page: "https://nightshift.example/incidents/i",
  });
};
const tokens = { calls: 1, inputTokens: 700, cachedTokens: 300, outputTokens: 50 };

test("a post-mortem tells a line for each model that was asked, and why", () => {
  const cheap = { ...tokens, tier: "triage" as const, model: "openai:gpt-5-nano", why: "a cheap model", usd: 0.01 };
  const strong = { ...cheap, tier: "strong" as const, model: "openai:mine", why: "it found no cause", usd: null };
  const cost = { calls: 2, inputTokens: 1400, cachedTokens: 600, outputTokens: 100, usd: null, seconds: 4 };
  const text = told({ cost: { ...cost, tiers: [cheap, strong] } });

  expect(text).toContain("## Cost\n\n2 model calls, 1500 tokens, at least $0.0100, the strong model too [#7]\n");
  expect(text).toContain(
    "- triage openai:gpt-5-nano: 1 call, 700 in, 300 of them cached, 50 out, $0.0100; why: a cheap",
  );
  expect(text).toContain("price not known; why: it found no cause [#7]");
});

test("control: with one model, or none, there is no such line", () => {
  expect(told({ cost: { ...tokens, usd: null, seconds: 4 } })).toContain(
    "1 model call, 750 tokens, price not known (700 in, 300 of them cached, 50 out) [#7]",
  );
  expect(told({})).toContain("zero tokens: rules only [#7]");
});
