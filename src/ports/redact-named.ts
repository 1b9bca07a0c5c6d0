import type { Replace, Rule } from "./redact-rule.ts";
import { isAboutSecret, isConnectionName, isSensitiveName, isVagueName, mayBeSensitive } from "./sensitive-names.ts";

/** Secrets that only the name beside them gives away: `password=x`, `"apiKey": "x"`, `--token x`. */

// Words that follow "token:" or "password=" in an error message and are no value.
const prose =
  /^(?:invalid|missing|required|incorrect|wrong|expired|unexpected|unauthorized|failed|none|null|nil|true|false|undefined|not|must|is|was|has|no|the|a|an|authentication|error|errors|cannot|could|unable|empty|unknown|denied|yes|set|unset|given|provided|mismatch|changed|reset|rotated|revoked|refreshed|ok|valid|verified|accepted|rejected|bearer|basic|digest|token|password|\d{1,3}|<\w+>|\*+|x{3,})$/i;
// These may be passwords, too: they are no value only as the first word of a sentence, as in `token: open /etc/token`.
const firstWord =
  /^(?:references|timed|permission|operation|connection|input|device|resource|context|dial|open|stat|read|read-only|write|lookup|get|got|expected|parse|parsing|decode|decoding|fetch|fetching|loading|request|received|exceeded|too|rate|tls:?|x509:?|http|https|rpc)$/i;
// What OAuth says: `token: invalid_grant`.
const oauth =
  /^(?:invalid_(?:grant|client|request|token|scope|target|redirect_uri)|unauthorized_client|unsupported_(?:grant|response|token)_type|access_denied|expired_token|insufficient_scope|server_error|temporarily_unavailable)$/;
/** Whether a word behind a colon goes on as a sentence does, not as the next pair. */
export const isSaid = (text: string, start: number, value: string): boolean =>
  /:[ \t]?$/.test(text.slice(Math.max(0, start - 2), start)) &&
  (oauth.test(value) ||
    (firstWord.test(value) &&
      /^:? [^\s=]+(?=\s|$)/.test(text.slice(start + value.length, start + value.length + 200))));
// `: secret "db-credentials" not found` names an object, `: Get "https://...": dial tcp` says what was tried.
const reference =
  /^(?:\$[({]?|\{?\[redacted[:\]]|%[sqv]|\{\{|(?:secret|configmap|serviceaccount)s? \\*["']|(?:get|post|put|patch|head|delete) \\*["'])/i;
export const isValue = (value: string): boolean => value !== "" && !prose.test(value.trim()) && !reference.test(value);

/** `secret=orders/db-credentials` names an object. */
const isObjectName = (name: string, value: string): boolean =>
  /^secret$/i.test(name) && /^[a-z0-9-]+\/[a-z0-9.-]+$/.test(value);

/** "may require authorization: server message: ..." is prose; what a header carries is taken out by its scheme. */
const isSentence = (name: string, value: string): boolean => /^authorization$/i.test(name) && /^[a-z]+$/.test(value);

/** Behind a vague name: what is no word, no address and no number. */
const looksEncoded = (value: string): boolean =>
  /^[\w+%~-][\w+/:%~.-]{7,}={0,2}$/.test(value) &&
  !value.includes("//") &&
  !/^[\d.:-]+$/.test(value) &&
  (value.length < 12 ? /\d/.test(value) && /[A-Za-z]/.test(value) : /[A-Z0-9]/.test(value));

/** A name that promises nothing, and a value of which it is true all the same: `"auth": "dXNlcjpwYXNz"`, a DSN. */
export const isHiddenAnyway = (name: string, value: string): boolean =>
  (isVagueName(name) && looksEncoded(value)) ||
  (isConnectionName(name) && value.includes("@") && !value.includes("[redacted:"));

const hides = (name: string, value: string): boolean =>
  isValue(value) &&
  (isSensitiveName(name) ? !isObjectName(name, value) && !isSentence(name, value) : isHiddenAnyway(name, value));

/** The ways to write a value, the most exact first; the group is the value. The last ones are cut off by the line's end. */
const forms = [
  /\{\s*\\*["'](?:value|secret|data|plaintext)\\*["']\s{0,9}:\s{0,9}\\*["']([^"'\\\r\n]+)/y,
  // With a type, a tag or an anchor before it, over several lines, behind a comment.
  /((?:!!?[\w:/.-]{0,40}|&[\w-]{1,40})[ \t]+["']?[^\s"']+)/y,
  /[A-Za-z][\w.<>?]{0,60}\s?=\s?["']([^"'\r\n]{1,4000})["']/y,
  /"""([^"]{1,4000})"""/y,
  /(<<[-~]?["']?\w{1,40}["']?\r?\n[^\r\n]{0,4000})/y,
  /(#[^\r\n]{0,200}\r?\n(?:\d{4}-[\d:.TZ-]{15,30} )?[ \t]{1,40}[^\s:]+)(?=[ \t]*(?:\r?\n|$))/y,
  /[|>][-+]?[ \t]*(?:\r?\n|\\+n)(?:\d{4}-[\d:.TZ-]{15,30} )?[ \t]+((?:[^\r\n\\]|\\(?!n))+)/y,
  /(?:\r?\n|\\+n)(?:\d{4}-[\d:.TZ-]{15,30} )?[ \t]+(?:-[ \t])?([^\s:"'\\{[-][^\s:"'\\]{0,200})(?=[ \t]*(?:\r?\n|\\+n|["']|$))/y,
  /[ubr]{1,2}\\*["']([^"'\r\n\\]{1,4000})(?=\\*["'])/iy,
  /"((?:[^"\\\r\n]|\\.){0,4000})"/y,
  /'((?:[^'\r\n]|''){0,4000})'/y,
  /\\+["']([^"'\r\n\\]{0,4000})(?=\\+["'])/y,
  /\[(?!redacted:)\s*\\*["']?([^"'\r\n\\\]]{1,4000})(?=\\*["']?\s*\])/y,
  /\\*["']([^"'\r\n]+)$/my,
  /\\*["']([^"'\s\\]{1,400})/y,
  /((?:[^\s"',;&)}\]\\]|&(?![\w.%-]+=)|[,;](?=[^\s=:,;"'{}[\]()]{1,60}(?:[,;\s]|$))|\\(?!["'nrt]))+)/y,
];

interface Found {
  value: string;
  start: number;
}

const flat = /\{([^{}\r\n]{1,400})\}/y;
/** Without the quotes, the comma and the spaces around it. */
const bare = (value: string): string => value.replace(/^[\s\\"']{1,40}/, "").replace(/[\s\\"',]{1,40}$/, "");
/** What is in braces has names of its own; all of it is secret, but for where it is kept: `{path: token}`. */
const inBraces = (text: string, at: number): Found | null => {
  flat.lastIndex = at;
  const [, inner] = flat.exec(text) ?? [];
  if (inner === undefined) return null;
  const fields = [...inner.matchAll(/([\w.-]{1,80})\\{0,8}["']?\s?[:=]\s?/g)].map((match, index, all) => ({
    name: match[1] ?? "",
    start: match.index + match[0].length,
    end: all[index + 1]?.index ?? inner.length,
  }));
  if (!fields.some(({ name }) => isAboutSecret(name))) return { value: inner, start: at + 1 };
  const secret = fields.filter(
    ({ name, start, end }) => !isAboutSecret(name) && isValue(bare(inner.slice(start, end))),
  );
  const [from, to] = [secret[0]?.start, secret.at(-1)?.end];
  if (from === undefined) return null;
  const value = bare(inner.slice(from, to));
  return { value, start: at + 1 + inner.indexOf(value, from) };
};

const valueAt = (text: string, at: number): Found | null => {
  for (const form of forms) {
    form.lastIndex = at;
    const [found, value] = form.exec(text) ?? [];
    if (found !== undefined && value !== undefined) return { value, start: at + found.indexOf(value) };
    if (text[at] === "{") return inBraces(text, at);
  }
  return null;
};

const encoded = /\\*["']?([\w+%~-][\w+/:%~.@-]{7,}={0,2})/y;

const valueFor = (name: string, text: string, at: number): Found | null => {
  if (isSensitiveName(name)) return valueAt(text, at);
  if (!isVagueName(name) && !isConnectionName(name)) return null;
  encoded.lastIndex = at;
  const [found = "", value] = encoded.exec(text) ?? [];
  return value === undefined ? null : { value, start: at + found.indexOf(value) };
};

const isReferenceAt = (text: string, at: number): boolean =>
  reference.test(text.slice(at, at + 20).replace(/^\\*["']/, ""));

/** `volume "db-credentials" : timed out`, as the kubelet says: the name of a volume has no value. */
const isVolume = (text: string, at: number): boolean => /\bvolume \\*["']$/i.test(text.slice(Math.max(0, at - 16), at));

/** Reads names and looks at what stands behind a sensitive one. What is behind others is read on: it may hold names, too. */
export const named: Rule = (text, hide) => {
  if (!mayBeSensitive(text)) return text;
  const names =
    /(?<![\w.-])[.-]{0,3}(\w[\w.-]{0,200})(?:%22|["'\\]{0,8})(?:(?:[ \t]|\\t){0,2}(?:=>|:=|={2,3}|[:=：＝]|%3[ad])|[ \t]{1,2}->(?=[ \t]))(?:[ \t]|\\t){0,4}/gi;
  let done = "";
  let from = 0;
  for (let match = names.exec(text); match !== null; match = names.exec(text)) {
    const [, name = ""] = match;
    if (!mayBeSensitive(name) || isVolume(text, match.index) || isReferenceAt(text, names.lastIndex)) continue;
    const found = valueFor(name, text, names.lastIndex);
    if (found === null || !hides(name, found.value) || isSaid(text, found.start, found.value)) continue;
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
  /val/i.test(text)
    ? text.replace(
        /(\b(?:name|key)["'\\]{0,4}\s{0,2}[:=]\s{0,2}["'\\]{0,4}([\w.-]{1,80})["'\\]{0,4},?\s{0,40}["'\\]{0,4}val(?:ue)?s?["'\\]{0,4}\s{0,2}[:=]\s{0,2}\[?["'\\]{0,4})((?:[^\s"'\\,}[\]]|\\[^"'])+)/gi,
        hideNamed(hide),
      )
    : text;

/** `("password", "X")` */
export const pairs: Rule = (text, hide) =>
  mayBeSensitive(text)
    ? text.replace(
        /([[(]\s?[ub]?\\*["']([\w.-]{1,80})\\*["']\s?,\s?[ub]?\\*["'])([^"'\\\r\n]{1,400})(?=\\*["']\s?[\])])/g,
        hideNamed(hide),
      )
    : text;

export const flags: Rule = (text, hide) =>
  text.includes("--")
    ? text
        .replace(/((?<![\w-])--([a-z][\w-]{1,40})\s+\\*["'])([^"'\r\n\\]{1,400})/gi, hideNamed(hide))
        .replace(/((?<![\w-])--([a-z][\w-]{1,40})\s+)([^\s"'-][^\s"']*)/gi, hideNamed(hide))
    : text;
