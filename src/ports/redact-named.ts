import type { Replace, Rule } from "./redact-rule.ts";
import { isSensitiveName } from "./sensitive-names.ts";

/** Secrets that only the name beside them gives away: `password=x`, `"apiKey": "x"`, `--token x`. */

// Words that follow "token:" or "password=" in an error message and are no value.
const prose =
  /^(?:invalid|missing|required|incorrect|wrong|expired|unexpected|unauthorized|failed|none|null|nil|true|false|undefined|not|must|is|was|has|no|the|a|an|authentication|error|errors|cannot|could|unable|empty|unknown|denied|yes|set|unset|given|provided|mismatch|changed|reset|rotated|revoked|refreshed|ok|valid|verified|accepted|rejected|bearer|basic|digest|token|password|\d{1,3}|<\w+>|\*+|x{3,})$/i;
const reference = /^(?:\$[({]?|\[redacted:|%[sqv]|\{\{)/;
export const isValue = (value: string): boolean => value !== "" && !prose.test(value) && !reference.test(value);

/** `secret=orders/db-credentials` names an object. */
const isObjectName = (name: string, value: string): boolean =>
  /^secret$/i.test(name) && /^[a-z0-9-]+\/[a-z0-9.-]+$/.test(value);

/** "may require authorization: server message: ..." is prose; what a header carries is taken out by its scheme. */
const isSentence = (name: string, value: string): boolean => /^authorization$/i.test(name) && /^[a-z]+$/.test(value);

/** `auth` says little by itself: only what looks encoded is hidden. */
const isEncoded = (value: string): boolean => /^(?=.*[A-Z0-9])[A-Za-z0-9+_-][A-Za-z0-9+/_-]{11,}={0,2}$/.test(value);
const isAuth = (name: string): boolean => /(?:^|[^a-z])auth[^a-z]*$/i.test(name);

/** `"auth": "dXNlcjpwYXNz"` of a registry's configuration. */
export const isEncodedAuth = (name: string, value: string): boolean => isAuth(name) && isEncoded(value);

const hides = (name: string, value: string): boolean =>
  isValue(value) &&
  (isSensitiveName(name) ? !isObjectName(name, value) && !isSentence(name, value) : isEncodedAuth(name, value));

/** The ways to write a value, the most exact first; the group is the value. The last ones are cut off by the line's end. */
const forms = [
  /\{\s*\\*["'](?:value|secret|data|plaintext)\\*["']\s*:\s*\\*["']([^"'\\\r\n]+)/y,
  /[|>][-+]?[ \t]*(?:\r?\n|\\+n)[ \t]+((?:[^\r\n\\]|\\(?!n))+)/y,
  /(?:\r?\n|\\+n)[ \t]+([^\s:"'\\{[-][^\s:"'\\]{0,200})(?=[ \t]*(?:\r?\n|\\+n|["']|$))/y,
  /[ubr]{1,2}\\*["']([^"'\r\n\\]+)(?=\\*["'])/iy,
  /"((?:[^"\\\r\n]|\\.)*)"/y,
  /'([^'\r\n]*)'/y,
  /\\+["']([^"'\r\n\\]*)(?=\\+["'])/y,
  /\[(?!redacted:)\s*\\*["']?([^"'\r\n\\\]]+)(?=\\*["']?\s*\])/y,
  /\\*["']([^"'\r\n]+)$/my,
  /((?:[^\s"',;&)}\]\\]|&(?![\w.%-]+=)|\\(?!["'nrt]))+)/y,
];

const valueAt = (text: string, at: number): { value: string; start: number } | null => {
  for (const form of forms) {
    form.lastIndex = at;
    const [found, value] = form.exec(text) ?? [];
    if (found !== undefined && value !== undefined) return { value, start: at + found.indexOf(value) };
  }
  return null;
};

const encoded = /\\*["']?([A-Za-z0-9+_-][A-Za-z0-9+/_-]{11,}={0,2})/y;

const valueFor = (name: string, text: string, at: number): ReturnType<typeof valueAt> => {
  if (isSensitiveName(name)) return valueAt(text, at);
  if (!isAuth(name)) return null;
  encoded.lastIndex = at;
  const [found = "", value] = encoded.exec(text) ?? [];
  return value === undefined ? null : { value, start: at + found.indexOf(value) };
};

const isReferenceAt = (text: string, at: number): boolean =>
  reference.test(text.slice(at, at + 20).replace(/^\\*["']/, ""));

const mayBeSensitive =
  /pass|pwd|pw\b|psk|_pat\b|sessid|sessionid|secret|token|key|credential|authorization|cookie|auth/i;

/** Reads names and looks at what stands behind a sensitive one. What is behind others is read on: it may hold names, too. */
export const named: Rule = (text, hide) => {
  if (!mayBeSensitive.test(text)) return text;
  const names =
    /(?<![\w.-])[.-]{0,3}(\w[\w.-]{0,200})["'\\]{0,8}(?:(?:[ \t]|\\t){0,2}(?:=>|:=|[:=]|%3[ad])|[ \t]{1,2}->(?=[ \t]))(?:[ \t]|\\t){0,4}/gi;
  let done = "";
  let from = 0;
  for (let match = names.exec(text); match !== null; match = names.exec(text)) {
    const [, name = ""] = match;
    if (!mayBeSensitive.test(name) || isReferenceAt(text, names.lastIndex)) continue;
    const found = valueFor(name, text, names.lastIndex);
    if (found === null || !hides(name, found.value)) continue;
    done += text.slice(from, found.start) + hide(found.value);
    from = found.start + found.value.length;
    names.lastIndex = from;
  }
  return done + text.slice(from);
};

const hideNamed = (hide: Replace) => (found: string, kept: string, name: string, value: string) =>
  hides(name, value) ? kept + hide(value) : found;

/** An environment variable as objects, YAML and Go's %v write it: name and value are fields of their own. */
export const variables: Rule = (text, hide) =>
  /value/i.test(text)
    ? text.replace(
        /(\b(?:name|key)["'\\]{0,4}\s{0,2}[:=]\s{0,2}["'\\]{0,4}([\w.-]{1,80})["'\\]{0,4},?\s{0,40}["'\\]{0,4}value["'\\]{0,4}\s{0,2}[:=]\s{0,2}["'\\]{0,4})((?:[^\s"'\\,}]|\\[^"'])+)/gi,
        hideNamed(hide),
      )
    : text;

export const flags: Rule = (text, hide) =>
  text.includes("--") ? text.replace(/(--([a-z][\w-]{1,40})\s+)([^\s"'-][^\s"']*)/gi, hideNamed(hide)) : text;
