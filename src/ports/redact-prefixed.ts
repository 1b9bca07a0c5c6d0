import type { Rule } from "./redact-rule.ts";
import { mayBeSensitive, stemThen } from "./sensitive-names.ts";

/** Blocks whose lines each bear what a program or a collector puts before a line: they are read without it. */

// A name at the end of a line, whose value the next one has. Read backwards from there, for most lines end otherwise.
const ended = stemThen(
  /\w{0,40}(?:[.-]\w{1,40}){0,4}["']?[ \t]{0,3}:?[ \t]{0,3}(?:[|>][-+]?|#[^\r\n]{0,60})?["',]{0,3}/.source,
);
const opener = new RegExp(`$(?<=kind: Secret[ \\t]{0,3}|<<-?["']?[A-Z]{2,12}["']?|${ended.source})`, "im");

const kubelet = /^\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-]\d\d:\d\d) /;
const linesBefore = 24;
const linesAfter = 60;

const restOf = (line: string): string => line.slice(kubelet.exec(line)?.[0].length ?? 0);
const isDigit = (sign: string | undefined): boolean => sign !== undefined && sign >= "0" && sign <= "9";

const mostOfAPrefix = 200;
/** How far both are the same, whatever their numbers are: up to the last blank before they differ, in either. */
const common = (a: string, b: string): [inA: number, inB: number] => {
  let [at, other] = [0, 0];
  let same: [number, number] = [0, 0];
  while (at < Math.min(a.length, mostOfAPrefix)) {
    if (isDigit(a[at]) && isDigit(b[other])) {
      while (isDigit(a[at])) at += 1;
      while (isDigit(b[other])) other += 1;
      continue;
    }
    if (a[at] !== b[other]) break;
    at += 1;
    other += 1;
    if (a[at - 1] === " ") same = [at, other];
  }
  return same;
};

/** What stands before each line of a block around this one; empty: nothing. */
const prefixAt = (lines: readonly string[], at: number): string => {
  const line = restOf(lines[at] ?? "");
  const prefix = line.slice(0, common(line, restOf(lines[at + 1] ?? ""))[0]);
  return prefix.trim() === "" ? "" : prefix;
};

/** Where a line goes on behind this prefix; null: it has another one. */
const behind = (line: string, prefix: string): number | null => {
  const rest = restOf(line);
  const whole = `${rest} `;
  const [inPrefix, inLine] = common(prefix, whole);
  return inPrefix === prefix.length ? line.length - rest.length + Math.min(inLine, rest.length) : null;
};

interface Part {
  head: string;
  rest: string;
}

const partAt = (lines: readonly string[], at: number, prefix: string): Part | null => {
  const line = lines[at];
  const from = line === undefined ? null : behind(line, prefix);
  return line === undefined || from === null ? null : { head: line.slice(0, from), rest: line.slice(from) };
};

const blockAt = (lines: readonly string[], at: number, least: number, prefix: string): [Part[], number] => {
  const parts: Part[] = [];
  let from = at;
  while (from > least && at - from < linesBefore && partAt(lines, from - 1, prefix) !== null) from -= 1;
  for (let next = from; next - at < linesAfter; next += 1) {
    const part = partAt(lines, next, prefix);
    if (part === null) break;
    parts.push(part);
  }
  return [parts, from];
};

const redactedBlock = (parts: readonly Part[], read: (inside: string) => string): string[] => {
  if (parts.length === 0) return [];
  const clean = read(parts.map(({ rest }) => rest).join("\n")).split("\n");
  // Where a secret of several lines became one there are fewer.
  return clean.map((rest, at) => `${parts[at]?.head ?? ""}${rest}`);
};

export const prefixed =
  (read: (inside: string) => string): Rule =>
  (text) => {
    if (!text.includes("\n") || !(mayBeSensitive(text) || text.includes("<<")) || !opener.test(text)) return text;
    const lines = text.split("\n");
    const done: string[][] = [];
    for (let at = 0, from = 0; from < lines.length; at += 1) {
      const found = at < lines.length;
      const prefix = found && opener.test(lines[at] ?? "") ? prefixAt(lines, at) : "";
      if (found && prefix === "") continue;
      const [parts, begin] = found ? blockAt(lines, at, from, prefix) : [[], lines.length];
      done.push(lines.slice(from, begin), redactedBlock(parts, read));
      from = begin + parts.length;
      at = from - 1;
    }
    return done.flat().join("\n");
  };
