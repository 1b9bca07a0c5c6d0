import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compare, readExpected } from "../../src/commands/eval/compare.ts";
import { runCase } from "../../src/commands/eval/run-case.ts";
import { readWorld } from "../../src/demo/recorded-cluster/world.ts";
import { type FaultClass, faultClassNames } from "../../src/incident/fault-classes.ts";
import { scan } from "../../src/rules/index.ts";
import { sweepOf } from "./recorded.ts";

const root = join(import.meta.dirname, "../incidents");

/** No rule decides these, or no world can show them: why is said in docs/fault-classes.md. */
const without: ReadonlySet<FaultClass> = new Set([
  "overload-retry-storm",
  "config-rotated-not-reloaded",
  "custom-resource-misconfigured",
  "gitops-reverts-fix",
  // Dropped by intake, before there is an incident.
  "control-watchdog",
  // What a diagnosis says and what receiving does, not what a rule finds.
  "control-misdirecting-alert",
  "control-duplicate-incident",
]);

const named = faultClassNames.filter((name) => !without.has(name));

const foldersIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(path, entry.name, "expected.json")))
    .map((entry) => join(path, entry.name));

interface Told {
  object: string;
  class: string;
}

const candidatesOf = (folder: string): Told[] =>
  (JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { candidates?: Told[] }).candidates ?? [];

const [near, made] = ["near", "made"].map((name) => foldersIn(join(root, name))) as [string[], string[]];
const lastOf = (path: string): string => path.split("/").at(-1) ?? "";

describe("each class that rules name", () => {
  test("has a world in which it is right", () => {
    const shown = [...foldersIn(root), ...made].flatMap((folder) => [
      ...(readExpected(folder)?.faults ?? []).map((fault) => fault.class),
      ...candidatesOf(folder).map((one) => one.class),
    ]);

    expect(named.filter((name) => !shown.includes(name))).toEqual([]);
  });

  test("has a world that resembles it and in which it is wrong", () => {
    const shown = near.map((folder) => readExpected(folder)?.near?.class);

    expect(named.filter((name) => !shown.includes(name))).toEqual([]);
    expect(near.filter((folder) => !readExpected(folder)?.near?.differs)).toEqual([]);
  });

  test("is listed in docs/fault-classes.md, and nothing else is", () => {
    const page = readFileSync(join(root, "../../docs/fault-classes.md"), "utf8");
    const table = page.slice(page.indexOf("## Named by rules"), page.indexOf("Some are seldom"));
    const listed = [...table.matchAll(/[a-z]+(?:-[a-z]+)+/g)]
      .map(([name]) => name)
      .filter((name) => name !== "control-watchdog");

    expect(listed.toSorted()).toEqual(named.toSorted());
  });
});

describe.each([
  ["a near miss of", near],
  ["a world with", made],
])("%s", (_, folders) => {
  test.each(folders.map((folder) => [lastOf(folder), folder]))("%s is told as what it is", async (_name, folder) => {
    const expected = readExpected(folder);
    const result = expected && compare(await runCase(folder), expected);

    expect(result).toEqual({
      right: expected?.faults.map((fault) => `${fault.object} ${fault.class}`),
      missed: [],
      confused: [],
      falseAlarms: [],
      fooled: [],
      silent: expected?.healthy,
      disturbed: [],
    });
  });

  test.each(folders.filter((folder) => candidatesOf(folder).length > 0).map((folder) => [lastOf(folder), folder]))(
    "%s is told beside the cause",
    (_name, folder) => {
      const { namespace, objects, recordedAt } = readWorld(folder);
      const found = scan(sweepOf(namespace, objects), recordedAt);
      const told = found.map((one) => ({ object: `${one.object.kind}/${one.object.name}`, class: one.class }));

      expect(told).toEqual(expect.arrayContaining(candidatesOf(folder)));
    },
  );
});

test("a near miss that is taken for what it resembles is noticed", async () => {
  const folder = join(root, "near/oom-limit-too-low");
  const expected = readExpected(folder);
  const fooled = expected && compare(await runCase(join(root, "cache")), expected);

  expect(fooled?.fooled).toEqual(["Deployment/cache-warmer oom-limit-too-low"]);
});
