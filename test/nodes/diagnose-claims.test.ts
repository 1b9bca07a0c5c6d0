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

test.each(["exit 13", "of web-7"])("a quote that ends within a number or name is told so: %s", (quote) => {
  const cut = evidenceOf(get("web"), text("exit 137 of web-7c9 again"));
  const claims = [{ text: "That is why.", evidence: cut.id, quote }];
  const whole = claims.map((claim) => ({ ...claim, quote: "exit 137 of web-7c9" }));
  const shown = { evidence: [cut], sections: new Map([[cut.id, sectionOf(cut, () => true)]]) };

  expect(weighed(shown, claims).struck).toMatchObject([
    { why: expect.stringMatching(/is cut within a number or name/) },
  ]);
  expect(weighed(shown, whole).struck).toEqual([]);
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

const numbers = evidenceOf(
  { ask: "logs", namespace: "shop", pod: "web-1", container: "app", previous: false, lines: 200 },
  text(
    "exit code 137 after 18080 ms; limit 128Mi; restarts 13; used 1000000 of 2,000,000; 0.5% of 3,200 requests; codes [1,404]; ratio 99.9%; revision v12",
  ),
);
const claim = (said: string, quote: string, one: Evidence = numbers) =>
  weighed({ evidence: [one], sections: new Map() }, [{ text: said, evidence: one.id, quote }]).holds;

test.each([
  ["It ended.", "exit code 13"],
  ["It ended.", "8080 ms"],
  ["Its limit is too low.", "28Mi"],
  ["Its limit is too low.", "limit 128"],
  ["Port 8080 is taken.", "exit code 137"],
  ["It ended with 37.", "exit code 137"],
  ["It used 9% of it.", "9%"],
  ["It used 3,000,000 of it.", "limit 128Mi"],
  ["It restarted 14 times.", "restarts 13"],
  ["It failed 200 requests.", "3,200 requests"],
  ["It failed 1404 times.", "codes [1,404]"],
])("a number cut short is not said: %s (%s)", (said, quote) => {
  expect(claim(said, quote)).toBe(false);
});

test.each([
  ["It ended with code 137.", "exit code 137"],
  ["Its limit is 128 MiB.", "limit 128Mi"],
  ["It used 1,000,000 of 2,000,000.", "used 1000000"],
  ["It restarted 13 times since revision 12.", "restarts 13"],
  ["It is at 99.9% of it.", "ratio 99.9%"],
  ["It took 18080 ms.", "after 18080 ms"],
  ["Of 3200 requests some fail.", "3,200 requests"],
  ["Of 3,200 requests some fail.", "3,200 requests"],
])("control: a whole number is said: %s (%s)", (said, quote) => {
  expect(claim(said, quote)).toBe(true);
});

const alerts = evidenceOf(metric('ALERTS{namespace="shop",alertstate="firing"}'), {
  kind: "found",
  body: {
    kind: "series",
    query: "",
    series: [{ labels: { __name__: "ALERTS", alertname: "DatabaseDown", note: "primary is lost" }, points: [[0, 1]] }],
  },
});

test("an alert's own words are no cause", () => {
  expect(claim("The primary is lost.", "primary is lost", alerts)).toBe(false);
  const both = weighed({ evidence: [alerts, log], sections }, [
    { text: "The primary is lost.", evidence: alerts.id, quote: "primary is lost" },
    { text: "It cannot read.", evidence: log.id, quote: "cannot read" },
  ]);
  expect(both).toMatchObject({ holds: false, struck: [{ why: expect.stringMatching(/tells of alerts/) }] });
  expect(both.kept).toHaveLength(1);
});

test("of noise an alert tells: the prompt has it asked, and the first claim may quote it", () => {
  const of = (one: Evidence, quote: string) =>
    weighed({ evidence: [alerts, shelf], sections }, [{ text: "It fired.", evidence: one.id, quote }], "noise");

  expect(of(alerts, "primary is lost")).toMatchObject({ holds: true, struck: [] });
  // The control: a runbook is no evidence of it.
  expect(of(shelf, "a full disk").holds).toBe(false);
});

test("what an object is called shows nothing of it", () => {
  const slow = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "slow", namespace: "shop", uid: "u" } };
  const object = evidenceOf(
    { ask: "get", kind: "Deployment", namespace: "shop", name: "slow" },
    {
      kind: "found",
      body: { kind: "objects", objects: [{ ...slow, spec: { replicas: 12 } } as never], truncated: false },
    },
  );
  const of = (quote: string) => claim("The primary is lost.", quote, object);

  expect(["slow", "Deployment/slow", "apiVersion", '"kind":"Deployment"', '"name":"slow"'].map(of)).not.toContain(true);
  // The control: what it says.
  expect(of('"replicas":12')).toBe(true);
});

const listed = evidenceOf(
  get("lists"),
  text(
    "retry on 500,502,503 is off; ports=80,443; 1,500 of 500,000 calls; used 512 MB; waited 30 s, 45 ms; limit 128Mi",
  ),
);
const tellsNumber = (said: string) =>
  weighed({ evidence: [listed], sections: new Map([[listed.id, sectionOf(listed, () => true)]]) }, [
    { text: said, evidence: listed.id, quote: "retry on" },
  ]);

test.each([
  "Retry on 502 is off.",
  "Retry on 500,502 is off.",
  "Port 443 is open.",
  "Ports 80,443 are open.",
  "There were 1500 of 500000 calls.",
  "There were 1,500 of 500,000 calls.",
  "It used 512MB.",
  "It used 512 MB.",
  "It waited 30s.",
  "It waited 45ms.",
  "The limit is 128MiB.",
  "The limit is 128 MiB.",
])("a number may be one of a list, and stand close to its unit or not: %s", (said) => {
  expect(tellsNumber(said)).toMatchObject({ holds: true, struck: [] });
});

test.each([
  "Retry on 504 is off.",
  "There were 500 of them: 501.",
  "It used 12MB.",
  "It waited 45m.",
  "It used 512KB.",
])("control: %s", (said) => {
  expect(tellsNumber(said)).toMatchObject({ holds: false });
});

test("neither thousands nor a part of them are items", () => {
  const calls = evidenceOf(get("calls"), text("there were 1,500 of 700,000 calls"));
  const shown = { evidence: [calls], sections: new Map([[calls.id, sectionOf(calls, () => true)]]) };
  const held = ["500 calls.", "700 calls."].map(
    (said) => weighed(shown, [{ text: said, evidence: calls.id, quote: "there were" }]).holds,
  );
  expect(held).toEqual([false, false]);
});
