import { expect, test } from "vitest";
import { Policy } from "../../src/incident/policy.ts";
import { isAmong, rule, type Wish } from "../../src/incident/ruling.ts";
import { tooFewApprovers } from "../../src/incident/too-few.ts";

const wish: Wish = {
  cluster: "prod-eu",
  namespace: "payments",
  labels: { tier: "gold" },
  verb: "undo-rollout",
  class: "image-not-found",
  risk: "low",
  pods: 3,
  now: "2026-11-27T16:30:00.000Z",
};
const ask = (policy: object, more: Partial<Wish> = {}) => rule(Policy.parse(policy), { ...wish, ...more });

test("without a word nothing may be changed", () => {
  expect(ask({}).mode).toBe("observe");
});

test.each<[string, object, string]>([
  ["an exact namespace beats a glob", { namespaces: { "pay*": "auto", payments: "approve" } }, "approve"],
  ["a glob beats the file", { mode: "observe", namespaces: { "pay*": "auto" } }, "auto"],
  [
    "a rule beats the namespaces",
    { namespaces: { payments: "auto" }, rules: [{ match: { verb: "undo-*" }, mode: "observe" }] },
    "observe",
  ],
  [
    "the first rule that fits decides",
    { rules: [{ match: { cluster: "prod-*" }, mode: "approve" }, { mode: "auto" }] },
    "approve",
  ],
  ["a rule for another class does not fit", { rules: [{ match: { class: "app-hang" }, mode: "auto" }] }, "observe"],
  ["a rule for a label fits", { rules: [{ match: { labels: { tier: "g*" } }, mode: "auto" }] }, "auto"],
  [
    "a label that is not there fits nothing",
    { rules: [{ match: { labels: { team: "*" } }, mode: "auto" }] },
    "observe",
  ],
  [
    "a label that every object inherits is not there",
    { rules: [{ match: { labels: { constructor: "*" } }, mode: "auto" }] },
    "observe",
  ],
  ["an outer namespace name does not fit", { namespaces: { pay: "auto", "*payments-old": "auto" } }, "observe"],
])("%s", (_, policy, mode) => {
  expect(ask(policy).mode).toBe(mode);
});

test("a namespace called as what every object inherits is under the mode of the file", () => {
  for (const namespace of ["constructor", "valueof", "tostring", "hasOwnProperty"])
    expect(ask({ mode: "observe" }, { namespace }).mode).toBe("observe");
});

test("who may approve and how many: by the first rule that says so, and two where the risk is high", () => {
  const policy = { mode: "approve", rules: [{ match: { namespace: "pay*" }, approvers: ["sre-*"] }] };

  expect(ask(policy)).toMatchObject({ approvers: ["sre-*"], people: 1 });
  expect(ask(policy, { risk: "high" }).people).toBe(2);
  expect(ask({ ...policy, highRiskPeople: 1 }, { risk: "high" }).people).toBe(1);
  expect([isAmong(["sre-*"], "sre-ana"), isAmong(["sre-*"], "ana-sre-"), isAmong(null, "x")]).toEqual([
    true,
    false,
    true,
  ]);
});

test("bounds of pods and of changes an hour", () => {
  const policy = {
    mode: "auto",
    bounds: { pods: 2, actionsPerHour: 4 },
    rules: [{ match: { labels: { tier: "gold" } }, pods: 3 }],
  };

  expect(ask(policy)).toMatchObject({ blocked: null, actionsPerHour: 4 });
  expect(ask(policy, { labels: {} }).blocked).toContain("touches 3 pods, policy allows 2");
});

test.each([
  ["2026-11-27T15:59:59.000Z", false],
  ["2026-11-27T16:00:00.000Z", true],
  ["2026-11-28T05:59:00.000Z", true],
  ["2026-11-28T06:00:00.000Z", false],
  ["2026-11-26T16:30:00.000Z", false],
])("a weekly freeze from Friday 16:00 to 06:00 holds at %s: %s", (now, holds) => {
  const policy = { mode: "auto", freeze: [{ days: ["fri"], from: "16:00", to: "06:00", why: "weekend" }] };

  expect(ask(policy, { now }).blocked !== null).toBe(holds);
});

// Berlin leaves 02:00 to 03:00 out on 29 March 2026, and has it twice on 25 October; New York is on the day before at that hour.
test.each([
  ["Europe/Berlin", "2026-07-03T13:59:00.000Z", false],
  ["Europe/Berlin", "2026-07-03T14:00:00.000Z", true],
  ["Europe/Berlin", "2026-01-02T14:30:00.000Z", false],
  ["Europe/Berlin", "2026-01-02T15:00:00.000Z", true],
  ["Europe/Berlin", "2026-07-04T03:59:00.000Z", true],
  ["Europe/Berlin", "2026-07-04T04:00:00.000Z", false],
  ["America/New_York", "2026-07-04T03:59:00.000Z", true],
  ["America/New_York", "2026-07-03T19:59:00.000Z", false],
])("a weekly freeze from Friday 16:00 to 06:00 on the wall of %s holds at %s: %s", (timeZone, now, holds) => {
  const freeze = [{ days: ["fri"], from: "16:00", to: "06:00", timeZone }];
  const { blocked } = ask({ mode: "auto", freeze }, { now });

  expect(blocked).toBe(holds ? `changes are frozen until 06:00 ${timeZone}` : null);
});

test.each([
  ["2026-03-29T00:29:00.000Z", false],
  ["2026-03-29T01:00:00.000Z", true],
  ["2026-03-29T01:59:00.000Z", true],
  ["2026-03-29T02:00:00.000Z", false],
  ["2026-10-25T00:15:00.000Z", false],
  ["2026-10-25T00:30:00.000Z", true],
  ["2026-10-25T01:30:00.000Z", true],
  ["2026-10-25T02:59:00.000Z", true],
])("on the nights of the change of clocks, a freeze from 02:30 to 04:00 on Sunday holds at %s: %s", (now, holds) => {
  const freeze = [{ days: ["sun"], from: "02:30", to: "04:00", timeZone: "Europe/Berlin" }];

  expect(ask({ mode: "auto", freeze }, { now }).blocked !== null).toBe(holds);
});

test.each([
  [["ana"], {}, ["a change of high risk needs 2 different people, and only ana may approve it"]],
  [["ana", "ana"], {}, ["only ana may approve it"]],
  [["ana", "bo"], {}, []],
  [["ana"], { highRiskPeople: 1 }, []],
  [["ana"], { mode: "observe" }, []],
  [["ana", "bo"], { rules: [{ people: 2, approvers: ["sre-*"] }] }, ["rule 1 needs 2 different people, and nobody"]],
  [["ana", "bo"], { rules: [{ approvers: ["ana"] }] }, ["rule 1: a change of high risk needs 2"]],
])("of approvers %j, what %j asks of more people is said", (names, more, told) => {
  const found = tooFewApprovers(Policy.parse({ mode: "approve", ...more }), names);

  expect(found).toHaveLength(told.length);
  for (const [at, words] of told.entries()) expect(found[at]).toContain(words);
});

test.each([
  ["2026-12-24T00:00:00.000Z", "payments", true],
  ["2026-12-23T23:59:59.000Z", "payments", false],
  ["2026-12-27T00:00:00.000Z", "payments", false],
  ["2026-12-25T00:00:00.000Z", "dev", false],
])("a freeze of some days holds at %s in %s: %s", (now, namespace, holds) => {
  const freeze = [{ from: "2026-12-24T00:00:00Z", to: "2026-12-27T00:00:00Z", match: { namespace: "payments" } }];

  expect(ask({ mode: "auto", freeze }, { now, namespace }).blocked !== null).toBe(holds);
});

test.each([
  { rules: [{ match: { namespaces: "x" } }] },
  { rules: [{ mode: "yolo" }] },
  { rules: [{ match: { class: "no-such-class" } }] },
  { freeze: [{ days: ["someday"], from: "10:00", to: "11:00" }] },
  { freeze: [{ from: "25:00", to: "11:00", days: ["mon"] }] },
  { highRiskPeople: 0 },
])("%j is no policy", (policy) => {
  expect(Policy.safeParse(policy).success).toBe(false);
});
