import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compare, type Expected } from "../../src/commands/eval/compare.ts";
import type { EvalCase } from "../../src/commands/eval/run-case.ts";
import { isBelow, summaryOf } from "../../src/commands/eval/summary.ts";
import { nightshift } from "../support/nightshift.ts";

const incidents = join(import.meta.dirname, "../incidents");
const folder = mkdtempSync(join(tmpdir(), "nightshift-eval-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const copied = (name: string, as: string): string => {
  cpSync(join(incidents, name), join(folder, as), { recursive: true });
  return join(folder, as);
};

const caseWith = (...diagnoses: [object: string, name: string][]): EvalCase => ({
  name: "made",
  diagnoses: diagnoses.map(([object, name]) => {
    const [kind = "", called = ""] = object.split("/");
    return {
      class: name as EvalCase["diagnoses"][number]["class"],
      object: { kind, namespace: "n", name: called },
      by: "rules",
      confidence: 0.9,
    };
  }),
  plan: { actions: [] },
  ms: 10,
  requests: 20,
  tokens: 0,
  subjects: [],
});

const expecting = (faults: [object: string, name: string][], healthy: string[] = []): Expected => ({
  faults: faults.map(([object, name]) => ({ object, class: name, alsoRight: [], action: null })),
  healthy,
});

test("precision and recall are counted for each class, and what was taken for what is listed", () => {
  const result = caseWith(["Deployment/a", "app-crash"], ["Deployment/b", "app-crash"], ["Deployment/d", "app-hang"]);
  const expected = expecting([
    ["Deployment/a", "app-crash"],
    ["Deployment/b", "rbac-denied"],
    ["Deployment/c", "app-hang"],
  ]);
  const { classes, confusions } = summaryOf([{ result, comparison: compare(result, expected) }]);

  expect(Object.fromEntries(classes.map((one) => [one.class, [one.precision, one.recall]]))).toEqual({
    "app-crash": [0.5, 1],
    "rbac-denied": [null, 0],
    "app-hang": [0, 0],
  });
  expect(confusions).toEqual([{ expected: "rbac-denied", got: "app-crash", objects: ["Deployment/b"] }]);
});

test("a finding on a healthy object falls below the bar; none does not", () => {
  const expected = expecting([], ["Deployment/a", "Deployment/b"]);
  const alarmed = caseWith(["Deployment/a", "app-crash"]);
  const summaries = [alarmed, caseWith()].map((result) =>
    summaryOf([{ result, comparison: compare(result, expected) }]),
  );

  expect(summaries.map(({ controls }) => controls)).toEqual([
    { silent: 1, all: 2 },
    { silent: 2, all: 2 },
  ]);
  expect(summaries.map((one) => isBelow(0.95, one))).toEqual([true, false]);
});

test("--json says for each world what was found, how long it took and how many requests it cost", async () => {
  const { code, stdout } = await nightshift(["eval", join(incidents, "cache"), "--json", "--bar", "1"]);
  const { cases, summary } = JSON.parse(stdout);

  expect(code).toBe(0);
  expect(cases[0]).toMatchObject({
    name: "cache",
    diagnoses: [
      {
        class: "oom-limit-too-low",
        object: { kind: "Deployment", name: "cache-warmer", namespace: "cache" },
        by: "rules",
      },
    ],
    plan: { actions: [{ verb: "raise-memory-limit" }] },
    tokens: 0,
    subjects: [{ object: { kind: "Deployment", name: "cache-warmer" }, class: "oom-limit-too-low" }],
  });
  expect(cases[0].requests).toBeGreaterThan(10);
  expect(cases[0].requests).toBeLessThan(60);
  expect(summary).toMatchObject({ right: 1, faults: 1, precision: 1, recall: 1, failed: 0 });
});

test("without expected.json a world is diagnosed all the same, and nothing is compared", async () => {
  const world = copied("cache", "unjudged");
  rmSync(join(world, "expected.json"));
  const { code, stdout } = await nightshift(["eval", world, "--json"]);
  const { cases, summary } = JSON.parse(stdout);

  expect([code, cases[0].comparison, summary.compared]).toEqual([0, null, 0]);
  expect(cases[0].diagnoses).toHaveLength(1);
});

test("what expected.json says cannot change what is found", async () => {
  const world = copied("cache", "misjudged");
  const said = readFileSync(join(world, "expected.json"), "utf8").replaceAll("oom-limit-too-low", "app-crash");
  writeFileSync(join(world, "expected.json"), said);
  const { code, stdout } = await nightshift(["eval", world, "--json", "--bar", "0.5"]);

  expect(code).toBe(1);
  expect(JSON.parse(stdout).cases[0].diagnoses[0].class).toBe("oom-limit-too-low");
});

test("a world that cannot be read is told, fails the bar, and leaves the others their turn", async () => {
  const all = join(folder, "mixed");
  mkdirSync(join(all, "broken"), { recursive: true });
  writeFileSync(join(all, "broken/objects.json"), "{ not json");
  cpSync(join(incidents, "cache"), join(all, "cache"), { recursive: true });
  const { code, stdout } = await nightshift(["eval", all, "--bar", "0.9"]);

  expect(code).toBe(1);
  expect(stdout).toContain("! broken: ");
  expect(stdout).toContain("Deployment/cache-warmer oom-limit-too-low");
  expect(stdout).toContain("1 worlds could not be played");
});

test("an option it does not know is refused with a hint", async () => {
  const { code, stderr } = await nightshift(["eval", incidents, "--fast"]);

  expect(code).toBe(2);
  expect(stderr).toContain("nightshift eval --help");
});
