import { languages } from "./languages.ts";
import { lackIn } from "./missing.ts";
import type { Parser, Uncaught } from "./parser.ts";
import { servers } from "./servers.ts";

/** How far from the end an error may stand and still be the reason of the end. */
const tail = 80;

/** No parser knows the form, but one of the last lines names something missing. */
const lastLack: Parser = (lines) => {
  const line = lines.slice(-3).findLast((one) => lackIn(one) !== null);
  return line === undefined ? null : { by: "log", type: "log", message: line, line, origin: null };
};

/** The last word of the process: the parser whose error stands nearest to the end of the log. */
export const uncaughtIn = (lines: readonly string[]): Uncaught | null => {
  const end = lines.slice(-tail);
  const all = [...languages, ...servers].flatMap((parse) => parse(end) ?? []);
  return all.toSorted((a, b) => end.lastIndexOf(b.line) - end.lastIndexOf(a.line))[0] ?? lastLack(end);
};
