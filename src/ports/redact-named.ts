import { type Found, frame, isObjectName, isReferenceAt, isSaid, isValue } from "./redact-prose.ts";
import { kubeletTime, lettersAndDigits, type Replace, type Rule } from "./redact-rule.ts";
import { encodedAt, valuesAt } from "./redact-values.ts";
import {
  isConnectionName,
  isPluralName,
  isSensitiveName,
  isVagueName,
  mayBeSensitive,
  stemFrom,
  stemThen,
} from "./sensitive-names.ts";

/** Secrets that only the name beside them gives away: `password=x`, `"apiKey": "x"`, `--token x`. */

/** "may require authorization: server message: ..." is prose; what a header carries is taken out by its scheme. */
const isSentence = (name: string, value: string): boolean => /^authorization$/i.test(name) && /^[a-z]+$/.test(value);

const fewWords = /^(?:[a-z]+(?:[_-][a-z]+)*|[A-Z]{2,12}|(?:[A-Z][a-z]{2,}){1,4})$/;
/** So is "authorization: RBAC denied", but only where the words go on: alone it may be what a header carries. */
const isVerdict = (name: string, { value, start }: Found, text: string): boolean =>
  /^authorization$/i.test(name) &&
  (/^rbac_access_[a-z_]+(?:\[\w*)?$/.test(value) ||
    (fewWords.test(value) &&
      /^[ \t][a-z]{2,20}(?![\w:=-])/.test(text.slice(start + value.length, start + value.length + 24))));

const testName =
  /^(?:(?:Test|Benchmark)[A-Z_]\w*|(?:test|spec)[_-][a-z][\w-]*|[\w.-]{1,80}(?:\/[\w.@-]{1,80}){2,12}|(?:[\w@-]{1,80}\/){1,12}[\w.@-]{1,80}\.[a-z]{1,5})$/;
/** `PASS: TestLogin2` is what a test says; behind another sign it is a name like any. */
const isTest = (name: string, { value, start }: Found, text: string): boolean =>
  name === "PASS" && testName.test(value) && /PASS: {1,4}$/.test(text.slice(Math.max(0, start - 10), start));

/** `secretKey: url` is how a key of a Secret is called, beside where that Secret is. */
const isKeyOfSecret = (name: string, { value, start }: Found, text: string): boolean =>
  name === "secretKey" &&
  /^(?:[a-z]+(?:[._-][a-z]+){0,5}|[A-Z]+(?:_[A-Z]+){0,5})$/.test(value) &&
  /\b(?:remoteRef|secretName|secretStoreRef)\b/.test(text.slice(Math.max(0, start - 120), start + value.length + 120));

const isMixed = (value: string): boolean => /\d/.test(value) && /[A-Za-z]/.test(value);
/** Behind a vague name: what is no word, no address and no number. */
const looksEncoded = (value: string): boolean =>
  /^[\w+%~-][\w+/:%~.-]{7,}={0,2}$/.test(value) &&
  !value.includes("//") &&
  !/^[\d.:-]+$/.test(value) &&
  (value.length < 12 ? isMixed(value) : /[A-Z0-9]/.test(value));
/** One of many: `tokens = ["x", "y"]`. */
const isOneOfMany = (value: string): boolean => /^[^\s]{8,}$/.test(value) && isMixed(value);
/** `SID=PRODDB01` is a database of Oracle. */
const isDatabase = (name: string, value: string): boolean =>
  /(?:^|[^a-z])sid$/i.test(name) && /^[A-Z][A-Z0-9_]{0,11}$/.test(value);

/** A name that promises nothing, and a value of which it is true all the same: `"auth": "dXNlcjpwYXNz"`, a DSN. */
export const isHiddenAnyway = (name: string, value: string): boolean =>
  (isVagueName(name) && looksEncoded(value) && !isDatabase(name, value)) ||
  (isPluralName(name) && isOneOfMany(value)) ||
  (isConnectionName(name) && value.includes("@") && !value.includes("[redacted:"));

const hides = (name: string, value: string): boolean =>
  isValue(value) && (isSensitiveName(name) ? !isSentence(name, value) : isHiddenAnyway(name, value));

/** `arn:aws:secretsmanager:eu-west-1:1234:secret:db-AbCdEf` names a place. */
const isInArn = (text: string, at: number): boolean =>
  /\barn:aws[\w:/-]{0,100}$/.test(text.slice(Math.max(0, at - 110), at));
/** `volume "db-credentials" : timed out`, as the kubelet says: the name of a volume has no value. */
const isVolume = (text: string, at: number): boolean => /\bvolume \\*["']$/i.test(text.slice(Math.max(0, at - 16), at));
/** `checksum/secret: 9f86d081`: of all that is in it. */
const isChecksum = (text: string, at: number): boolean =>
  /checksum\/[\w.-]{0,60}$/.test(text.slice(Math.max(0, at - 70), at));
/** Words in backquotes are a text of their own; one alone is a name. */
const isEndOfQuote = (text: string, at: number, found: string): boolean => found.includes("`") && text[at - 1] !== "`";
/** `app::token::verify` is a path in a program. */
const isProgramPath = (text: string, at: number): boolean =>
  text.startsWith("::", at - 1) &&
  /^:(?:[a-z_]{1,60}(?:::|[^\w!#$%&*+=~^-]|$)|h[0-9a-f]{16}(?!\w)|[<{])/i.test(text.slice(at, at + 70));
const isNoName = (text: string, { index, 0: found }: RegExpExecArray): boolean =>
  isVolume(text, index) || isChecksum(text, index) || isInArn(text, index) || isEndOfQuote(text, index, found);

const blank = /(?:[ \t]|\\t)/.source;
const closed = /(?:%(?:25){0,3}22|["'`*\\\]]{0,12}(?:>>)?)/.source;
const sign = /(?:=>|[:?+]=|\|\|=|={2,3}|[:=：＝]|;s:\d{1,5}:|%(?:25){0,3}3[ad](?:%20)?|\.{3,40})/.source;
/** `<<"x">>`, a string as Erlang writes it; no heredoc, which has no such end. */
const binary = /<<(?=\\*"[^"\r\n]{0,400}">>)/.source;
const arrow = /(?:->|→)(?=[ \t])/.source;

const found = (name: string, text: string, at: number): Found[] => {
  if (isSensitiveName(name)) return valuesAt(text, at);
  return isVagueName(name) || isConnectionName(name) ? encodedAt(text, at, isPluralName(name)) : [];
};

const isOther = (name: string, one: Found, text: string): boolean =>
  [isObjectName, isVerdict, isTest, isKeyOfSecret].some((is) => is(name, one, text));

/** The secrets behind one name. */
const secretsOf = (name: string, text: string, at: number): Found[] =>
  found(name, text, at).filter(
    (one) => hides(name, one.value) && !isOther(name, one, text) && !isSaid(text, one.start, one.value),
  );

const signed = new RegExp(
  `(?<![\\w.-])(?:-D|[.-]{0,3})(\\w[\\w.-]{0,200})${closed}(?:${blank}{0,40}${sign}|${blank}{1,40}${arrow})${blank}{0,40}(?:%(?:25){0,3}22|\\\\\\r?\\n[ \\t]{0,40}|${binary})?`,
  "iy",
);
const isOfName = (sign = ""): boolean => /[\w.-]/.test(sign);

/** Where the word around a place begins, but not before `least`. */
const beginOf = (text: string, at: number, least: number): number => {
  let begin = at;
  while (begin > least && isOfName(text[begin - 1])) begin--;
  return begin;
};
const endOf = (text: string, at: number): number => {
  let end = at + 1;
  while (end < text.length && isOfName(text[end])) end++;
  return end;
};

/** The next name with a sign behind it that may be a sensitive one. Words without such a stem in them are not read. */
const nextName = (text: string, from: number): RegExpExecArray | null => {
  for (let at = stemFrom(text, from), least = from; at >= 0; at = stemFrom(text, least)) {
    signed.lastIndex = beginOf(text, at, least);
    const match = signed.exec(text);
    if (match !== null) return match;
    least = endOf(text, at);
  }
  return null;
};

/** Reads names and looks at what stands behind a sensitive one. What is behind others is read on: it may hold names, too. */
export const named: Rule = (text, hide) => {
  if (!mayBeSensitive(text)) return text;
  let done = "";
  let from = 0;
  for (let match = nextName(text, 0), next = 0; match !== null; match = nextName(text, next)) {
    const [all, name = ""] = match;
    next = match.index + all.length;
    if (!mayBeSensitive(name) || isNoName(text, match) || isReferenceAt(text, next)) continue;
    if (isProgramPath(text, next)) continue;
    for (const { value, start } of secretsOf(name, text, next)) {
      done += text.slice(from, start) + hide(value);
      from = start + value.length;
    }
    next = Math.max(next, from);
  }
  return done + text.slice(from);
};

export const hideNamed = (hide: Replace) => (all: string, kept: string, name: string, value: string) =>
  hides(name, value) ? kept + hide(value) : all;

const gap = `(?:\\s|\\\\+[nrt]|(?<=\\n)${kubeletTime}){0,40}`;
const value = /(?:[^\s"'\\,}[\]]|\\[^"'nr]){1,400}/.source;
const owner = "(?:(?:parameter|option|variable|env|attribute|property|config|setting|header)_?)?";
/** What a field is called that has the name of another field's value. */
export const naming = `(?:${owner}(?:name|key)|k|field|property|param(?:eter)?|header|variable)`;
const called = `\\b${naming}["'\\\\]{0,4}\\s{0,2}[:=]\\s{0,2}["'\\\\]{0,4}([\\w.-]{1,80})["'\\\\]{0,4}`;
// In a wrapper of protobuf, too: `value { string_value: "x" }`.
const typed = `\\{\\s{0,8}["'\\\\]{0,4}(?:string|bytes)_?value["'\\\\]{0,4}\\s{0,2}:\\s{0,2}`;
const valued = `\\b(?:${owner}val(?:ue)?s?|v)["'\\\\]{0,4}\\s{0,2}(?:[:=]\\s{0,2}(?:\\[(?!redacted:)|${typed})?|${typed})["'\\\\]{0,4}`;
const nameFirst = new RegExp(`(${called},?${gap}["'\\\\]{0,4}${valued})(${value})`, "gi");
const valueFirst = new RegExp(
  `(${valued})(${value.replace("400", "100")})(["'\\\\]{0,4},?${gap}["'\\\\]{0,4}${called})`,
  "gi",
);
const inBlock =
  /(\bvariable\s+\\*"([\w.-]{1,80})\\*"\s*\{[^{}]{0,400}?\bdefault\s{0,20}=\s{0,4}\\*")([^"\r\n\\]{1,400})/g;

/** An environment variable as objects, YAML and Go's %v write it: name and value are fields of their own. */
export const variables: Rule = (text, hide) => {
  const once = /val|\bv\\*["']?\s?[:=]/i.test(text)
    ? text
        .replace(nameFirst, hideNamed(hide))
        .replace(valueFirst, (all: string, kept: string, secret: string, after: string, name: string) =>
          hides(name, secret) ? kept + hide(secret) + after : all,
        )
    : text;
  return once.includes("variable") ? once.replace(inBlock, hideNamed(hide)) : once;
};

const stops = "\\s\"'`,;()[\\]";
const mixed = lettersAndDigits(stops, { end: `${stops}\\\\` });
const pair =
  /([[(]\s?[ub]?\\*["']([\w.-]{1,80})\\*["']\s?,\s{0,20}[ub]?\\*["'`]?)((?<=["'`])[^"'`\\\r\n]{1,400}(?=\\*["'`])|(?<!["'`])[^\s"'`,\]]{4,400}(?=\s?[)\]]))/g;
const bareOf = new RegExp(`([[(]\\s?([\\w.-]{1,80})\\s?,\\s?\\\\*["'\`]?)(${mixed})(?=\\\\*["'\`]?\\s?[)\\]])`, "g");
/** `("password", "X")`, `set("password", X)`, `(api_key, X)` */
export const pairs: Rule = (text, hide) =>
  mayBeSensitive(text) ? text.replace(pair, hideNamed(hide)).replace(bareOf, hideNamed(hide)) : text;

export const flags: Rule = (text, hide) =>
  text.includes("--")
    ? text
        .replace(/((?<![\w-])--([a-z][\w-]{1,40})\s{1,40}\\*["'])([^"'\r\n\\]{1,400})/gi, hideNamed(hide))
        .replace(/((?<![\w-])--([a-z][\w-]{1,40})\s{1,40})([^\s"'-][^\s"']*)/gi, hideNamed(hide))
    : text;

const quotedAfter =
  /((?<![\w.-])(?::(?=[a-z])|(?=[A-Z][A-Z0-9]{0,40}_))([\w-]{2,80})[ \t]{1,8}\\*["'`])([^"'`\r\n\\]{1,400})(?=\\*["'`])/g;
const exported =
  /(\b(?:export|ENV|set(?: -[a-zA-Z]{1,3})?|setx|setenv)[ \t]{1,8}([A-Za-z]\w{1,80})[ \t]{1,8})([^\s"'=][^\s"']{0,400})/g;
// Of two words in one, as only programs write it; objects are named with dashes.
const compound = /(?:[A-Za-z]{1,40}_\w{1,60}|[a-z]{1,40}[A-Z]\w{1,60})/.source;
const program = new RegExp(
  `((?<![\\w-])[:-]?(${compound})(?:[ \\t]{1,8}(?:(?:is|was|of)[ \\t])?|\\((?!${frame}))\\\\*["'\`]?)(${mixed})`,
  "g",
);
const programQuoted = new RegExp(
  `((?<![\\w-])[:-]?(${compound})(?:[ \\t]{1,8}(?:is|was|of)[ \\t]|\\()\\\\*["'\`])([^\\s"'\`\\\\]{4,400})(?=\\\\*["'\`])`,
  "g",
);
/** In each line that one of these forms is in. */
const standsBare = stemThen("[\\w-]{0,100}[ \\t(]");
/** `setx API_TOKEN "x"`, `ENV DB_PASSWORD x`, `:api-key "x"`, `invalid api_key x`: a name of a program, and no sign. */
export const bareNames: Rule = (text, hide) =>
  mayBeSensitive(text)
    ? text.replace(/[^\r\n]+/g, (line) =>
        standsBare.test(line)
          ? [quotedAfter, exported, programQuoted, program].reduce(
              (rest, form) => rest.replace(form, hideNamed(hide)),
              line,
            )
          : line,
      )
    : text;
