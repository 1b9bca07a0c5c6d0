import { foreignName } from "./foreign-names.ts";
import { isValue } from "./redact-prose.ts";
import { after, lettersAndDigits, type Rule, spoken, whole } from "./redact-rule.ts";
import { isSensitiveName, mayBeSensitive } from "./sensitive-names.ts";

/** Secrets that a sentence, a command or a name in another language gives away. */

const quote = /\\*["'`]?/.source;
const mixed = lettersAndDigits("\\s\"'`,;|&()[\\]\\\\", { within: "{0,80}" });
const value = /[^\s"'`,;|&\\]{4,200}/.source;
const of = (before: string, secret: string, flags = "gi"): RegExp =>
  new RegExp(`(${before}${quote})(${secret})`, flags);

// Whatever alphabet the name is of: `\b` knows none but ours.
const languages = spoken(
  new RegExp(`${foreignName}|password (?:è|é|ist|lautet) `, "iu"),
  of(
    `(?<!\\p{L})(?:${foreignName}|password(?= (?:è|é|ist|lautet) ))${quote}(?:\\s?[:=：＝]\\s?|\\s(?:est|es|é|è|är|ist|lautet|is)(?:\\s?:)?\\s(?=\\S{0,80}\\d))`,
    value,
    "giu",
  ),
);

/** `your password is: x`: with both signs whatever follows and is no word of a sentence. */
const isColon = spoken(/pass/i, of(`\\b(?:password|passwd|passphrase|passcode) is\\s?[:=]\\s?`, value));
const element = spoken(
  /\[\d/,
  of(`\\b\\w{0,40}(?:password|passwd|secret|token|api_?key)s?\\[\\d{1,4}\\]\\s?=\\s?`, value),
);
const provided = spoken(/key provided/i, of(`\\b(?:api|access|secret) ?key provided\\s?:\\s?`, mixed));
const schemes = spoken(/Key |Token /, of(`\\b(?:Api-?Key|Auth-?Token|GenieKey)\\s`, mixed, "g"));
const sudo = spoken(
  /sudo/,
  /(\becho\s{1,20}(?:-n\s{1,20})?\\*["']?)([^\s"'|\\]{1,200})(?=\\*["']?\s*\|\s*sudo\s(?:-\w{1,12}\s\S{0,40}\s?){0,3}?(?:-\w{0,6}S|--stdin)\b)/g,
);
const spark = spoken(
  /key|password|token/,
  of(`\\b(?:[a-z][\\w-]{0,40}\\.){2,12}(?:(?:secret|access)[.-]?key|password|token)[ \\t]{1,20}`, mixed, "g"),
);
const mosquitto = spoken(
  /mosquitto_/,
  /(\bmosquitto_(?:pub|sub|rr)\b[^\r\n]{0,200}?\s-P\s{1,20}\\*["']?)([^\s"'\\]{1,200})/g,
);
const minio = spoken(
  /\bmc /,
  /(\bmc\s{1,20}(?:alias\s{1,20}set|config\s{1,20}host\s{1,20}add)\s{1,20}\S{1,100}\s{1,20}\S{1,200}\s{1,20}\S{1,200}\s{1,20}\\*["']?)([^\s"'\\]{4,200})/g,
);
const netUse = spoken(
  /net use/i,
  /(\bnet use\s{1,20}(?:[A-Z*]:?\s{1,20})?\\{2,8}[^\s"']{1,100}\s{1,20}\\*["']?)([^\s"'/\\][^\s"'\\]{3,200})(?=\\*["']?\s{1,20}\/user:)/gi,
);
const uses = spoken(/pass/, of(`\\buser ${quote}[\\w.@-]{1,60}${quote} (?:uses|used|with) pass(?:word|wd)? `, mixed));
const totp = spoken(
  /totp|otp/i,
  of(`\\b(?:totp|hotp|otp) (?:secret|seed|key) (?:is )?`, `(?=[A-Z2-7]{0,40}[2-7])[A-Z2-7]{12,80}`, "g"),
);
const community = spoken(/community/, of(`\\bsnmp(?:-server)? community(?: string)?[ :=]{1,3}`, mixed));
const codes = spoken(
  /pin|otp|code/i,
  of(`\\b(?:pin|otp|mfa|2fa|totp|verification)[ _-]?code${quote}\\s?[:=]\\s?`, `\\d{4,10}(?![\\w.-])`),
);
/** `pin: 8241`, but no pin of a board. */
const pins = after(
  /pin/i,
  /((?<![\w.-]|gpio |input |output |board )["']?pin\\*["']?(?:\s?[:=]\s?|\sis\s)\\*["']?)(\d{4,8})(?![\w.:-])/gi,
);
const grant = spoken(
  /grant_type/,
  /((?<![\w])code=)((?=[^\s&]{0,100}[\dA-Z])[^\s&"'\\]{6,400})(?=[^\s"']{0,600}?&grant_type=)/g,
);
const granted = spoken(
  /grant_type/,
  /(\bgrant_type=[^\s"']{1,600}?&code=)((?=[^\s&]{0,100}[\dA-Z])[^\s&"'\\]{6,400})/g,
);
const isAccount = (found: string): boolean => {
  const signs = found.replaceAll(" ", "");
  const digits = [...(signs.slice(4) + signs.slice(0, 4))].map((one) => Number.parseInt(one, 36)).join("");
  return BigInt(digits) % 97n === 1n;
};
const ibans: Rule = (text, hide) =>
  /\b[A-Z]{2}\d\d/.test(text)
    ? text.replace(/\b[A-Z]{2}\d{2}(?:(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)(?![\w-])/g, (found) =>
        isAccount(found) ? hide(found) : found,
      )
    : text;
/** `| password | x |`, a row that is a name and its value. */
const rows: Rule = (text, hide) =>
  text.includes("|") && mayBeSensitive(text)
    ? text.replace(
        new RegExp(
          `((?:^|["'\`]|\\\\n)[ \\t]{0,20}\\|[ \\t]{0,80}([\\w.-]{2,60})[ \\t]{0,80}\\|[ \\t]{0,80})(${mixed})(?=[ \\t]{0,80}\\|[ \\t]{0,20}(?:[\\\\"'\`]|\\r?$))`,
          "gm",
        ),
        (found, kept: string, name: string, secret: string) =>
          isSensitiveName(name) && isValue(secret) ? kept + hide(secret) : found,
      )
    : text;
const ssha = whole(/\{S?(?:SHA|MD5|CRYPT)/i, /\{S?(?:SHA(?:256|512)?|MD5|CRYPT)\}[\w+/=.$]{16,200}/gi);
const google = whole(/1\/\/0/, /(?<![\w/])1\/\/0[\w-]{20,200}/g);

export const moreForms: readonly Rule[] = [
  languages,
  isColon,
  element,
  provided,
  schemes,
  sudo,
  spark,
  mosquitto,
  minio,
  netUse,
  uses,
  totp,
  community,
  codes,
  pins,
  grant,
  granted,
  ibans,
  rows,
  ssha,
  google,
];
