import type { RunbookHit } from "../incident/runbook.ts";

export interface RunbookQuery {
  alerts: readonly string[];
  classes: readonly string[];
  /** Anything else that may help: statement, log lines, labels. */
  words: string;
}

/** The runbooks that can be found. */
export interface Bookshelf {
  /** Best first, at most `limit`. Empty when nothing is indexed. */
  search(query: RunbookQuery, limit: number): Promise<RunbookHit[]>;
}
