import type { NewEntry } from "../store/journal.ts";

const mostLine = 500;

/** What is on the record of who holds whom. */
export const familyEntry = (at: Date, line: string): NewEntry => ({
  at: at.toISOString(),
  kind: "family",
  actor: "nightshift",
  line: line.slice(0, mostLine),
});
