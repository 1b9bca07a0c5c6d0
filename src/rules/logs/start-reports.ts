import type { Parser, Uncaught } from "./parser.ts";
import { reportedVariables } from "./validation.ts";

/** Programs that report over several lines why they do not start: what decides is in the middle, and the last words say only that it is over. */

const said = (line: string): boolean => /[^\s=*]/.test(line);

const report = (by: string, line: string | undefined, until: string | undefined, origin?: string): Uncaught | null =>
  line === undefined
    ? null
    : { by, type: by, message: line.trim(), line, origin: origin ?? null, until: until ?? line };

/** From the last line that opens such a report to the end of the log. */
const lastPart = (lines: readonly string[], opens: RegExp): readonly string[] | null => {
  const at = lines.findLastIndex((line) => opens.test(line));
  return at < 0 ? null : lines.slice(at);
};

const stamped = /^\d{4}-\d\d-\d\d[T ]/;

/** Description, reason and advice; the reason of a setting that is not accepted stands below its name. */
const spring: Parser = (lines) => {
  const part = lastPart(lines, /^\s*APPLICATION FAILED TO START\s*$/);
  const end = part?.findIndex((line) => stamped.test(line)) ?? -1;
  const own = (part ?? []).slice(1, end < 0 ? undefined : end).filter(said);
  const at = own.findIndex((line) => line.trim() === "Description:");
  const advice = own.findIndex((line) => line.trim() === "Action:");
  const told = at < 0 ? [] : own.slice(at + 1, advice < 0 ? undefined : advice);
  const [first] = told;
  const reason = first?.trimEnd().endsWith(":") ? told.find((line) => /^\s*Reason: /.test(line)) : undefined;
  const origin = told.find((line) => /^\s*Origin: /.test(line)) ?? told.find((line) => /^\s*Property: /.test(line));
  return report("spring", reason ?? first, own.at(-1), reason ? origin?.trim().replace(/^Origin: /, "") : undefined);
};

const jvmOver = /^Error: (?:Could not create the Java Virtual Machine|A fatal exception has occurred)/;

/** The JVM says what is wrong before it says that it gives up, or below the line that says where it was. */
const jvm: Parser = (lines) => {
  const over = lines.findLastIndex((line) => jvmOver.test(line));
  const during = lines.findLastIndex((line) => /^Error occurred during initialization of /.test(line));
  if (during >= 0) return report("jvm", lines.slice(during + 1).find(said) ?? lines[during], lines[over]);
  const before = lines.slice(0, Math.max(0, over)).filter((line) => said(line) && !jvmOver.test(line));
  const reason = before.findLast((line) => !/^(?:Picked up |OpenJDK .* warning:)/.test(line));
  return over < 0 || reason === undefined ? null : report("jvm", reason, lines[over]);
};

/** One thing goes wrong, and every part of the server that needs it says so after it. */
const mysql: Parser = (lines) => {
  if (!lines.some((line) => /\[ERROR\].*\bAborting\s*$/.test(line))) return null;
  const start = lines.findLastIndex((line) => /\bstarting as process\b/.test(line));
  const errors = lines
    .slice(start + 1)
    .filter((line) => line.includes("[ERROR]") && !/errmsg\.sys|error-message file/.test(line));
  return report("mysql", errors[0], errors.at(-1));
};

const redisFatal =
  /^\d+:[A-Z] .* # (?:Fatal|FATAL|Failed|Can't|Cannot|Could not|Error|Bad |Wrong |Short read|Internal error|Corrupt|Unexpected|Unrecoverable|Unable)/;

const redis: Parser = (lines) => {
  const config = lastPart(lines, /^\*\*\* FATAL CONFIG FILE ERROR/)?.filter(said);
  const at = config?.find((line) => line.startsWith(">>> "));
  if (config && at) return report("redis", config.at(config.indexOf(at) + 1) ?? at, config.at(-1), at.slice(4));
  const start = lines.findLastIndex((line) => /Redis is starting/.test(line));
  const errors = lines.slice(start + 1).filter((line) => redisFatal.test(line));
  return report("redis", errors[0], errors.at(-1));
};

const rabbit: Parser = (lines) => {
  const at = lines.findLastIndex((line) => /^BOOT FAILED\s*$/.test(line));
  const part = lines.slice(at).filter(said);
  if (at < 0) return null;
  const error = part[1] ?? part[0];
  // What is wrong with the settings stands before it, and the report says only that something is.
  const before = /failed_to_prepare_configuration/.test(error ?? "")
    ? lines
        .slice(0, at)
        .find(
          (line) => /\[error\] <\S+> \S/.test(line) && !/\b(?:BOOT FAILED|Error (?:generating|preparing))\b/.test(line),
        )
    : undefined;
  return report("rabbitmq", before ?? error, part.at(-1));
};

/** A heading, and below it what is wrong, one thing a line. */
const listed: Parser = (lines) => {
  const at = lines.findLastIndex((line) =>
    /\b(?:invalid|bad|incomplete) (?:configuration|config|settings|options):\s*$/i.test(line),
  );
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !/^\s+\S|^[-*•] /.test(line));
  const part = at < 0 ? [] : rest.slice(0, end < 0 ? undefined : end);
  return report("settings", part[0], part.at(-1));
};

/** envalid and its like: a heading above the names, and no error after them. */
const settings: Parser = (lines) => {
  const part = lastPart(lines, /^\W*(?:missing|invalid) env(?:ironment)?(?: variables?)?\b[^\w]*$/i);
  return part && reportedVariables(part).length > 0 ? report("settings", part[0], part.filter(said).at(-1)) : null;
};

/** zod's prettified issues, printed with no error's name before them. */
const issues: Parser = (lines) => {
  const at = lines.findIndex((line) => /^✖ /.test(line));
  return at >= 0 && lines.slice(at).every((line) => /^(?:✖|\s+→) /.test(line))
    ? report("zod", lines[at], lines.at(-1))
    : null;
};

export const startReports: readonly Parser[] = [spring, jvm, mysql, redis, rabbit, settings, issues, listed];
