import { isValue } from "./redact-named.ts";
import { after, type Rule } from "./redact-rule.ts";
import { isSensitiveName } from "./sensitive-names.ts";

/** Secrets that only a command, a statement or a sentence around them gives away. */

/** As `after`, but words that are no value stay. */
const spoken =
  (mark: RegExp, pattern: RegExp): Rule =>
  (text, hide) =>
    mark.test(text)
      ? text.replace(pattern, (found, kept: string, secret: string) => (isValue(secret) ? kept + hide(secret) : found))
      : text;

const rest = /[^\r\n]{0,200}?/.source;
/** What follows a command line up to its option for a password. */
const option = (mark: RegExp, before: RegExp): Rule =>
  spoken(mark, new RegExp(`(${before.source.replaceAll("…", rest)})([^\\s"'-][^\\s"']*)`, "g"));

const logins = option(/\blogin\b/, /\b(?:docker|podman|helm|oras|skopeo|crane|az|oc)\b…\blogin\b…\s-p\s+/);
const clients = option(/sshpass|mongo/, /\b(?:sshpass|mongo(?:sh|dump|restore|export|import)?)\b…\s-p\s*/);
const sqlcmd = option(/sqlcmd|\bbcp\b/, /\b(?:sqlcmd|bcp)\b…\s-P\s*/);
const ldap = option(/\bldap/, /\bldap[a-z]{3,8}\b…\s-w\s+/);
const keytool = option(/storepass|keypass/, /\s-(?:(?:src|dest|new)?(?:store|key)pass)\s+/);
const shares = option(/%/, /\s-U\s+[\w.\\-]{1,60}%/);
const htpasswd = option(/htpasswd/, /\bhtpasswd\b…\s-\w{0,4}b\w{0,4}\s+\S{1,200}\s+\S{1,100}\s+/);
const chpasswd = spoken(
  /chpasswd/,
  /(\becho\s+\\*["']?[\w-]{1,40}:)([^"'\s|\\]{1,200})(?=\\*["']?\s*\|\s*(?:sudo\s+)?chpasswd)/g,
);
const oracle = after(
  /sqlplus|jdbc:oracle/,
  /((?:\bsqlplus\b[^\r\n]{0,80}?\s|jdbc:oracle:\w{1,8}:)[\w$]{1,40}\/)([^\s@"']{1,200})(?=@)/g,
);

const servers = spoken(
  /requirepass|masterauth|auth-pass/,
  /(\b(?:requirepass|masterauth|auth-pass\s+\S{1,100})\s+)([^\s"']+)/g,
);
const statements = after(
  /identified|password/i,
  /(\b(?:identified\s+(?:with\s+\S{1,60}\s+)?by|(?:with|encrypted|set)\s+password(?:\s+for\s+\S{1,100})?(?:\s*=)?)\s+')([^']{1,200})/gi,
);

/** `password was "x"`, `with password "x"`. A quoted word behind "secret" is the name of one. */
const quotedWords = spoken(
  /passw|passphrase|passcode/i,
  /((?:password|passwd|passphrase|passcode)\\*["']?\s+(?:(?:is|was|of|to)\s+)?\\*["'`])([^"'`\s\\]{1,200})(?=\\*["'`])/gi,
);
/** Without quotes only what is no word: letters and digits together. */
const bareWords = spoken(
  /passw|passphrase|passcode|secret|token|api ?key/i,
  /((?:(?:password|passwd|passphrase|passcode)\s+(?:(?:is|was|to)\s+|->\s+)?|(?:secret|token|api ?key)\s+(?:(?:is|was)\s+|->\s+)))((?=[^\s"',;:()[\]]*\d)(?=[^\s"',;:()[\]]*[A-Za-z])[^\s"',;:()[\]]{8,200})/gi,
);

const elements: Rule = (text, hide) =>
  text.includes("</")
    ? text.replace(
        /(<([\w.:-]{1,60})(?:\s[^<>]{0,100})?>)([^<>\s][^<>]{0,200})(?=<\/\2>)/g,
        (found, kept, name, inner) => (isSensitiveName(name) && isValue(inner) ? kept + hide(inner) : found),
      )
    : text;

export const spokenForms: readonly Rule[] = [
  logins,
  clients,
  sqlcmd,
  ldap,
  keytool,
  shares,
  htpasswd,
  chpasswd,
  oracle,
  servers,
  statements,
  quotedWords,
  bareWords,
  elements,
];
