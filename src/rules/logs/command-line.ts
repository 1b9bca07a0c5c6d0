import { untilFinalTrace } from "./final-trace.ts";
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
  {
    says: /^(?:\S*\/)?python[\d.]*: (?:No module named \S|Error while finding module specification for '|can't find '__main__' module in )/,
    with: (code) => code === 1,
  },
  { says: /^(?:\S*\/)?ruby: No such file or directory -- \S+ \(LoadError\)$/, with: (code) => code === 1 },
  { says: /^Can't open perl script "[^"]+": No such file/, with: (code) => code === 2 },
  { says: /^Could not open input file: \S+$/, with: (code) => code === 1 },
  {
    says: /^(?:npm (?:ERR!|error) +Missing script:? |\S*ERR_PNPM_NO_SCRIPT\S* |error Command "[^"]+" not found\.?$|error: Script not found ")/i,
    with: (code) => code === 1,
  },
  {
    says: /^(?:The application '[^']+' does not exist|Could not execute because the (?:application was not found|specified command or file was not found))/,
    with: (code) => code !== 0,
  },
  {
    says: /^Error loading ASGI app\. (?:Could not import module "|Attribute "[^"]*" not found in module ")/,
    with: (code) => code === 1,
  },
  { says: /^Failed to find attribute '[^']+' in '[^']+'\.$/, with: (code) => code === 4 },
];

/** Java says once more which class it is that is not there; another one is what the program itself lacks. */
const saysAgain = (line: string, later: string): boolean => {
  const main = /main class (\S+)/.exec(line)?.[1];
  return main !== undefined && later === `Caused by: java.lang.ClassNotFoundException: ${main}`;
};

/** An error of a language's own after the line: then that was the end, and the line a stumble on the way. */
const goesOn = (lines: readonly string[]): boolean => languages.some((parse) => parse(lines) !== null);

/** The module is what the command tells its server or interpreter to run: wsgi:app, -m name. */
const isCommanded = (name: string, argv: readonly string[]): boolean => {
  const words = argv.flatMap((one) => one.split(/[\s"';|&]+/));
  return words.some(
    (one, index) =>
      one.startsWith(`${name}:`) ||
      (one === name && /^(?:-m|-A|--app)$/.test(words[index - 1] ?? "")) ||
      one === `--app=${name}`,
  );
};

/** The script or module that was to be run is what the interpreter lacks: none that asks for it was there yet. */
const wrongScript = (lines: readonly string[], argv: readonly string[]): string | null => {
  const error = uncaughtIn(lines);
  if (error?.lack?.kind !== "module" || error.survived) return null;
  const { name } = error.lack;
  const first = name.startsWith("/") && error.blast.some((line) => /^\s*requireStack: \[\]/.test(line));
  return first || isCommanded(name, argv) ? error.line : null;
};

/** The line by which a shell or interpreter says that what it was told to run is not there; only near the end. */
export const commandLine = (
  lines: readonly string[],
  exitCode: number,
  argv: readonly string[] = [],
): string | null => {
  const all = plainLines(lines.slice(-80));
  // The end of a shell is its last command's; another program's may be its trace, whatever is said after it.
  const plain = (exitCode === 126 || exitCode === 127 ? all : untilFinalTrace(all)).slice(-12);
  const at = plain.findLastIndex(
    ({ text, quote, severe }) =>
      severe !== false &&
      patterns.some(({ says, with: fits }) => fits(exitCode) && (says.test(text.trim()) || says.test(quote.trim()))),
  );
  const line = plain[at];
  const later = plain.slice(at + 1).flatMap(({ text }) => (line && saysAgain(line.quote, text) ? [] : [text]));
  if (line && (exitCode === 126 || exitCode === 127 || !goesOn(later))) return line.quote.trim();
  return exitCode > 0 && exitCode < 126 ? wrongScript(lines, argv) : null;
};

/** As its container is told it, its image's own aside. */
export const argvOf = (spec: { command?: string[]; args?: string[] } | null | undefined): string[] => [
  ...(spec?.command ?? []),
  ...(spec?.args ?? []),
];

/** Ended by its shell as if a command were not there, for a variable that is not: so bash does with -c. */
export const shellLacksVariable = (lines: readonly string[]): boolean => uncaughtIn(lines)?.lack?.kind === "variable";
