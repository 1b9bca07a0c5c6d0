import { expect, test } from "vitest";
import { type Evidence, evidenceId } from "../../src/incident/evidence.ts";
import type { Question } from "../../src/incident/question.ts";
import { weighed } from "../../src/nodes/diagnose-claims.ts";
import { sectionOf } from "../../src/nodes/diagnose-section.ts";

const evidenceOf = (question: Question, answer: Evidence["answer"]): Evidence => ({
  id: evidenceId(question, answer),
  question,
  command: "",
  askedAt: "2026-11-27T03:00:00Z",
  ms: 1,
  bytes: 1,
  answer,
});
const none: Evidence["answer"] = { kind: "no-data" };
const text = (said: string): Evidence["answer"] => ({ kind: "found", body: { kind: "text", text: said } });
const metric = (query: string): Question => ({ ask: "metric", query, minutes: 0 });
const get = (name: string): Question => ({ ask: "get", kind: "ConfigMap", namespace: "shop", name });

const log = evidenceOf(
  { ask: "logs", namespace: "shop", pod: "web-1", container: "app", previous: false, lines: 200 },
  {
    kind: "found",
    body: {
      kind: "log",
      namespace: "shop",
      pod: "web-1",
      container: "app",
      previous: false,
      text: "cannot read web-config",
      truncated: false,
    },
  },
);
const series = evidenceOf(metric('up{x="the disk is full"}'), {
  kind: "found",
  body: { kind: "series", query: 'up{x="the disk is full"}', series: [{ labels: { pod: "web-1" }, points: [[0, 1]] }] },
});
const shelf = evidenceOf({ ask: "runbooks", words: "the disk is full" }, text("disk: a full disk (Look): by words"));
const empty = evidenceOf({ ask: "runbooks", words: "the disk is full" }, none);
const server = evidenceOf(
  { ask: "source", tool: "mcp_x", args: '{"q":"the disk is full"}' },
  text("node-1 has no room"),
);
const missing = evidenceOf(get("web-config"), none);
const invented = evidenceOf(get("disk-is-full"), none);

const evidence = [log, series, shelf, empty, server, missing, invented];
const sections = new Map(evidence.map((one) => [one.id, sectionOf(one, () => true)]));
const hold = (...quotes: [Evidence, string][]) =>
  weighed(
    { evidence, sections },
    quotes.map(([{ id }, quote]) => ({ text: "That is why.", evidence: id, quote })),
  );

test.each<[string, Evidence, string]>([
  ["a metric query", series, "the disk is full"],
  ["words for runbooks", shelf, "the disk is full"],
  ["words that found no runbook", empty, "the disk is full"],
  ["arguments for another server", server, "the disk is full"],
  ["a name that only the question holds", invented, "ConfigMap/disk-is-full: none"],
])("a claim cannot rest on its own question: %s", (_what, one, quote) => {
  expect(hold([one, quote])).toMatchObject({ holds: false, struck: [{ why: expect.stringMatching(/does not say/) }] });
});

test.each<[string, Evidence, string]>([
  ["what a series says", series, "web-1: 1"],
  ["what a log says", log, "cannot read web-config"],
  ["that there is none of what a log names", missing, "get ConfigMap/web-config: none"],
])("control: %s carries a claim", (_what, one, quote) => {
  expect(hold([one, quote])).toMatchObject({ holds: true, struck: [] });
});

test("what a runbook or another server tells is no cause by itself", () => {
  expect(hold([shelf, "a full disk"])).toMatchObject({
    holds: false,
    struck: [{ why: expect.stringMatching(/runbooks/) }],
  });
  expect(hold([server, "has no room"])).toMatchObject({
    holds: false,
    struck: [{ why: expect.stringMatching(/no claim/) }],
  });
  expect(hold([shelf, "a full disk"], [log, "cannot read"]).holds).toBe(false);
  // The control: beside what is seen in the cluster another server counts.
  expect(hold([server, "has no room"], [log, "cannot read"])).toMatchObject({ holds: true, struck: [] });
});
