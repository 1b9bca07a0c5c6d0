import { languages } from "./languages.ts";
import { plainLines } from "./plain.ts";
import { uncaughtIn } from "./uncaught.ts";

interface Pattern {
  readonly says: RegExp;
  /** Exit codes with which such a line is the reason of the end, and not just talk. */
  readonly with: (exitCode: number) => boolean;
}

const patterns: readonly Pattern[] = [
  { says: /^[^\s:]*(sh|bash|ash|env)[^:]*:.*: (command )?not found$/i, with: (code) => code === 127 || code === 1 },
  { says: /^(\/\S+|[^\s:]+): (line \d+: )?\S+: (command )?not found$/, with: (code) => code === 127 },
  { says: /^env: .*No such file or directory$/, with: (code) => code === 127 },
  { says: /^\S*sh: .*: No such file or directory$/, with: (code) => code === 127 || code === 2 },
  { says: /(Permission denied|cannot execute|Is a directory)/i, with: (code) => code === 126 },
  { says: /exec format error/i, with: (code) => code !== 0 },
  {
    says: /^\S*sh: .*(syntax error|unterminated quoted string|unexpected EOF)/i,
    with: (code) => code === 2 || code === 1,
  },
  { says: /python[\d.]*: can't open file '[^']+': \[Errno 2\]/, with: (code) => code === 2 },
  { says: /^Error: (Unable to access jarfile|Could not find or load main class) \S+/, with: (code) => code === 1 },
  {
    says: /^(?:\S+: )?(error: )?(unknown (flag|option|shorthand flag|command)|unrecognized (option|arguments?)|invalid option|flag provided but not defined)\b.*/i,
    with: (code) => code > 0 && code < 128,
  },
  {
    says: /^(?:\S+: )?(?:error: )?(?:required flags?(?:\(s\))? .*(?:not (?:set|provided))|the following (?:required )?arguments (?:were not provided|are required)|missing (?:option|argument) (?!.*env var).*)/i,
    with: (code) => code === 1 || code === 2,
  },
  { says: /^\S+: error: unrecognized arguments: /, with: (code) => code === 2 },
];

/** An error of a language's own after the line: then that was the end, and the line a stumble on the way. */
const goesOn = (lines: readonly string[]): boolean => languages.some((parse) => parse(lines) !== null);

/** The line by which a shell or interpreter says that what it was told to run is not there; only near the end. */
export const commandLine = (lines: readonly string[], exitCode: number): string | null => {
  const plain = plainLines(lines.slice(-12));
  const at = plain.findLastIndex(
    ({ text, quote, severe }) =>
      severe !== false &&
      patterns.some(({ says, with: fits }) => fits(exitCode) && (says.test(text.trim()) || says.test(quote.trim()))),
  );
  const line = plain[at];
  const later = plain.slice(at + 1).map(({ text }) => text);
  return line && (exitCode === 126 || exitCode === 127 || !goesOn(later)) ? line.quote.trim() : null;
};

/** Ended by its shell as if a command were not there, for a variable that is not: so bash does with -c. */
export const shellLacksVariable = (lines: readonly string[]): boolean => uncaughtIn(lines)?.lack?.kind === "variable";
