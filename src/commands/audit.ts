import { readFile } from "node:fs/promises";
import { readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { makeLog } from "../log.ts";
import { firstBreak, type JournalRow, journaled, read } from "../store/journal.ts";
import { type Command, print, printJson, UsageError } from "./command.ts";

type Journals = Map<string, JournalRow[]>;

const fromDatabase = async (): Promise<Journals> => {
  const config = readConfig(process.env);
  const database = await openDatabase(config, makeLog("error"), { migrate: false });
  try {
    const journals: Journals = new Map();
    for (const id of await journaled(database.pool)) journals.set(id, await read(database.pool, id));
    return journals;
  } finally {
    await database.close();
  }
};

/** A dump is what `audit export` prints: one entry a line, with its incident. */
const fromDump = async (file: string): Promise<Journals> => {
  const journals: Journals = new Map();
  for (const line of (await readFile(file, "utf8")).split("\n").filter((text) => text !== "")) {
    const { incidentId, ...row } = JSON.parse(line) as JournalRow & { incidentId: string };
    journals.set(incidentId, [...(journals.get(incidentId) ?? []), row]);
  }
  return journals;
};

const verify = (journals: Journals): number => {
  let broken = 0;
  for (const [id, rows] of journals) {
    const seq = firstBreak(id, rows);
    if (seq === null) continue;
    broken += 1;
    print(`${id}: the chain breaks at entry ${seq}: it was changed, removed, inserted or moved`);
  }
  const entries = [...journals.values()].reduce((sum, rows) => sum + rows.length, 0);
  if (broken === 0) print(`${entries} entries of ${journals.size} incidents: every chain holds`);
  return broken === 0 ? 0 : 1;
};

const exportLines = (journals: Journals): number => {
  for (const [incidentId, rows] of journals) for (const row of rows) printJson({ incidentId, ...row });
  return 0;
};

const load = (args: readonly string[]): Promise<Journals> => {
  const at = args.indexOf("--file");
  if (at < 0) return fromDatabase();
  const file = args[at + 1];
  if (file === undefined) throw new UsageError("--file needs the path of a dump made by nightshift audit export");
  return fromDump(file);
};

export const audit: Command = {
  usage: "audit verify|export [--file DUMP]",
  summary: "verifies or exports the hash-chained journal of all incidents",
  help: () =>
    [
      "  verify        walks every chain; exit code 1 when one is broken, naming the entry",
      "  export        prints every entry as a JSON line",
      "  --file DUMP   reads such lines instead of the database (offline)",
    ].join("\n"),
  run: async ([verb, ...args]) => {
    if (verb !== "verify" && verb !== "export") throw new UsageError("say audit verify or audit export");
    const journals = await load(args);
    return verb === "verify" ? verify(journals) : exportLines(journals);
  },
};
