import { calmAfter, leadsOn, livedOn, movedOn, overcame, saysHarmless } from "./aftermath.ts";
import { isCallers, isSession } from "./callers.ts";
import { continues, messageEnd, ofSame, untilFinalTrace } from "./final-trace.ts";
import { languages } from "./languages.ts";
import { type Lack, lackIn, lackInSource } from "./missing.ts";
import type { Uncaught } from "./parser.ts";
import { type Plain, plainLines } from "./plain.ts";
import { isFatal, reportsOnly } from "./reports.ts";
import { servers } from "./servers.ts";
import { startReports } from "./start-reports.ts";
import { reportedVariables } from "./validation.ts";

/** How far from the end an error may stand and still be the reason of the end. */
const tail = 80;

/** Said by wrappers and on the way out, after the error: it tells only that there was one. */
const afterwords =
  /^(?:npm (?:ERR!|error)|error Command failed|info Visit |.*exited with (?:code|status|exit)|exit status \d|make: \*\*\*|.*ELIFECYCLE|bundler: failed to load|(?:shutting|shut) down|stopping|\s*exiting\b|goodbye|bye\b|error: script ".*" exited|\s*thrown in \S+ on line|Reason: Worker failed to boot|Elasticsearch (?:did not exit normally|died while starting)|BEGIN failed--compilation aborted|no listening sockets available|AH00015: Unable to open logs|for (?:more|complete) (?:error )?(?:details|information)\b|(?:error: )?run with --v\b|FPM initialization failed|failed to post process the configuration|(?:invalid config|unable to access datadir), exiting abnormally|node validation exception|\[\d+\] bootstrap checks failed|(?:\[\d+\]: )?bootstrap checks failed|configuration file contains errors|(?:\(\d+\) : )?config : (?:Error\(s\)|Fatal errors) found|Logstash stopped processing because of an error: \(SystemExit\)|org\.jruby\.exceptions\.SystemExit|Failed running "|\d+\) (?:set|use) \w|(?:error )?initiali[sz]ing module: |you may have issues with file permissions\b)/i;

const severe: (lines: readonly Plain[]) => Uncaught | null = (lines) => {
  const line = lines.findLast((one) => one.severe === true && !afterwords.test(one.text) && !isFrame(one.text));
  return line ? { by: "log", type: "error", message: line.text, line: line.text, origin: null } : null;
};

/** No parser knows the form, but one of the last lines names something missing. */
const lastLack = (lines: readonly Plain[]): Uncaught | null => {
  const line = lines.slice(-8).findLast((one) => !isCallers(one) && lackIn(one.text) !== null)?.text;
  return line === undefined ? null : { by: "log", type: "log", message: line, line, origin: null };
};

/** Of such a line only: called harmless, or no longer what the program spoke of when it ended. */
const merelySaid = (error: Uncaught, plain: readonly Plain[], at: number): boolean =>
  error.type === "log" && (plain[at]?.severe === false || movedOn(error.line, plain.slice(at + 1)));

const isFrame = (text: string): boolean =>
  /^\s*(?:at |from |File "|\S+\.rb:\d+:in [`']|\.\.\. \d+ |#\d+ |\d+: 0x|goroutine \d)|^\t+(?:\/|@|Suppressed: )/.test(
    text,
  );

/** A line that belongs to what is told of an error before or after its own line. */
const belongs = (text: string): boolean =>
  isFrame(text) ||
  /^\s|^Traceback|^The above exception|^During handling|^Caused by|^\s*--->|^\[?cause\]?:|^[\w.$:]+(?:Error|Exception)\b|^panic:|^goroutine/.test(
    text,
  );

/** What stands before it is an error, whatever its name. */
const joins = (text: string): boolean => /^The above exception|^During handling/.test(text);

/** What a logger says next, or what stands below the places of a trace and is none of it, is another matter. */
const blastEnd = (plain: readonly Plain[], at: number, by: string): number => {
  if (by === "python") return messageEnd(plain, at);
  let framed = false;
  let end = at + 1;
  for (let line = plain[end]; line && end < at + 60; line = plain[end]) {
    if (!ofSame(line) || (framed && !continues.test(line.whole) && !belongs(line.text))) break;
    framed ||= isFrame(line.text);
    end += 1;
  }
  return end;
};

const blastFrom = (plain: readonly Plain[], at: number, by: string): readonly string[] => {
  const texts = plain.map(({ text }) => text);
  let start = at;
  while (start > 0 && at - start < tail && (joins(texts[start] ?? "") || belongs(texts[start - 1] ?? ""))) start -= 1;
  return texts.slice(start, blastEnd(plain, at, by));
};

/** The lines of one error that say something, the outermost first, then its causes from the deepest on. */
const tellingLines = (blast: readonly string[], own: string): string[] => {
  const at = blast.lastIndexOf(own);
  const telling = blast.filter((line, index) => !isFrame(line) && !/^\s*File "/.test(blast[index - 1] ?? ""));
  const before = telling.filter((line) => blast.indexOf(line) < at);
  const after = telling.filter((line) => blast.indexOf(line) > at).reverse();
  return [...before, ...after];
};

/** The cause below all causes, where the error names nothing that is missing: as Node, .NET, anyhow and Python print it. */
const innermost = (blast: readonly string[], own: string): string | null => {
  const after = blast.slice(blast.lastIndexOf(own) + 1);
  const inner = after.findLast((line) => /^\s*(?:\[cause\]: |---> )\S/.test(line));
  if (inner !== undefined) return inner;
  const causes = after.findIndex((line) => /^Caused by:\s*$/.test(line));
  if (causes >= 0) {
    const list = after.slice(causes + 1);
    const end = list.findIndex((line) => !/^\s+\S/.test(line));
    return list.slice(0, end < 0 ? undefined : end).findLast((line) => !isFrame(line)) ?? null;
  }
  const direct = blast.findIndex((line) => line.startsWith("The above exception was the direct cause"));
  return blast.slice(0, Math.max(0, direct)).findLast((line) => line.trim() !== "") ?? null;
};

interface Named {
  lack: Lack;
  /** The line that names it; null where only the program's source does. */
  line: string | null;
}

const lackOf = (error: Uncaught, blast: readonly string[]): Named | null => {
  const [first, ...also] = reportedVariables(blast);
  if (first) return { lack: { kind: "variable", name: first, ...(also.length > 0 ? { also } : {}) }, line: null };
  const own = lackIn(`${error.type}: ${error.message}`) ?? lackIn(error.line);
  const lines = tellingLines(blast, error.line);
  const others = lines.flatMap((line) => {
    const lack = lackIn(line);
    return lack ? [{ lack, line }] : [];
  });
  const joined = lackIn(
    blast
      .filter((line) => !isFrame(line))
      .join(" ")
      .replace(/\s+/g, " "),
  );
  const source = lackInSource(error, blast);
  if (own && own.kind !== "file") return { lack: own, line: error.line };
  return (
    others.find(({ lack }) => lack.kind !== "file") ??
    (source ? { lack: source, line: null } : null) ??
    (own ? { lack: own, line: error.line } : null) ??
    others[0] ??
    (joined?.kind === "variable" ? { lack: joined, line: null } : null)
  );
};

/** How many lines that say something may lie between the reason and a last error that only wraps or reports it. */
const near = 15;
const isError = ({ text, severe: bad }: Plain): boolean =>
  bad === true ||
  /^\W*(?:error|invalid)\b|^\s*["']?[A-Z][A-Z0-9_]+["']?: \[ *['"]/i.test(text) ||
  /^(?:(?:[\w$]+[.:]+)*|[\w ]{1,40}: )[\w$]*(?:Error|Exception): /.test(text);

const unachieved =
  /\b(?:can ?not|could not|can't|couldn't|unable|fail\w*|giv\w+ up|gave up|abort\w*|not start\w*|error (?:initiali[sz]|creat|start|open|load|runn)ing)\b/i;

/** It says only that something failed so often, or everywhere, that it was given up: the tries tell why, however calmly. */
const wraps =
  /\bNo resolvable bootstrap urls|\b(?:max(?:imum)?|too many)\b[\w ]{0,20}\b(?:retries|attempts|tries)\b|\b(?:retries|attempts|tries)\b[\w ]{0,12}\b(?:exhausted|exceeded|failed)\b|\b(?:gave|giving) up after\b|\bretry exhausted\b/i;

/** The last error names nothing; the one it followed from, told just before it, may, unless the program got over that. */
const saidBefore = (plain: readonly Plain[], end: number): Named | null => {
  const tried = wraps.test(plain[end]?.text ?? "");
  const wants = unachieved.test(plain[end]?.whole ?? "");
  const telling = plain.slice(0, end).filter((one) => !isFrame(one.text) && !isCallers(one));
  for (const [back, one] of telling.slice(-near).toReversed().entries()) {
    // Right before an end that tells of something not achieved, its reason may stand without a level.
    const lack = isError(one) || (back === 0 && one.severe === null && wants) || tried ? lackIn(one.text) : null;
    const between = telling.slice(telling.length - back);
    if (lack) return leadsOn(one.text, between) ? { lack, line: one.text } : null;
  }
  return null;
};

/** An error with what its own lines, and those of its causes, say is missing. */
export interface LastWords extends Uncaught {
  readonly lack: Lack | null;
  /** By its own log the program got over it and ended of something else, or of nothing that it told. */
  readonly survived: boolean;
  /** By its own log what it got over is this very thing: nothing that is so now says that it came back. */
  readonly overcame: boolean;
  /** Called harmless, or said calmly and no longer spoken of: that the objects bear it out does not make it the reason. */
  readonly harmless: boolean;
  /** An error of a log that then spoke of other business: no sure reason of the end by itself. */
  readonly passed: boolean;
  /** All that was said of this error, for what only its context tells. */
  readonly blast: readonly string[];
}

const placeIn = (plain: readonly Plain[]) => {
  const raw = plain.map(({ whole }) => whole);
  const texts = plain.map(({ text }) => text);
  return (line: string): number => Math.max(texts.lastIndexOf(line), raw.lastIndexOf(line));
};

interface Reading {
  readonly error: Uncaught;
  readonly plain: readonly Plain[];
  /** Where its own line stands, and where all that is said of it ends. */
  readonly at: number;
  readonly end: number;
}

/** The parser whose error stands nearest to the end. */
const readingOf = (plain: readonly Plain[]): Reading | null => {
  const raw = plain.map(({ whole }) => whole);
  const texts = plain.map(({ text }) => text);
  const place = placeIn(plain);
  const own = plain.filter((one) => !isCallers(one));
  const told = own
    .filter(({ severe: bad, whole }) => bad !== false && !/^\s+at /.test(whole))
    .map(({ whole }) => whole);
  const end = (one: Uncaught): number => place(one.until ?? one.line);
  const all = [
    ...languages.flatMap((parse) => parse(texts) ?? []),
    ...servers.flatMap((parse) => parse(told) ?? []),
    ...[severe(own) ?? []].flat(),
  ];
  const reports = startReports.flatMap((parse) => parse(raw) ?? []);
  const error = [...reports, ...all].toSorted((a, b) => end(b) - end(a))[0] ?? lastLack(plain);
  return error ? { error, plain, at: place(error.line), end: end(error) } : null;
};

/** Not sent to where it is watched from: that ends no program that has told another error, unless it got over that. */
const withoutReports = (plain: readonly Plain[]): Reading | null => {
  const rest = plain.filter(({ text, whole }) => !reportsOnly(text) || isFatal(whole));
  const reading = rest.length < plain.length ? readingOf(rest) : null;
  return reading && leadsOn(reading.error.line, rest.slice(reading.end + 1)) ? reading : null;
};

/** The last word of the process. */
export const uncaughtIn = (lines: readonly string[]): LastWords | null => {
  const said = plainLines(lines.slice(-tail)).filter((one) => !afterwords.test(one.text) && !isSession(one));
  const whole = untilFinalTrace(said);
  const reading = withoutReports(whole) ?? readingOf(whole);
  if (!reading) return null;
  const { error, plain, at: index, end } = reading;
  const blast = blastFrom(plain, index, error.by);
  const named = lackOf(error, blast) ?? saidBefore(plain, index);
  const told = named?.line ?? (named ? null : innermost(blast, error.line)) ?? error.line;
  const later = plain.slice(Math.max(index, end) + 1);
  const calmly = plain[index]?.severe === false;
  const survived = livedOn(told, later) || merelySaid(error, plain, index);
  return {
    ...error,
    line: (plain[placeIn(plain)(told)]?.quote ?? error.line).trim(),
    lack: named?.lack ?? null,
    survived,
    overcame: overcame(later),
    harmless: saysHarmless(told) || (error.by === "log" && calmly && movedOn(error.line, plain.slice(index + 1))),
    passed: error.by === "log" && calmAfter(later) >= 2,
    blast,
  };
};
