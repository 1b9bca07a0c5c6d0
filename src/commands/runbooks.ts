import { readFile } from "node:fs/promises";
import { type Config, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import type { RunbookHit } from "../incident/runbook.ts";
import { type Library, openLibrary } from "../library.ts";
import { type Log, makeLog } from "../log.ts";
import { openEmbedder } from "../model.ts";
import type { Bookshelf } from "../ports/bookshelf.ts";
import { type KeptVectors, vectorsIn } from "../vectors.ts";
import { systemClock } from "../world.ts";
import { type Command, print, printJson, UsageError } from "./command.ts";

const most = 5;

const find = (shelf: Bookshelf, words: string): Promise<RunbookHit[]> =>
  shelf.search({ alerts: [], classes: [], words }, most);

/** The database is opened only where vectors are kept in it. */
const withLibrary = async <T>(
  config: Config,
  log: Log,
  work: (library: Library, vectors: KeptVectors | null) => Promise<T>,
): Promise<T> => {
  const embedder = openEmbedder(config);
  if (embedder === null) return work(await openLibrary(config.NIGHTSHIFT_RUNBOOKS, log), null);
  const { pool, close } = await openDatabase(config, log);
  try {
    const vectors = await vectorsIn(pool, systemClock.now());
    return await work(await openLibrary(config.NIGHTSHIFT_RUNBOOKS, log, { embedder, vectors }), vectors);
  } finally {
    await close();
  }
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

// Exactly the fields that other programs are written against; the link to the section is part of the reason.
const forPrograms = (hits: readonly RunbookHit[]) => ({
  hits: hits.map(({ runbook, heading, score, why, confident, link }) => ({
    runbook,
    heading,
    score,
    why: [why, link === undefined ? "" : `section: ${link}`].filter((part) => part !== "").join("; "),
    confident,
  })),
});

const forPeople = (hits: readonly RunbookHit[]): string => {
  if (!hits.some(({ confident }) => confident)) return "nothing fits";
  return hits
    .filter(({ confident }) => confident)
    .map(({ link, runbook, title, heading, why }) => `${link ?? runbook}  ${title} › ${heading}\n    ${why}`)
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

/** Nobody waits for an index whose model does not answer. */
const embedAll = async ({ answers, index: embed }: Library): Promise<void> => {
  await answers();
  await embed();
};

const search = async (args: readonly string[]): Promise<number> => {
  const queries = await queriesIn(args);
  const log = makeLog("warn");
  return withLibrary(readConfig(process.env), log, async (library) => {
    await embedAll(library).catch((error: unknown) =>
      log(`runbooks are searched by words only: ${reasonOf(error)}`, {}, "warn"),
    );
    for (const words of queries) {
      const hits = await find(library.shelf, words);
      if (args.includes("--json")) printJson(forPrograms(hits));
      else print(forPeople(hits));
    }
    return 0;
  });
};

/** Exit code 1: the pages are read, but the model did not answer. */
const index = async (): Promise<number> => {
  const config = readConfig(process.env);
  return withLibrary(config, makeLog("info"), async ({ pages, index: embed }, vectors) => {
    print(`${pages} runbooks can be found; the index of words is built in memory at each start`);
    try {
      const done = await embed();
      if (done === null) print("NIGHTSHIFT_EMBEDDING_MODEL is not set: they are found by words, not by meaning");
      else print(`${done.added} sections embedded by ${config.NIGHTSHIFT_EMBEDDING_MODEL}, ${done.kept} unchanged`);
      if (vectors !== null) print(`compared by ${vectors.by}${vectors.why === null ? "" : `: ${vectors.why}`}`);
      return 0;
    } catch (error) {
      print(`not embedded: ${reasonOf(error)}`);
      return 1;
    }
  });
};

export const runbooks: Command = {
  usage: 'runbooks index | search "<words>" [--json] [--file F]',
  summary: "finds runbooks by alert name, fault class or words",
  help: () =>
    [
      "  index        reads all runbooks (NIGHTSHIFT_RUNBOOKS and the shipped ones) and names what is wrong with them;",
      "               embeds the sections that have changed, where NIGHTSHIFT_EMBEDDING_MODEL is set",
      "  search       best first, yours before the shipped ones; says why each was chosen, or that nothing fits",
      "  --json       prints one object a query",
      "  --file F     takes a query a line from F",
    ].join("\n"),
  run: ([verb, ...args]) => {
    if (verb === "index") return index();
    if (verb === "search") return search(args);
    throw new UsageError("say runbooks index or runbooks search");
  },
};
