import type { Replace, Rule } from "./redact-rule.ts";

/** Private keys whose lines stand in lines of a log, each behind what the log puts there; and keys of one line. */

const begin = /BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY/;
const end = /END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY/;
const word = /(?<![\w+/=.-])[A-Za-z0-9+/]{32,}={0,2}(?![\w+/=.-])/g;
const last = /(?<![\w+/=.-])[A-Za-z0-9+/]{8,}={0,2}(?=(?:\\[nr]|[\s"'\\,}\]])*$|\\n",)/;
// Nobody has longer keys, and nothing is read further for one that never ends.
const mostLines = 120;

const isOfKey = (one: string): boolean => /[a-z]/.test(one) && /[G-Z]/.test(one) && /\d|[+/]/.test(one);
const hasOne = (line: string): boolean => (line.match(word) ?? []).some(isOfKey);

// A time at most before it: such keys are taken out as the one block that they are.
const bare = /^(?:\d{4}-[\d:.,TZ+ -]{15,32} |[+>|] ?|[ \t]+)?(?:[A-Za-z0-9+/=]*|[A-Za-z-]{4,12}: .*)\r?$/;

/** For each line whether it is one of a key. */
const linesOfKeys = (lines: readonly string[]): boolean[] => {
  const marked = lines.map(() => false);
  const mark = (from: number, to: number): void => {
    if (lines.slice(from, to).some((line) => !bare.test(line))) marked.fill(true, from, to);
  };
  lines.forEach((line, at) => {
    if (begin.test(line)) mark(at + 1, endBehind(lines, at + 1));
    if (end.test(line)) mark(beginBefore(lines, at), at);
  });
  return marked;
};
/** To the last line, wherever it is; without one as far as lines of a key go. */
const endBehind = (lines: readonly string[], from: number): number => {
  const closing = lines.slice(from, from + mostLines).findIndex((line) => end.test(line));
  if (closing >= 0) return from + closing;
  let to = from;
  while (to < Math.min(lines.length, from + mostLines) && hasOne(lines[to] ?? "")) to++;
  return to;
};
const beginBefore = (lines: readonly string[], at: number): number => {
  let from = at - 1;
  while (from > 0 && at - from < mostLines && hasOne(lines[from - 1] ?? "")) from--;
  return Math.max(0, from);
};

export const keyLines: Rule = (text, hide) => {
  if (!text.includes("PRIVATE KEY") || !text.includes("\n")) return text;
  const lines = text.split("\n");
  const marked = linesOfKeys(lines);
  const clean = lines.map((line, at) => {
    if (!marked[at]) return line;
    const done = line.replace(word, (one) => (isOfKey(one) ? hide(one) : one));
    return end.test(lines[at + 1] ?? "") ? done.replace(last, (one) => hide(one)) : done;
  });
  return clean.join("\n");
};

/** `-----BEGIN%20PRIVATE%20KEY-----%0A...`, or with another sign for the end of a line. */
export const packedKeys: Rule = (text, hide) =>
  /PRIVATE(?: |%20|\+|&#32;)KEY/.test(text)
    ? text.replace(
        /(BEGIN(?:(?: |%20|\+)[A-Z0-9]{1,12}){0,3}(?: |%20|\+)PRIVATE(?: |%20|\+)KEY(?:(?: |%20|\+)BLOCK)?-{3,5})([^\r\n]{20,8000}?)(?=-{3,5}END(?: |%20|\+)|$|["'\s])/gm,
        (found, kept: string, secret: string) => {
          if (!/[\w+/]{32}/.test(secret)) return found;
          return (
            kept +
            (secret.includes("[redacted:") ? secret.replace(/[\w+/]{32,}={0,2}/g, (one) => hide(one)) : hide(secret))
          );
        },
      )
    : text;

// Backslashes before the quote are not read: a run of them would be read once for each of them.
const privateParts = /("(?:d|p|q|dp|dq|qi|k)\\*"\s?:\s?\\*")([\w+/=-]{20,})/g;
/** A key as JSON Web Key: its public parts stay. */
export const jsonKeys: Rule = (text, hide) =>
  text.includes("kty")
    ? text.replace(privateParts, (_found, kept: string, secret: string) => kept + hide(secret))
    : text;

/** The same in an object. */
export const isPartOfKey = (owner: Record<string, unknown>, field: string): boolean =>
  typeof owner.kty === "string" && /^(?:d|p|q|dp|dq|qi|k)$/.test(field);

const encodedKey =
  /LS0tLS1CRUdJTi[A-Za-z0-9+/]{10,}={0,2}(?:(?:\r?\n|\\+n)[ \t]{0,20}[A-Za-z0-9+/]{40,100}={0,2}(?![\w+/=])){0,100}(?:(?:\r?\n|\\+n)[ \t]{0,20}[A-Za-z0-9+/]{4,100}={1,2})?/g;
/** What kubectl and Secrets keep in base64; a certificate in base64 is no secret. */
export const encodedKeys: Rule = (text, hide: Replace) =>
  text.includes("LS0tLS1CRUdJTi")
    ? text.replace(encodedKey, (found) =>
        Buffer.from(found.slice(0, 60), "base64").toString("latin1").includes("PRIVATE KEY") ? hide(found) : found,
      )
    : text;
