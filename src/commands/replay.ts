import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Changes, type Replay, type ReplayRequest } from "../incident/replay.ts";
import { underModel } from "../replay/replay.ts";
import { stepLine } from "../responder/story.ts";
import { type Command, print, printJson, UsageError } from "./command.ts";
import { namedModel } from "./eval/with-model.ts";
import { exportIncident, replayFromDatabase } from "./replay/from-database.ts";
import { recordingIn, replayFromFolder } from "./replay/from-folder.ts";
import { told } from "./replay/told.ts";

const pathAfter = (args: readonly string[], option: string): string | null => {
  const at = args.indexOf(option);
  if (at < 0) return null;
  const value = args[at + 1];
  if (value === undefined || value.startsWith("--")) throw new UsageError(`${option} needs a value`);
  return value;
};

const whatFrom = (args: readonly string[]): string => {
  const what = args.find(
    (arg, at) => !arg.startsWith("--") && !["--what-if", "--export", "--model"].includes(args[at - 1] ?? ""),
  );
  if (what === undefined)
    throw new UsageError("say which incident, or the folder of an export: nightshift replay inc_…");
  return what;
};

const jsonIn = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${error instanceof Error ? error.message : error}`);
  }
};

const requestFrom = async (file: string | null): Promise<ReplayRequest> => {
  if (file === null) return { mode: "faithful" };
  const changes = Changes.safeParse(jsonIn(file, await readFile(file, "utf8")));
  if (changes.success) return { mode: "what-if", changes: changes.data };
  const why = z.prettifyError(changes.error);
  throw new UsageError(`${file} must hold one of policy, rules, evidence, modelAnswer, runbooks, decision:\n${why}`);
};

const exitCode = ({ mode, status, identical }: Replay): number => {
  if (status === "failed") return 1;
  return mode === "what-if" || identical ? 0 : 1;
};

/** Only over what a folder holds: what a model says in a trial is no part of an incident's record. */
const underOther = async (folder: string, name: string): Promise<Replay> => {
  if (!isFolder(folder)) throw new UsageError("--model plays what --export or nightshift eval wrote: say which folder");
  return underModel(await recordingIn(folder), await namedModel(name), { line: stepLine });
};

const isFolder = (what: string): boolean => existsSync(join(what, "incident.json"));

const replayed = async (what: string, changes: string | null, model: string | null): Promise<Replay> => {
  if (model !== null) return underOther(what, model);
  const request = await requestFrom(changes);
  return isFolder(what) ? replayFromFolder(what, request) : replayFromDatabase(what, request);
};

export const replayCommand: Command = {
  usage: "replay <incident|folder> [--what-if FILE.json] [--model PROVIDER:MODEL] [--json] [--export DIR]",
  summary: "plays an incident again from its tape: no cluster, no model, no effect",
  help: () =>
    [
      "  <incident>           an incident of the database",
      "  <folder>             what --export wrote; needs neither database nor cluster",
      "  --what-if FILE.json  changes one thing and shows where the walks part:",
      '                       {"policy":{"mode":"auto"}}, {"decision":{"kind":"rejected"}},',
      '                       {"evidence":{"<id>":{"kind":"no-data"}}}, {"runbooks":{"page.md":"…"}},',
      '                       {"rules":{"without":["memory"]}}: families of rules, or classes they name,',
      '                       {"modelAnswer":{"calls":[{"name":"…","args":{}}]}}',
      "  --model NAME         asks this model, with the prompt of today, over the recorded world of a folder",
      "  --export DIR         writes the incident into a folder that replays on another machine, and that nightshift eval",
      "                       plays as a case: expected.json in it holds what was diagnosed, to be put right by hand",
      "  --json               one object: {status, identical, steps, divergence, …}",
      "",
      "Exit code 0: the same steps (or a what-if was played); 1: it parted from what was recorded, or could not be played.",
    ].join("\n"),
  run: async (args) => {
    const what = whatFrom(args);
    const folder = pathAfter(args, "--export");
    if (folder !== null) {
      print(`${what} is in ${folder}: nightshift replay ${folder}\n${(await exportIncident(what, folder)).join("\n")}`);
      return 0;
    }
    const replay = await replayed(what, pathAfter(args, "--what-if"), pathAfter(args, "--model"));
    if (args.includes("--json")) printJson(replay);
    else print(told(replay));
    return exitCode(replay);
  },
};
