import { readFile } from "node:fs/promises";
import { readConfig } from "../config.ts";
import type { RunbookHit } from "../incident/runbook.ts";
import { openLibrary } from "../library.ts";
import { makeLog } from "../log.ts";
import type { Bookshelf } from "../ports/bookshelf.ts";
import { type Command, print, printJson, UsageError } from "./command.ts";

const most = 5;

const find = (shelf: Bookshelf, words: string): Promise<RunbookHit[]> =>
  shelf.search({ alerts: [], classes: [], words }, most);

const forPrograms = (hits: readonly RunbookHit[]) => ({
  hits: hits.map(({ runbook, heading, score, why, confident }) => ({ runbook, heading, score, why, confident })),
});

const forPeople = (hits: readonly RunbookHit[]): string => {
  if (!hits.some(({ confident }) => confident)) return "nothing fits";
  return hits
    .filter(({ confident }) => confident)
    .map(({ runbook, title, heading, why }) => `${runbook}  ${title} › ${heading}\n    ${why}`)
    .join("\n");
};

const queriesIn = async (args: readonly string[]): Promise<string[]> => {
  const at = args.indexOf("--file");
  if (at >= 0) {
    const file = args[at + 1];
    if (file === undefined) throw new UsageError("--file needs a path; the file holds a query a line");
    return (await readFile(file, "utf8")).split("\n").filter((line) => line.trim() !== "");
  }
  const words = args.filter((arg) => !arg.startsWith("--")).join(" ");
  if (words === "") throw new UsageError('say what to look for: runbooks search "pod keeps restarting"');
  return [words];
};

const search = async (args: readonly string[]): Promise<number> => {
  const queries = await queriesIn(args);
  const { shelf } = await openLibrary(readConfig(process.env).NIGHTSHIFT_RUNBOOKS, makeLog("warn"));
  for (const words of queries) {
    const hits = await find(shelf, words);
    if (args.includes("--json")) printJson(forPrograms(hits));
    else print(forPeople(hits));
  }
  return 0;
};

const index = async (): Promise<number> => {
  const { pages } = await openLibrary(readConfig(process.env).NIGHTSHIFT_RUNBOOKS, makeLog("info"));
  print(`${pages} runbooks can be found; the index is built in memory at each start`);
  return 0;
};

export const runbooks: Command = {
  usage: 'runbooks index | search "<words>" [--json] [--file F]',
  summary: "finds runbooks by alert name, fault class or words",
  help: () =>
    [
      "  index        reads all runbooks (the shipped ones and NIGHTSHIFT_RUNBOOKS) and names what is wrong with them",
      "  search       best first; says why each was chosen, or that nothing fits",
      "  --json       prints one object a query",
      "  --file F     takes a query a line from F",
    ].join("\n"),
  run: ([verb, ...args]) => {
    if (verb === "index") return index();
    if (verb === "search") return search(args);
    throw new UsageError("say runbooks index or runbooks search");
  },
};
