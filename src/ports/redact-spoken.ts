import { frame, isValue } from "./redact-prose.ts";
import { after, lettersAndDigits, type Rule, spoken } from "./redact-rule.ts";

/** Secrets that only a command, a statement or a sentence around them gives away. */

const rest = /[^\r\n]{0,200}?/.source;
// To a space or a quote, and to the backslashes before it.
const word = /(?:[^\s"'\\]|\\(?!\\{0,8}["']))+/.source;
const isSecretWord = (one: string): boolean => /\d/.test(one) && /[A-Za-z]/.test(one) && one.length > 5;
/** What follows a command line up to its option for a password. */
const option = (mark: RegExp, before: RegExp, first = /(?!-)/): Rule =>
  spoken(mark, new RegExp(`(${before.source.replaceAll("…", rest)}(?:\\\\*["'])?)${first.source}(${word})`, "g"));
/** Whatever stands there, a dash before it, too. */
const any = /(?:)/;

const logins = option(/\blogin\b/, /\b(?:docker|podman|helm|oras|skopeo|crane|az|oc)\b…\blogin\b…\s-p\s+/);
const clients = option(
  /sshpass|mongo|cqlsh|7z/,
  /\b(?:sshpass|mongo(?:sh|dump|restore|export|import)?|cqlsh|7z)\b…\s-p\s*/,
);
const archives = option(/zip|ipmitool/, /\b(?:zip|unzip|ipmitool)\b…\s-P\s*/);
const snmp = option(/snmp/, /\bsnmp[a-z]{2,8}\b…\s-[AX]\s+/);
const openssl = option(/openssl/, /\bopenssl\b…\s-[kK]\s+/);
const httpie = option(/https?\s/, /\bhttps?\s…-a\s+[\w.-]{1,60}:/);
const vault = option(/vault/, /\bvault\s+login\s+/);
const rabbit = option(/rabbitmqctl/, /\brabbitmqctl\s+(?:add_user|change_password|authenticate_user)\s+\S{1,100}\s+/);
const netUse = option(/net use/, /\bnet use\b…\s\/user:\S{1,100}\s+/);
const piped = spoken(
  /-stdin/,
  /(\becho\s+(?:-n\s+)?\\*["']?)([^\s"'|\\]{1,400})(?=\\*["']?\s*\|[^\r\n]{0,200}--password-stdin)/g,
);
const mysql = option(/mysql|mariadb/, /\b(?:mysql|mariadb)[\w-]{0,20}\b…\s-p/, any);
const redis = option(/redis-cli/, /\bredis-cli\b…\s-a\s+/, any);
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
// `revision identified by 'ae10'` is no statement.
const told =
  "revision|pod|container|image|object|resource|node|row|record|entity|item|process|job|task|is|are|be|was|uniquely";
const statements = after(
  /identified|password/i,
  new RegExp(
    `(\\b(?:(?:user|grant|role)\\b[^\\r\\n]{0,200}?\\bidentified\\s{1,40}(?:with\\s{1,40}\\S{1,60}\\s{1,40})?by|(?<!\\b(?:${told})\\s{1,40})identified\\s{1,40}(?:with\\s{1,40}\\S{1,60}\\s{1,40})?by(?=\\s{0,40}')|(?:with|encrypted|set)\\s{1,40}password(?:\\s{1,40}for\\s{1,40}\\S{1,100})?(?:\\s{0,40}=)?)(?:\\s{1,40}password)?\\s{0,40}\\(?\\s{0,40}\\\\*["'])([^"'\\\\]{1,200})`,
    "gi",
  ),
);

/** `password was "x"`, `with password "x"`, `password('x')`. A quoted word behind "secret" is the name of one. */
const quotedWords = spoken(
  /passw|passphrase|passcode/i,
  /((?:password|passwd|passphrase|passcode)\\*["']?(?:\s+(?:(?:is|was|of|to)\s+)?|\()\\*["'`])([^"'`\s\\]{1,200})(?=\\*["'`])/gi,
);
const date = /\d{4}-\d\d-\d\d/.source;
const mixed = `(?!${date})${lettersAndDigits("\\s\"',;:()[\\]")}`;
/** Without quotes only what is no word: letters and digits together. */
const bareWords = spoken(
  /pass|secret|token|api ?key/i,
  new RegExp(
    `((?:(?:password|passwd|pass ?phrase|passcode)\\]?\\s*(?:(?:is|was|to)\\s+|->\\s+|[[(]\\s?(?:(?:is|was)\\s+)?|(?<=\\s))|(?:secret|token|api ?key)\\s+(?:(?:is|was)\\s+|->\\s+)))(?!(?<=\\()${frame})(${mixed})`,
    "gi",
  ),
);
/** `API key: x`, in two words. */
const keys = spoken(
  /key/i,
  new RegExp(
    `(\\b(?:api ?key(?:\\s?[:=]\\s?|\\s(?:is\\s|was\\s)?)|(?:api|signing|encryption|access|secret|private|master) key\\s?[:=]\\s?)\\\\*["']?)(${mixed})`,
    "gi",
  ),
);
/** `Password for app: x`: whose it is stands between. */
const whose = spoken(
  /(?:passw\w{2,5}|passphrase|passcode) (?:for|of) /i,
  /((?:password|passwd|passphrase|passcode) (?:for|of) (?:(?:the )?(?:user|account|role|login|database) )?\\*["']?[\w.@-]{1,80}\\*["']?(?:\s?[:=]\s?|\s(?:is|->)\s)\\*["']?)([^\s"',;\\]{1,200})/gi,
);
/** `password (app): x` */
const bracketed = spoken(
  /pass\w{0,6} ?\(/i,
  /((?:password|passwd|passphrase|passcode) ?\([\w.@ -]{1,60}\)\s?[:=]\s?\\*["'`]?)([^\s"'`,;\\]{4,200})/gi,
);
/** `the password is x`, where a line or a sentence ends with it: a word that describes none. */
const notSaid =
  /(?:ed|ing|able|ible|al|ive|ous|ent|ant|ly|less|ful|ory|ic)$|^(?:weak|strong|short|long|blank|right|safe|secure|insecure|hidden|known|default|same|here|there|this|that|plain|plaintext|secret|unsafe|null|cleartext|good|fine|stale|unset|wrong|correct|gone|back|old|new|too|different|below|above|public|private|sent|kept|clear|unique|case|sensitive|mine|yours|only|also|still|never|always|just|now|none|being|them|then|what|where|when)$/i;
const lastWords: Rule = (text, hide) =>
  /pass(?:word|phrase|code) is /i.test(text)
    ? text.replace(
        /(\b(?:password|passphrase|passcode) is )([A-Za-z]{5,40})(?=[.!]?\s*(?:$|[\r\n]|\\*["']|\\n))/gim,
        (found, kept: string, secret: string) =>
          isValue(secret) && !notSaid.test(secret) ? kept + hide(secret) : found,
      )
    : text;
/** An object's name has no capitals: this is the secret itself. */
const noName = spoken(
  /secret|token|api key|credentials|AUTH/,
  /(\b(?:secret|token|api key|AUTH(?: \w{1,40})?|credentials [\w.-]{1,60}[/:])(?:\s|(?<=[/:])))((?=[^\s"',;:()[\]]{0,200}\d)(?=[^\s"',;:()[\]]{0,200}[A-Z])(?=[^\s"',;:()[\]]{0,200}[a-z])[^\s"',;:()[\]]{8,200})/g,
);
const passwordFile = after(
  /:(?:\d{4,5}|\*):[a-z*]/i,
  /((?<![^\s"'])[^\s:"']{1,200}:(?:\d{4,5}|\*):(?:[a-z][^\s:]{0,100}|\*):(?:[a-z][^\s:]{0,100}|\*):)([^\s:"'\\]{1,200})(?![^\s"'\\])/gi,
);

/** `invalid token "x"`: a quoted word behind a token is one where no word and no sign of a language is like it. */
const quotedTokens = spoken(
  /token|api ?key|secret|session|cookie/i,
  /(\b(?:token|api[ _-]?key|(?:client|shared|webhook|signing) secret|session(?: id)?|cookie)s?:?\s(?:(?:is|was|of|value)\s)?\\*["'`])((?=[^"'`\s]{0,400}\d)(?=[^"'`\s]{0,400}[A-Za-z])[^"'`\s\\]{8,400})(?=\\*["'`])/gi,
);
/** `password changed from "x" to "y"` */
const exchanged: Rule = (text, hide) =>
  /from/.test(text)
    ? text.replace(
        /(\b\w{0,40}(?:passw\w{2,5}|passphrase|pass|pwd|token|api[ _]?key|secret)\b[^\r\n"'`]{0,40}? from \\*["'`]?)([^\s"'`\\]{1,200})(\\*["'`]? to \\*["'`]?)([^\s"'`\\]{1,200})/gi,
        (found, kept: string, old: string, to: string, secret: string) =>
          isSecretWord(secret) ? kept + (isSecretWord(old) ? hide(old) : old) + to + hide(secret) : found,
      )
    : text;
/** `password mismatch: expected x`, `token did not match: got "x"` */
const compared = spoken(
  /expected|got|given|received|actual/,
  new RegExp(
    `(\\b\\w{0,40}(?:passw\\w{2,5}|passphrase|pass|pwd|token|secret|(?:api|access|private|encryption|signing)[_ -]?key)\\b[^\\r\\n]{0,40}?\\b(?:expected|got|given|received|actual):?\\s\\\\*["'\`]?)(${mixed})`,
    "gi",
  ),
);
/** `password was set to x` */
const changed = spoken(
  /pass/i,
  new RegExp(
    `((?:password|passwd|passphrase|passcode)\\s(?:(?:is|was|has been)\\s)?(?:now\\s)?(?:set|changed|reset|updated)\\sto:?\\s\\\\*["'\`]?)(${mixed})`,
    "gi",
  ),
);
/** Redis shows what it is told: `"AUTH" "app" "x"`. */
const monitored = after(/AUTH/i, /("AUTH\\*" \\*"(?:[^"\s\\]{1,100}\\*" \\*")?)([^"\s\\]{1,400})(?=\\*")/gi);
const unseal = after(
  /(?:unseal|recovery) key/i,
  /(\b(?:unseal|recovery) key(?: \d{1,2})?\s?[:=]\s{0,4})([\w+/=-]{20,200})/gi,
);
/** A passphrase is of many words. */
const phrases = spoken(
  /pass ?phrase/i,
  /(pass ?phrase\s(?:(?:is|was|of|to)\s)?\\*["'`])([a-z0-9-]{2,20}(?: [a-z0-9-]{2,20}){2,12})(?=\\*["'`])/gi,
);
const sentence =
  "the|an?|of|to|in|is|for|was|be|and|or|with|not?|on|by|from|at|bad|can|could|cannot|fail(?:s|ed)?|errors?|key|file|this|that|has|must|will";
const barePhrases = spoken(
  /pass ?phrase/i,
  new RegExp(
    `(pass ?phrase\\s?[:=]\\s?)((?:(?!(?:${sentence})\\b)[a-z]{2,14} ){2,11}(?!(?:${sentence})\\b)[a-z]{2,14})(?=\\\\*["']|\\\\n|\\s*$)`,
    "gim",
  ),
);
const literals = spoken(/from-literal/, /(--from-literal[=\s]\\*["']?[\w.-]{1,100}=\\*["']?)([^\s"'\\]{1,400})/g);

export const spokenForms: readonly Rule[] = [
  logins,
  clients,
  archives,
  snmp,
  openssl,
  httpie,
  vault,
  rabbit,
  netUse,
  piped,
  mysql,
  redis,
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
  keys,
  whose,
  bracketed,
  lastWords,
  noName,
  passwordFile,
  quotedTokens,
  exchanged,
  compared,
  literals,
  changed,
  monitored,
  unseal,
  phrases,
  barePhrases,
];
