import { afterAll, beforeAll, expect, test } from "vitest";
import { callsTools, type Heard, type Turn } from "../support/fake-openai.ts";
import { idIn, openInvestigation, promptOf } from "../support/investigation.ts";

const pod = "payments-api-7c678bcd54-l8fgm";
const telling = "KeyError: 'DATABASE_URL'";
const events = callsTools(["events", { kind: "Pod", namespace: null, name: pod }]);
const logOf = (heard: Heard): string => idIn(heard, `logs ${pod}/payments-api`);
const opens: Turn = (heard) => callsTools(["open", { evidence: [logOf(heard)] }]);
const givesUp = callsTools(["conclude", { outcome: "unknown", missing: ["x"] }]);
const linesAbout = (heard: Heard | undefined, label: string): string[] =>
  promptOf(heard)
    .split("\n")
    .filter((line) => line.includes(label));

let stage: Awaited<ReturnType<typeof openInvestigation>>;
beforeAll(async () => {
  stage = await openInvestigation();
});
afterAll(() => stage.close());

test("what was read at the first look is told in a line from then on, what was asked for stays in full", async () => {
  const { heard } = await stage.play([events, events, givesUp]);

  expect(promptOf(heard[0])).toContain("Traceback");
  expect(promptOf(heard[1])).not.toContain("  File ");
  expect(linesAbout(heard[1], `logs ${pod}/payments-api`)[0]).toContain(`(folded) ${telling}`);
  expect(linesAbout(heard[2], `events Pod/${pod}`)[0]).not.toContain("(folded)");
  expect(promptOf(heard[1]).length).toBeLessThan(promptOf(heard[0]).length);
});

test("the subject itself stays in full", async () => {
  const { heard } = await stage.play([events, givesUp]);

  expect(promptOf(heard[1])).toMatch(/\] get Deployment\/payments-api\nDeployment\/payments-api/);
});

test("an id opens it again, and asks nothing of the world", async () => {
  const { heard, incident } = await stage.play([events, opens, givesUp]);

  expect(promptOf(heard[2])).toContain("  File ");
  expect(incident.evidence).toHaveLength(stage.swept.evidence.length + 1);
});

test("so does the same question asked again, once; then it is refused", async () => {
  const logs: Turn = callsTools(["logs", { pod, namespace: null, container: null, previous: false, lines: 500 }]);

  const { heard, incident } = await stage.play([logs, logs, givesUp]);

  expect(promptOf(heard[1])).toContain(telling);
  expect(incident.evidence).toEqual(stage.swept.evidence);
  expect(promptOf(heard[2])).toContain("asked before");
});

test("a folded line may be cited for what the whole of it says", async () => {
  const { diagnosis } = await stage.play([
    events,
    (heard) =>
      callsTools([
        "conclude",
        {
          outcome: "cause",
          class: "env-var-missing-or-wrong",
          object: { kind: "Deployment", namespace: "payments", name: "payments-api" },
          claims: [{ text: "DATABASE_URL is not set.", evidence: logOf(heard), quote: telling }],
          confidence: 0.9,
        },
      ]),
  ]);

  expect(diagnosis).toMatchObject({ kind: "cause" });
});

test.each([
  ["an id that does not exist", { evidence: ["e0123456789"] }, /there is no evidence e0123456789/],
  ["no id", { evidence: [] }, /say which evidence/],
  ["nonsense", { ids: 3 }, /say which evidence/],
])("%s opens nothing", async (_what, args, why) => {
  const { diagnosis } = await stage.play([callsTools(["open", args])]);

  expect(diagnosis).toMatchObject({ kind: "unknown", missing: [expect.stringMatching(why)] });
});

test("what stands first stays the same over the later rounds, so that a provider has it in its cache", async () => {
  const more = callsTools(["get", { kind: "Pod", namespace: null, name: pod }]);
  const { heard } = await stage.play([events, more, givesUp]);

  const before = promptOf(heard[1]).split(`] events Pod/${pod}`)[0] ?? "";
  expect(before.length).toBeGreaterThan(1_000);
  expect(promptOf(heard[2]).startsWith(before.slice(0, before.lastIndexOf("[")))).toBe(true);
});
