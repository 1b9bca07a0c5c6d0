import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isWorld } from "../demo/recorded-cluster/world.ts";
import { type Command, print, printJson, UsageError } from "./command.ts";
import { compare, readExpected } from "./eval/compare.ts";
import { modelSummary, type Tally } from "./eval/model-score.ts";
import { modelTold, tallyLines } from "./eval/model-told.ts";
import { type EvalCase, failedCase, runCase } from "./eval/run-case.ts";
import { isExport, runExport } from "./eval/run-export.ts";
import { type Compared, isBelow, summaryOf } from "./eval/summary.ts";
import { lineFor, told } from "./eval/told.ts";
import { type ModelOptions, namedModel, runWithModel } from "./eval/with-model.ts";

const isCase = (folder: string): boolean => isWorld(folder) || isExport(folder);

/** Cases lie directly in the folder or in folders of it. */
const casesBelow = (folder: string, deep = 2): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .sort()
    .flatMap((path) => (isCase(path) ? [path] : deep > 0 ? casesBelow(path, deep - 1) : []));

/** The folder itself when it is a recorded world or an exported incident, else every one below it. */
const worldsIn = (folder: string): string[] => {
  if (isCase(folder)) return [folder];
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder}`);
  if (!statSync(folder).isDirectory()) throw new UsageError(`${folder} is a file, not a folder of recorded worlds`);
  const found = casesBelow(folder);
  if (found.length === 0)
    throw new UsageError(`no recorded world (a folder with objects.json, changes.json or incident.json) in ${folder}`);
  return found;
};

/** With a model the rules are silent, and an exported incident holds only what was asked then. */
const openWorldsIn = (folder: string): string[] => {
  const worlds = worldsIn(folder).filter(isWorld);
  if (worlds.length === 0)
    throw new UsageError(
      `${folder} holds exported incidents only: nightshift replay <incident> --model <model> plays one`,
    );
  return worlds;
};

/** One world that cannot be read or played says so and leaves the others their turn. */
const played = async (path: string): Promise<EvalCase> => {
  try {
    return await (isExport(path) ? runExport(path) : runCase(path));
  } catch (error) {
    return failedCase(path, error);
  }
};

const judged = async (path: string): Promise<Compared> => {
  const result = await played(path);
  try {
    const expected = readExpected(path);
    return { result, comparison: expected && compare(result, expected) };
  } catch (error) {
    return { result: { ...result, error: failedCase(path, error).error ?? "" }, comparison: null };
  }
};

const barFrom = (args: readonly string[]): number | null => {
  const at = args.indexOf("--bar");
  if (at < 0) return null;
  const text = args[at + 1] ?? "";
  const bar = Number(text);
  if (text === "" || !(bar >= 0 && bar <= 1))
    throw new UsageError("--bar takes a share between 0 and 1, e.g. --bar 0.95");
  return bar;
};

const valued = ["--bar", "--model", "--times", "--keep"];

const valueAfter = (args: readonly string[], option: string): string | null => {
  const at = args.indexOf(option);
  if (at < 0) return null;
  const value = args[at + 1] ?? "";
  if (value === "" || value.startsWith("--")) throw new UsageError(`${option} needs a value`);
  return value;
};

const timesFrom = (args: readonly string[]): number => {
  const times = Number(valueAfter(args, "--times") ?? 1);
  if (!Number.isInteger(times) || times < 1 || times > 100) throw new UsageError("--times takes a whole number to 100");
  return times;
};

/** One world that cannot be played says so and leaves the others their turn. */
const triedIn = async (path: string, options: ModelOptions): Promise<{ tallies: Tally[]; error: string | null }> => {
  try {
    return { tallies: await runWithModel(path, options), error: null };
  } catch (error) {
    return { tallies: [], error: error instanceof Error ? error.message.slice(0, 500) : String(error) };
  }
};

const withModel = async (args: readonly string[], name: string): Promise<number> => {
  const options = {
    model: await namedModel(name),
    times: timesFrom(args),
    keep: valueAfter(args, "--keep") ?? "eval-wrong",
  };
  const json = args.includes("--json");
  const bar = barFrom(args);
  const worlds: { name: string; tallies: Tally[]; error: string | null }[] = [];
  for (const path of openWorldsIn(folderFrom(args))) {
    const one = { name: path, ...(await triedIn(path, options)) };
    worlds.push(one);
    if (!json)
      print([one.name, ...(one.error === null ? one.tallies.flatMap(tallyLines) : [`! ${one.error}`])].join("\n"));
  }
  const failed = worlds.filter(({ error }) => error !== null).length;
  const summary = modelSummary(
    worlds.flatMap(({ tallies }) => tallies),
    failed,
  );
  if (json) printJson({ model: name, times: options.times, worlds, summary });
  else print(modelTold(name, options.times, summary));
  return failed === worlds.length || (bar !== null && summary.right < bar * summary.times) ? 1 : 0;
};

const folderFrom = (args: readonly string[]): string => {
  const rest = args.filter((_, index) => !valued.includes(args[index - 1] ?? ""));
  const [folder] = rest.filter((arg) => !arg.startsWith("--"));
  if (folder === undefined) throw new UsageError("say which folder: nightshift eval <folder>");
  return folder;
};

export const evalCommand: Command = {
  usage: "eval <folder> [--model PROVIDER:MODEL [--times N] [--keep DIR]] [--json] [--bar SHARE]",
  summary: "diagnoses recorded namespaces and compares with what was expected",
  help: () =>
    [
      "  <folder>      a recorded world (objects.json, logs/, alertmanager.json, metrics.json), what differs from one",
      "                (changes.json), an incident that nightshift replay --export wrote, or a folder of such",
      "  --json        one object: {cases, summary}",
      "  --bar SHARE   exit code 1 when precision, recall or the share of healthy objects left alone is below it,",
      "                or a world could not be played",
      "",
      "  --model NAME  the rules are silent and this model is asked about each object of expected.json: how often it is",
      "                right, confidently wrong (0.6 and surer) or does not know, Pass^N, tokens, money, rounds, claims struck",
      "  --times N     so often each (default: 1)",
      "  --keep DIR    where the tapes of what was not right are kept (default: eval-wrong); nightshift replay plays them,",
      "                also under another model or the prompt of today",
      "",
      "Without --model by rules alone: no model is asked. expected.json beside a world is read after it was diagnosed and never",
      "reaches the code that diagnoses.",
    ].join("\n"),
  run: async (args) => {
    const model = valueAfter(args, "--model");
    if (model !== null) return withModel(args, model);
    const json = args.includes("--json");
    const bar = barFrom(args);
    const all: Compared[] = [];
    for (const path of worldsIn(folderFrom(args))) {
      const one = await judged(path);
      all.push(one);
      if (!json) print(lineFor(one));
    }
    const summary = summaryOf(all);
    if (json) printJson({ cases: all.map(({ result, comparison }) => ({ ...result, comparison })), summary });
    else print(told(summary));
    return (bar !== null && isBelow(bar, summary)) || summary.failed === summary.cases ? 1 : 0;
  },
};
