import { languages } from "./languages.ts";
import { servers } from "./servers.ts";

/** The error that ended a process, as its log tells it. Only ever a suggestion: anybody may write anything to a log. */
export interface Uncaught {
  readonly by: string;
  readonly type: string;
  readonly message: string;
  /** The line as it stands in the log, to be quoted. */
  readonly line: string;
  readonly origin: string | null;
}

export type Parser = (lines: readonly string[]) => Uncaught | null;

/** How far from the end an error may stand and still be the reason of the end. */
const tail = 80;

/** The last word of the process: the parser whose error stands nearest to the end of the log. */
export const uncaughtIn = (lines: readonly string[]): Uncaught | null => {
  const end = lines.slice(-tail);
  const all = [...languages, ...servers].flatMap((parse) => parse(end) ?? []);
  return all.toSorted((a, b) => end.lastIndexOf(b.line) - end.lastIndexOf(a.line))[0] ?? null;
};
