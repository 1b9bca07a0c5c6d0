import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cause } from "../../src/incident/diagnosis.ts";
import { Diagnosis } from "../../src/incident/diagnosis.ts";
import { writeUp } from "../../src/incident/write-up.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import { promptVersion } from "../../src/nodes/diagnose.prompt.ts";
import { callsTool, callsTools, fails, type Heard, says, type Turn } from "../support/fake-openai.ts";
import { idIn, openInvestigation, promptOf } from "../support/investigation.ts";

const object = { kind: "Deployment", namespace: "payments", name: "payments-api" };
const pod = "payments-api-7c678bcd54-l8fgm";
const log = `logs ${pod}/payments-api(?:\\n|:| \\(folded)`;

const claim = (heard: Heard, changes: object = {}) => ({
  text: "payments-api needs DATABASE_URL, which is not set.",
  evidence: idIn(heard, log),
  quote: "KeyError: 'DATABASE_URL'",
  ...changes,
});
const conclusion = (heard: Heard, changes: object = {}) => ({
  outcome: "cause",
  class: "env-var-missing-or-wrong",
  object,
  claims: [claim(heard)],
  confidence: 0.95,
  disproof: "The variable is set in the container.",
  missing: [],
  ...changes,
});
const concludes =
  (changes: object | ((heard: Heard) => object) = {}): Turn =>
  (heard) =>
    callsTools(["conclude", conclusion(heard, typeof changes === "function" ? changes(heard) : changes)]);
const unknown = { outcome: "unknown", class: null, object: null, confidence: null, disproof: null };
const givesUp = callsTools(["conclude", { ...unknown, claims: [], missing: ["what the last deploy changed"] }]);

let stage: Awaited<ReturnType<typeof openInvestigation>>;
beforeAll(async () => {
  stage = await openInvestigation();
});
afterAll(() => stage.close());

describe("a good investigator", () => {
  test("asks twice, concludes, and its cause stands on what it quotes", async () => {
    const { incident, diagnosis, heard } = await stage.play([
      callsTools(["describe", { kind: "Pod", namespace: null, name: pod }]),
      callsTools(["logs", { pod, namespace: null, container: null, previous: true, lines: null }]),
      concludes(),
    ]);

    expect(Diagnosis.parse(diagnosis)).toMatchObject({
      kind: "cause",
      class: "env-var-missing-or-wrong",
      object,
      by: "model",
      prompt: promptVersion,
      confidence: 0.8,
    });
    expect(heard).toHaveLength(3);
    expect(promptOf(heard[1])).toMatch(new RegExp(`\\] get Pod/${pod}\\n`));
    expect(promptOf(heard[1])).toMatch(new RegExp(`\\] events Pod/${pod}\\n`));
    expect(incident).toMatchObject({ rounds: 3, cost: { calls: 3, inputTokens: 300, usd: null }, modelNotes: [] });
    expect((diagnosis as Cause).evidence).toEqual([idIn(heard[2] as Heard, log)]);
  });

  test("reads at most 4 000 tokens for a crash loop", async () => {
    const { heard } = await stage.play([concludes()]);

    expect(JSON.stringify(heard[0]?.messages).length + JSON.stringify(heard[0]?.tools).length).toBeLessThan(4 * 4_000);
  });

  test("reads the same words first in each round, so that a provider can keep them", async () => {
    const { heard } = await stage.play([
      callsTools(["events", { kind: "Pod", namespace: null, name: pod }]),
      concludes(),
    ]);

    expect(heard[1]?.messages[0]).toEqual(heard[0]?.messages[0]);
    expect(heard[1]?.tools).toEqual(heard[0]?.tools);
  });

  test("may say that it does not know, and what is missing", async () => {
    const { diagnosis, heard } = await stage.play([givesUp]);

    expect(heard).toHaveLength(1);
    expect(diagnosis).toMatchObject({ kind: "unknown" });
    expect(JSON.stringify(diagnosis)).toContain("what the last deploy changed");
  });

  test("is corrected once, and may then be right", async () => {
    const wrong = concludes((heard) => ({ claims: [claim(heard, { evidence: "e0123456789" })] }));

    const { diagnosis, heard } = await stage.play([wrong, concludes()]);

    expect(promptOf(heard[1])).toContain("conclude was refused: there is no evidence e0123456789");
    expect(diagnosis).toMatchObject({ kind: "cause" });
  });
});

test("claims that hold are told, though their class is none of the list", async () => {
  const other = (changes: object = {}) =>
    concludes((heard) => ({ class: "quota-used-up", claims: [claim(heard, changes)] }));
  const { diagnosis, incident } = await stage.play([other(), other()]);
  const cause = { kind: "unknown", missing: expect.arrayContaining([expect.stringContaining("payments-api needs")]) };

  expect(diagnosis).toMatchObject(cause);
  const { subject, openedAt } = incident;
  const text = writeUp({
    ...{ incident: { ...incident, diagnosis }, status: "escalated", evidence: [], notes: [] },
    links: { page: `https://nightshift.example/${subject.name}/${openedAt}` },
  });
  expect(text.replace(/\s+/g, " ")).toContain("payments-api needs DATABASE_URL, which is not set");
  // The control: what does not hold is not told.
  const struck = await stage.play([other({ quote: "all is lost" }), other({ quote: "all is lost" })]);
  expect(struck.diagnosis).not.toMatchObject(cause);
  expect(struck.diagnosis).toMatchObject({
    kind: "unknown",
    struck: [{ why: expect.stringContaining("does not say") }],
  });
});

test("what rules are certain of costs no call and is not lowered", async () => {
  const certain: Cause = {
    kind: "cause",
    class: "app-crash",
    statement: "It crashes.",
    object,
    evidence: ["e1"],
    confidence: 0.9,
    by: "rules",
    scope: "isolated",
    disproof: "It runs.",
    related: [],
    alsoSeen: [],
    changes: [],
  };

  const { diagnosis, heard } = await stage.play([concludes()], {
    rules: () => ({ certain, candidates: [], wants: [] }),
  });

  expect(diagnosis).toEqual(certain);
  expect(heard).toEqual([]);
});

describe("a conclusion that the evidence does not carry is unknown:", () => {
  test.each<[string, object | ((heard: Heard) => object), RegExp]>([
    [
      "ids that do not exist",
      (heard) => ({ claims: [claim(heard, { evidence: "e0123456789" })] }),
      /there is no evidence e0123/,
    ],
    [
      "a quote that does not occur",
      (heard) => ({ claims: [claim(heard, { quote: "connection refused" })] }),
      /does not say "connection refused"/,
    ],
    ["no claim at all", { claims: [] }, /makes a claim/],
    ["an empty quote", (heard) => ({ claims: [claim(heard, { quote: " " })] }), /quote of e\w+ is empty/],
    [
      "quoted words that its evidence does not hold",
      (heard) => ({ claims: [claim(heard, { text: 'It says "disk full".' })] }),
      /does not say "disk full"/,
    ],
    [
      "a number that its evidence does not hold",
      (heard) => ({ claims: [claim(heard, { text: "It needs 512Mi more." })] }),
      /does not say "512Mi"/,
    ],
    [
      "a first claim without ground, whatever stands below it",
      (heard) => ({ claims: [claim(heard, { quote: "connection refused" }), claim(heard)] }),
      /does not say "connection refused"/,
    ],
    ["an object that does not occur", { object: { ...object, name: "billing" } }, /billing occurs in no evidence/],
    ["a class that is not in the catalogue", { class: "gremlins" }, /class/],
    ["that nothing is broken", { class: "control-healthy" }, /class/],
    ["a field that does not exist", { verb: "delete-namespace" }, /verb/],
  ])("%s", async (_what, changes, why) => {
    const { diagnosis, heard } = await stage.play([concludes(changes)]);

    expect(heard).toHaveLength(2);
    expect(diagnosis).toMatchObject({
      kind: "unknown",
      prompt: promptVersion,
      missing: expect.arrayContaining([expect.stringMatching(why)]),
    });
  });
});

describe("each claim stands or falls by itself:", () => {
  const invented = { text: 'The node reports "disk full" since 14:00.', evidence: "e0123456789", quote: "disk full" };

  test("what its evidence does not hold is struck, counted and never told; the others stand", async () => {
    const { diagnosis } = await stage.play([
      concludes((heard) => ({ claims: [claim(heard), invented, claim(heard, { text: "It exits with 4711." })] })),
    ]);

    expect(Diagnosis.parse(diagnosis)).toMatchObject({
      kind: "cause",
      statement: "payments-api needs DATABASE_URL, which is not set (“KeyError: 'DATABASE_URL'”).",
      struck: [
        { text: invented.text, why: "there is no evidence e0123456789" },
        { text: "It exits with 4711.", why: expect.stringContaining('does not say "4711"') },
      ],
    });
    expect((diagnosis as Cause).confidence).toBeCloseTo(0.8 / 3);
  });

  test("control: grounded, the same claim is told and costs no confidence", async () => {
    const second = (heard: Heard) => claim(heard, { text: "The program ends with a `KeyError`." });

    const { diagnosis } = await stage.play([concludes((heard) => ({ claims: [claim(heard), second(heard)] }))]);

    expect(diagnosis).toMatchObject({ statement: expect.stringContaining("KeyError"), confidence: 0.8 });
    expect(diagnosis).not.toHaveProperty("struck");
  });

  test("an ungrounded cause keeps what was struck, for whoever judges the model", async () => {
    const { diagnosis } = await stage.play([concludes({ claims: [invented] })]);

    expect(diagnosis).toMatchObject({ kind: "unknown", prompt: promptVersion, struck: [{ text: invented.text }] });
  });
});

test("what may be null or empty may be left out", async () => {
  const { object: _, ...rest } = unknown;
  const { diagnosis, heard } = await stage.play([
    callsTools(["logs", { pod, previous: true }]),
    callsTools(["conclude", { outcome: rest.outcome, missing: ["what the last deploy changed"] }]),
  ]);

  expect(heard).toHaveLength(2);
  expect(JSON.stringify(diagnosis)).toContain("what the last deploy changed");
});

describe("a useless model ends in unknown that names the reason:", () => {
  const get = (args: object): Turn => callsTools(["get", args]);
  test.each<[string, Turn[], RegExp, number]>([
    ["garbage", [{ status: 200, body: "<html>nope" }], /could not be asked \(failed\)|could not be asked/, 2],
    ["prose", [says({ content: "I think it is DNS." }, "stop")], /answered in prose/, 2],
    ["a refusal", [says({ refusal: "I cannot help with that." }, "stop")], /refused/, 2],
    ["a busy provider", [fails(429, "slow down")], /rate-limited/, 2],
    ["a busy provider that says when", [fails(429, "slow down", { "retry-after": "1" })], /rate-limited/, 2],
    ["a broken provider", [fails(500, "oops")], /could not be asked \(failed\)/, 2],
    ["a wrong key", [fails(401, "bad key")], /unauthorized/, 1],
    ["truncated JSON", [callsTool("conclude", '{"outcome":"cau', "length")], /cut off/, 2],
    ["an unknown tool", [callsTool("kubectl_delete", '{"name":"payments"}')], /there is no such tool/, 2],
    [
      "a foreign namespace",
      [get({ kind: "Pod", namespace: "kube-system", name: "etcd" })],
      /kube-system is not part/,
      2,
    ],
    ["a Secret", [get({ kind: "Secret", namespace: null, name: "db" })], /kind Secret cannot be read/, 2],
    ["always the same question", [get({ ...object })], /asked before/, 3],
  ])(
    "%s",
    async (_what, turns, why, calls) => {
      const { incident, diagnosis } = await stage.play(turns, { deadlineMs: 20_000 });

      expect(Diagnosis.parse(diagnosis)).toMatchObject({ kind: "unknown", missing: [expect.stringMatching(why)] });
      expect(incident.cost.calls).toBe(calls);
    },
    30_000,
  );

  test("a hang", async () => {
    const { incident, diagnosis } = await stage.play(["hang"], { deadlineMs: 200 });

    expect(diagnosis).toMatchObject({ kind: "unknown", missing: [expect.stringMatching(/timeout/)] });
    expect(incident.cost.calls).toBe(2);
  });

  test("another question each round, until it has to conclude and does not", async () => {
    let asked = 0;
    const another: Turn = () => {
      asked += 1;
      return callsTools(["get", { kind: "Pod", namespace: null, name: `pod-${asked}` }]);
    };

    const { incident, diagnosis, heard } = await stage.play([another]);

    expect(diagnosis).toMatchObject({ kind: "unknown", missing: [expect.stringMatching(/had to conclude/)] });
    expect(incident.rounds).toBe(10);
    expect(heard).toHaveLength(10);
    expect(heard.at(-1)?.tool_choice).toMatchObject({ function: { name: "conclude" } });
    expect(heard.at(-2)?.tool_choice).toBe("required");
  });

  test.each([
    ["calls", { calls: 0 }, /as often as the budget allows/],
    ["tokens", { inputTokens: 1_000 }, /one more round is too much/],
    ["money", { usd: 0 }, /US dollars/],
    ["time", { seconds: 0 }, /seconds/],
  ])("a budget of no %s is no call", async (_what, limit, why) => {
    const { diagnosis, heard } = await stage.play([concludes()], { budget: { ...defaultBudget, ...limit } });

    expect(heard).toEqual([]);
    expect(diagnosis).toMatchObject({ kind: "unknown", missing: [expect.stringMatching(why)] });
  });

  test("what rules suspect is kept for the person who takes over", async () => {
    const suspect = {
      class: "app-crash",
      object,
      statement: "It may crash.",
      evidence: ["e1"],
      confidence: 0.5,
    } as const;
    const finding = { ...suspect, evidence: ["e1"], disproof: "", related: [], wants: [] };

    const { diagnosis } = await stage.play([fails(401, "bad key")], {
      rules: () => ({ certain: null, candidates: [finding], wants: [] }),
    });

    expect(diagnosis).toMatchObject({ kind: "unknown", candidates: [suspect] });
  });
});

test("what the model asks for is answered at most six questions a round", async () => {
  const many = Array.from({ length: 9 }, (_, at): [string, object] => [
    "get",
    { kind: "Pod", namespace: null, name: `pod-${at}` },
  ]);

  const { incident, heard } = await stage.play([callsTools(...many), givesUp]);

  expect(incident.evidence.length - stage.swept.evidence.length).toBe(6);
  expect(promptOf(heard[1])).toContain("3 questions were too many");
});
