import { existsSync } from "node:fs";
import { join } from "node:path";
import { readRunbookFolder } from "./adapters/runbook-folder.ts";
import type { Log } from "./log.ts";
import type { Bookshelf } from "./ports/bookshelf.ts";
import { parsePages } from "./runbooks/parse.ts";
import { bookshelf } from "./runbooks/search.ts";

/** The runbooks that ship stand beside `src` in a checkout and beside `dist` in a package. */
const shipped = join(import.meta.dirname, "..", "runbooks");

/** The shipped runbooks and the user's own, as one shelf. What cannot be read is named in the log and left out. */
export const openLibrary = async (own: string | undefined, log: Log): Promise<{ shelf: Bookshelf; pages: number }> => {
  const folders = [...(existsSync(shipped) ? [shipped] : []), ...(own === undefined ? [] : [own])];
  const read = await Promise.all(folders.map(readRunbookFolder));
  const parsed = parsePages(read.flatMap(({ files }) => files));
  for (const warning of [...read.flatMap(({ warnings }) => warnings), ...parsed.warnings]) log(warning);
  return { shelf: bookshelf(parsed.pages), pages: parsed.pages.length };
};
