import { hideNamed } from "./redact-named.ts";
import { kubeletTime, lettersAndDigits, logTime, type Rule, spoken } from "./redact-rule.ts";
import { mayBeSensitive } from "./sensitive-names.ts";

/** Secrets as protocols and their clients say them, with no name before them. */

const word = /[^\s"'\\]{1,400}/.source;
// Nobody packs deeper.
const quote = /\\{0,64}["']?/.source;
const end = /(?=\\*["']|\\+[rn]|\s|$)/.source;
const time = `(?:${logTime})?`;
const lineBreak = `(?:\\r?\\n|(?:\\\\+r)?\\\\+n)(?:${time}){0,2}`;

const said = (mark: RegExp, before: string, secret = word, flags = "g"): Rule =>
  spoken(mark, new RegExp(`(${before}${quote})(${secret})${end}`, flags));

/** FTP and POP3, told from the `PASS` of a test by who says it, by the user before it, or by the secret itself. */
const pass: readonly Rule[] = [
  said(
    /PASS /,
    `(?:(?:>|→|\\bC:|\\bclient:) ?|\\bUSER \\S{1,100}(?:${lineBreak}|\\W{1,4})(?:[^\\r\\n]{0,100}${lineBreak})?)PASS `,
  ),
  said(/PASS /, "^PASS ", "(?!Test)(?=\\S{0,200}\\d)(?=\\S{0,200}[A-Z])(?=\\S{0,200}[a-z])[^\\s/.]{8,200}", "gm"),
];
const imap = said(/LOGIN /, `(?<![\\w.])[A-Za-z]{0,4}\\d{1,6} LOGIN ${quote}[\\w.@+-]{1,100}${quote} `);
const sasl = said(
  /AUTH/,
  `\\bAUTH(?:ENTICATE)? (?:PLAIN|XOAUTH2|OAUTHBEARER|LOGIN [\\w+/=]{4,100}) `,
  "(?=\\S{0,400}[\\dA-Z])[\\w+/]{8,400}={0,2}",
);
// `334 UGFzc3dvcmQ6` asks for the password.
const answered = said(/UGFzc3dvcmQ6/, `UGFzc3dvcmQ6${lineBreak}(?:C: |> )?`, "[\\w+/]{4,400}={0,2}");
const irc = said(/OPER /, "(?:^|[\\s>])OPER \\w{1,40} ", word, "gm");
const directory = said(
  /bindpw|rootpw|authtok/,
  "(?<![\\w-])(?:bindpw|rootpw|ldap_default_authtok)[ \\t]{1,40}(?![=:])",
);
const redis = said(/AUTH/, "\\b(?:HELLO [23] AUTH|AUTH2) \\S{1,100} ");
const plain = said(/\{(?:PLAIN|CLEAR)/, "\\{(?:PLAIN|CLEAR|CLEARTEXT)\\}");

const rest = /[^\r\n]{0,200}?/.source;
const commands: readonly Rule[] = [
  said(/-pw\s/, `\\b(?:plink|pscp|psftp|putty|kitty|winscp)(?:\\.exe|\\.com)?\\b${rest}\\s-pw\\s{1,20}`, word, "gi"),
  said(/psexec|influx/i, `\\b(?:psexec(?:64)?|influx)(?:\\.exe)?\\b${rest}\\s-p\\s{1,20}`, word, "gi"),
  said(/freerdp|mstsc/, `freerdp\\w{0,4}\\b${rest}\\s/p:`),
  said(/lftp/, `\\blftp\\b${rest}\\s-u\\s{1,20}[\\w.@-]{1,60},`),
  said(/bundle/, `\\bbundle\\s+config\\s+${rest}(?:[a-z0-9-]{1,60}\\.){1,6}[a-z]{2,12}\\s{1,20}`),
];

/** `user app on >x ~*`: each word behind a `>`, and the hash behind a `#`. */
const access: Rule = (text, hide) =>
  />|#/.test(text) && /user/i.test(text)
    ? text.replace(
        /(?:\bSETUSER\b|\buser[ \t]{1,8}[\w.@-]{1,100}[ \t]{1,8}(?:on|off|reset\w{0,8})(?=[ \t]))[^\r\n]{0,2000}/gi,
        (rules) =>
          rules.replace(
            /([\s"'](?:[<>](?=[^\s"'\\=])|#(?=[0-9a-f]{64})))([^\s"'\\]{1,400})/g,
            (_found, kept: string, secret: string) => kept + hide(secret),
          ),
      )
    : text;

const mixed = lettersAndDigits("\\s\"'\\\\", { within: "{0,80}" });
/** `"app" "x"`, and nothing else in the line. */
const userlist = spoken(/" "/, new RegExp(`(^${time}"[\\w.-]{1,63}" ")(?!/)(${mixed})(?="[ \\t]{0,8}\\r?$)`, "gm"));

// No space of what it stands before is taken.
const stamp = `(?:${kubeletTime})?`;
const users = `${stamp}[ \\t]+(?:- )?[\\w.-]{1,40}:`;
const listOfUsers = new RegExp(
  `\\bchpasswd:[ \\t]*\\r?\\n(?:${stamp}[ \\t]+\\w{1,20}:[^\\r\\n]{0,40}\\r?\\n){0,3}?${stamp}[ \\t]+list:[^\\r\\n]{0,40}\\r?\\n(?:${users}[^\\s:]{1,200}(?:\\r?\\n|$)){1,40}`,
  "g",
);
const ofUser = new RegExp(`^(${users})([^\\s:]{1,200})$`, "gm");
const cloudInit: Rule = (text, hide) =>
  text.includes("chpasswd:")
    ? text.replace(listOfUsers, (list) =>
        list.replace(ofUser, (_found, kept: string, secret: string) => kept + hide(secret)),
      )
    : text;

const field = new RegExp(
  `(form-data;[^\\r\\n\\\\]{0,100}?\\bname=\\\\*"([\\w.[\\]-]{1,80})\\\\*"[^\\r\\n\\\\]{0,200}(?:${lineBreak}[A-Za-z-]{1,40}: [^\\r\\n\\\\]{0,200}){0,3}${lineBreak}${lineBreak})([^\\r\\n\\\\]{1,1000})`,
  "g",
);
/** A field of a form that was sent in parts. */
const fields: Rule = (text, hide) =>
  text.includes("form-data;") && mayBeSensitive(text) ? text.replace(field, hideNamed(hide)) : text;

export const protocols: readonly Rule[] = [
  fields,
  ...pass,
  imap,
  sasl,
  answered,
  irc,
  directory,
  redis,
  plain,
  ...commands,
  access,
  userlist,
  cloudInit,
];
