import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Command, print, printJson, UsageError } from "./command.ts";
import { type Comparison, compare, readExpected } from "./eval/compare.ts";
import { type EvalCase, runCase } from "./eval/run-case.ts";

interface Compared {
  result: EvalCase;
  comparison: Comparison | null;
}

/** The folder itself when it is a recorded world, else every world directly below it. */
const worldsIn = (folder: string): string[] => {
  if (existsSync(join(folder, "objects.json"))) return [folder];
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder}`);
  const found = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, "objects.json")));
  if (found.length === 0) throw new UsageError(`no recorded world (a folder with objects.json) in ${folder}`);
  return found;
};

const summaryOf = (all: readonly Compared[]) => {
  const compared = all.flatMap(({ comparison }) => comparison ?? []);
  const sum = (count: (one: Comparison) => number): number => compared.reduce((total, one) => total + count(one), 0);
  const right = sum((one) => one.right.length);
  const faults = right + sum((one) => one.missed.length + one.confused.length);
  const falseAlarms = sum((one) => one.falseAlarms.length);
  const named = right + sum((one) => one.confused.length) + falseAlarms;
  return {
    cases: all.length,
    compared: compared.length,
    faults,
    right,
    falseAlarms,
    recall: faults === 0 ? null : right / faults,
    precision: named === 0 ? null : right / named,
    ms: all.reduce((total, { result }) => total + result.ms, 0),
    tokens: all.reduce((total, { result }) => total + result.tokens, 0),
  };
};

const lineFor = ({ result, comparison }: Compared): string => {
  const found =
    result.diagnoses.map((one) => `${one.object.kind}/${one.object.name} ${one.class}`).join(", ") || "nothing";
  const verbs = result.plan.actions.map(({ verb }) => verb).join(", ");
  const wrong = comparison
    ? [
        ...comparison.missed.map((one) => `missed ${one}`),
        ...comparison.confused.map((one) => `${one.object}: expected ${one.expected}`),
        ...comparison.falseAlarms.map((one) => `not expected: ${one}`),
      ]
    : [];
  const mark = comparison === null ? " " : wrong.length === 0 ? "✓" : "✗";
  return [
    `${mark} ${result.name}: ${found}${verbs ? ` → ${verbs}` : ""} (${result.ms} ms)`,
    ...wrong.map((one) => `    ${one}`),
  ].join("\n");
};

const percent = (share: number | null): string => (share === null ? "–" : `${(share * 100).toFixed(1)} %`);

const barFrom = (args: readonly string[]): number | null => {
  const at = args.indexOf("--bar");
  if (at < 0) return null;
  const bar = Number(args[at + 1]);
  if (!(bar >= 0 && bar <= 1)) throw new UsageError("--bar takes a share between 0 and 1, e.g. --bar 0.95");
  return bar;
};

export const evalCommand: Command = {
  usage: "eval <folder> [--json] [--bar SHARE]",
  summary: "diagnoses recorded namespaces and compares with what was expected",
  help: () =>
    [
      "  <folder>      a recorded world (objects.json, logs/), or a folder of such",
      "  --json        one object: {cases, summary}",
      "  --bar SHARE   exit code 1 when precision or recall is below it",
      "",
      "expected.json beside a world is read after it was diagnosed and never reaches the code that diagnoses.",
    ].join("\n"),
  run: async (args) => {
    const folder = args.find((arg, index) => !arg.startsWith("--") && args[index - 1] !== "--bar");
    if (folder === undefined) throw new UsageError("say which folder: nightshift eval <folder>");
    const bar = barFrom(args);
    const all: Compared[] = [];
    for (const path of worldsIn(folder)) {
      const result = await runCase(path);
      const expected = readExpected(path);
      all.push({ result, comparison: expected && compare(result, expected) });
      if (!args.includes("--json")) print(lineFor(all.at(-1) as Compared));
    }
    const summary = summaryOf(all);
    if (args.includes("--json")) {
      printJson({ cases: all.map(({ result, comparison }) => ({ ...result, comparison })), summary });
    } else {
      print(
        `\n${summary.right} of ${summary.faults} faults named; precision ${percent(summary.precision)}, recall ${percent(summary.recall)}, ${summary.falseAlarms} not expected`,
      );
    }
    return bar !== null && ((summary.recall ?? 1) < bar || (summary.precision ?? 1) < bar) ? 1 : 0;
  },
};
