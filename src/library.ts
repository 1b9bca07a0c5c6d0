import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { gitAddress } from "./adapters/git-address.ts";
import { readLexicon } from "./adapters/lexicon-file.ts";
import { readRunbookFolder } from "./adapters/runbook-folder.ts";
import type { Log } from "./log.ts";
import type { Bookshelf } from "./ports/bookshelf.ts";
import type { Embedder } from "./ports/embedder.ts";
import type { Lexicon } from "./ports/lexicon.ts";
import type { Vectors } from "./ports/vectors.ts";
import { root } from "./root.ts";
import { withBreaker } from "./runbooks/breaker.ts";
import { type Meaning, meaningOf, readStrangers } from "./runbooks/meaning.ts";
import { type Page, parsePages } from "./runbooks/parse.ts";
import { remembering } from "./runbooks/remembering.ts";
import { bookshelf, type ShelfOptions } from "./runbooks/search.ts";
import { ownFirst, yieldTo } from "./runbooks/tiers.ts";

const shipped = join(root(), "runbooks");
const words = join(root(), "lexicon");

/** What meanings are made with and kept in; null: the shelf is searched by words. */
export type MeaningSource = { embedder: Embedder; vectors: Vectors } | null;

export interface Library {
  shelf: Bookshelf;
  pages: number;
  /** Seconds at most: whether the model answers at all. Throws PortError. */
  answers(): Promise<void>;
  /** Embeds what has changed since the last time; null where no model is configured. Throws PortError. */
  index(): Promise<{ added: number; kept: number } | null>;
}

const readPages = async (folder: string, log: Log): Promise<Page[]> => {
  const { files, warnings } = await readRunbookFolder(folder);
  const base = folder === shipped ? null : await gitAddress(await realpath(folder));
  const parsed = parsePages(files.map((file) => ({ ...file, base })));
  for (const warning of [...warnings, ...parsed.warnings]) log(warning);
  return parsed.pages;
};

const foldersIn = (own: string | undefined): string[] =>
  (own ?? "")
    .split(",")
    .map((folder) => folder.trim())
    .filter((folder) => folder !== "");

const indexAll = async (embedder: Embedder, meanings: readonly Meaning[]): Promise<{ added: number; kept: number }> => {
  let sum = { added: 0, kept: 0 };
  const strange = await readStrangers(embedder);
  for (const meaning of meanings) {
    const { added, kept } = await meaning.index(strange);
    sum = { added: sum.added + added, kept: sum.kept + kept };
  }
  return sum;
};

/** Without it pages are found by the words as they are written: worse, but found. */
export const lexiconOrNone = async (folder: string, log: Log): Promise<Lexicon | null> => {
  try {
    return await readLexicon(folder);
  } catch (error) {
    log(`the lexicon is left out: ${error instanceof Error ? error.message : String(error)}`, {}, "warn");
    return null;
  }
};

export const shippedLexicon = (log: Log): Promise<Lexicon | null> => lexiconOrNone(words, log);

/** The user's own runbooks, and the shipped ones where theirs have no answer. What cannot be read is named in the log and left out. */
export const openLibrary = async (
  own: string | undefined,
  log: Log,
  source: MeaningSource = null,
): Promise<Library> => {
  const theirs = (await Promise.all(foldersIn(own).map((folder) => readPages(folder, log)))).flat();
  const ours = existsSync(shipped) ? yieldTo(theirs, await readPages(shipped, log)) : [];
  const lexicon = await shippedLexicon(log);
  const meanings: Meaning[] = [];
  // Both shelves ask for the same question.
  const embedder = source === null ? null : remembering(withBreaker(source.embedder, Date.now));
  const optionsFor = (pages: readonly Page[]): ShelfOptions => {
    const meaning =
      source === null || embedder === null || pages.length === 0 ? null : meaningOf(pages, embedder, source.vectors);
    if (meaning !== null) meanings.push(meaning);
    return { lexicon, meaning, note: (line) => log(line, {}, "warn") };
  };
  const shelf = bookshelf(ours, optionsFor(ours));
  return {
    shelf: theirs.length === 0 ? shelf : ownFirst(bookshelf(theirs, optionsFor(theirs)), shelf),
    pages: theirs.length + ours.length,
    answers: async () => {
      await embedder?.embed(["does it answer?"]);
    },
    index: async () => (embedder === null ? null : indexAll(embedder, meanings)),
  };
};
