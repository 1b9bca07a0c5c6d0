import { readFile } from "node:fs/promises";
import { z } from "zod";
import { readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { sealOf } from "../incident/journal-seal.ts";
import { makeLog } from "../log.ts";
import { type DecidedRow, decidedRows, unlikeJournal } from "../store/decisions-kept.ts";
import { firstBreak, type JournalRow, journaled, read } from "../store/journal.ts";
import { inSnapshot, type Runner } from "../store/transaction.ts";
import { type Command, print, printJson, UsageError } from "./command.ts";

type Journals = Map<string, JournalRow[]>;

/** What each line of a dump says about the whole of it, so that an end that is cut off is seen: a chain does not tell its own length. */
interface Whole {
  /** How many entries the incident has in this dump. */
  of: number;
  /** Hash over the last link of every incident. */
  seal: string;
}

interface Loaded {
  journals: Journals;
  /** The answered questions beside the journal. Null: a dump has none. */
  decided: DecidedRow[] | null;
  /** Null: read from the database, which says nothing about its own end. */
  whole: Map<string, Partial<Whole>[]> | null;
}

const readAll = async (db: Runner): Promise<Loaded> => {
  const journals: Journals = new Map();
  for (const id of await journaled(db)) journals.set(id, await read(db, id));
  return { journals, decided: await decidedRows(db), whole: null };
};

/** At one moment: a question that is answered meanwhile would stand without its entry. */
const fromDatabase = async (): Promise<Loaded> => {
  const config = readConfig(process.env);
  const database = await openDatabase(config, makeLog("error"), { migrate: false });
  try {
    return await inSnapshot(database.pool, readAll);
  } finally {
    await database.close();
  }
};

const Line = z.strictObject({
  incidentId: z.string(),
  seq: z.int(),
  at: z.string(),
  kind: z.string(),
  actor: z.string(),
  line: z.string(),
  data: z.unknown().optional(),
  previous: z.string(),
  hash: z.string(),
  of: z.int().optional(),
  seal: z.string().optional(),
});

/** A line that `audit export` did not write so: what is not hashed would not be missed. */
const lineAt = (text: string, number: number): z.infer<typeof Line> => {
  try {
    const parsed: unknown = JSON.parse(text);
    // A key that stands twice would be read once, and only its last value be hashed.
    if (JSON.stringify(parsed) !== text) throw new Error("not as it was written");
    return Line.parse(parsed);
  } catch {
    throw new BrokenDump(`line ${number} is not as it was exported: it was changed or inserted`);
  }
};

class BrokenDump extends Error {}

/** A dump is what `audit export` prints: one entry a line, with its incident, and each incident in one piece. */
const fromDump = async (file: string): Promise<Loaded> => {
  const journals: Journals = new Map();
  const whole = new Map<string, Partial<Whole>[]>();
  let last: string | null = null;
  for (const [at, text] of (await readFile(file, "utf8")).split("\n").entries()) {
    if (text === "") continue;
    const { incidentId, of, seal, ...row } = lineAt(text, at + 1);
    if (journals.has(incidentId) && incidentId !== last)
      throw new BrokenDump(`line ${at + 1} stands apart from the others of ${incidentId}: it was moved`);
    last = incidentId;
    const [rows, told] = [journals.get(incidentId) ?? [], whole.get(incidentId) ?? []];
    rows.push(row);
    told.push({ ...(of === undefined ? {} : { of }), ...(seal === undefined ? {} : { seal }) });
    journals.set(incidentId, rows);
    whole.set(incidentId, told);
  }
  return { journals, decided: null, whole };
};

/** What is missing at an end, by what the lines that are left say of the whole; empty when nothing is. */
const missing = ({ journals, whole }: Loaded, unsealed: boolean): string[] => {
  if (whole === null) return [];
  const cut = [...whole].flatMap(([id, told]) => {
    const other = told.find(({ of }) => of !== undefined && of !== told.length);
    return other ? [`${id}: ${told.length} entries are here, ${other.of} were exported`] : [];
  });
  const seals = new Set([...whole.values()].flat().map(({ seal }) => seal));
  if (cut.length > 0 || seals.size === 0 || (seals.size === 1 && seals.has(sealOf(journals)))) return cut;
  if (seals.size === 1 && seals.has(undefined)) {
    const told =
      "NOT PROVEN WHOLE: this dump bears no seal, so an end that was cut off would not be seen: export it anew";
    if (!unsealed) return [`${told}, or say --unsealed if it is of an old build`];
    print(told);
    return [];
  }
  return ["the seal of the dump does not fit: a whole incident was removed, added or moved, or dumps were mixed"];
};

const verify = (loaded: Loaded, unsealed: boolean): number => {
  const { journals, decided } = loaded;
  const broken = [...journals].flatMap(([id, rows]) => {
    const seq = firstBreak(id, rows);
    return seq === null ? [] : [`${id}: the chain breaks at entry ${seq}: it was changed, removed, inserted or moved`];
  });
  const unlike = decided === null ? [] : unlikeJournal(decided, journals);
  const found = broken.length > 0 ? broken : [...missing(loaded, unsealed), ...unlike];
  for (const line of found) print(line);
  const entries = [...journals.values()].reduce((sum, rows) => sum + rows.length, 0);
  if (loaded.whole !== null && entries === 0) {
    print("this dump holds no entry: nothing is proven by it");
    return 1;
  }
  if (found.length === 0) print(`${entries} entries of ${journals.size} incidents: every chain holds`);
  return found.length === 0 ? 0 : 1;
};

const exportLines = ({ journals }: Loaded): number => {
  const seal = sealOf(journals);
  for (const [incidentId, rows] of journals)
    for (const row of rows) printJson({ incidentId, ...row, of: rows.length, seal });
  return 0;
};

const load = async (args: readonly string[]): Promise<Loaded> => {
  const at = args.indexOf("--file");
  if (at < 0) return fromDatabase();
  const file = args[at + 1];
  if (file === undefined) throw new UsageError("--file needs the path of a dump made by nightshift audit export");
  return fromDump(file);
};

export const audit: Command = {
  usage: "audit verify|export [--file DUMP] [--unsealed]",
  summary: "verifies or exports the hash-chained journal of all incidents",
  help: () =>
    [
      "  verify        walks every chain, and compares who decided what with it; exit code 1 when one is broken, naming the entry",
      "  export        prints every entry as a JSON line",
      "  --file DUMP   reads such lines instead of the database (offline)",
      "  --unsealed    lets a dump pass whose lines bear no seal, as old builds wrote them: an end that was cut off is not seen",
    ].join("\n"),
  run: async ([verb, ...args]) => {
    if (verb !== "verify" && verb !== "export") throw new UsageError("say audit verify or audit export");
    if (args[0]?.startsWith("--") === false)
      throw new UsageError(`audit ${verb} takes no incident: it is about all of them; --file names a dump`);
    try {
      const loaded = await load(args);
      return verb === "verify" ? verify(loaded, args.includes("--unsealed")) : exportLines(loaded);
    } catch (error) {
      if (!(error instanceof BrokenDump)) throw error;
      print(error.message);
      return 1;
    }
  },
};
