import { hideNamed } from "./redact-named.ts";
import { logTime, type Rule, spoken, whole } from "./redact-rule.ts";

/** Secrets that servers make at their first start and say once, and that a trace has among its arguments. */

const word = /[^\s"'\\]{4,400}/.source;
const quote = /\\{0,64}["'`]?/.source;
const lineBreak = `(?:\\r?\\n|(?:\\\\+r)?\\\\+n)(?:${logTime})?`;
const blanks = /[ \t]{0,8}/.source;

const said = (mark: RegExp, before: string, secret = word, flags = "gi"): Rule =>
  spoken(mark, new RegExp(`(${before}${quote})(${secret})`, flags));

/** `A temporary password is generated for root@localhost: x`, `Admin password generated: x` */
const generated = said(
  /generated/i,
  "\\bpassword (?:(?:is|was|has been) )?generated(?: for [^\\s:]{1,80}(?: [^\\s:]{1,80})?)?\\s?: ",
);
/** `The generated password for the elastic built-in superuser is : x`, also in the next line. */
const ofUser = said(
  /password for the /i,
  `\\bpassword for the [\\w[\\]-]{1,60}(?: [\\w-]{1,30})?(?: super)?\\s?user(?: \\([^()\\r\\n]{0,120}\\))?(?: is)?\\s?:(?:${lineBreak})?${blanks}`,
);
const renewed = said(/successfully reset/, `\\bsuccessfully reset\\.?${lineBreak}New value: `);
const ofElastic = said(/PASSWORD /, "\\bPASSWORD [\\w.-]{1,60} = ", word, "g");
const enrollment = said(
  /enrollment token/i,
  `\\benrollment token[^\\r\\n\\\\]{0,120}:(?:${lineBreak}){0,3}${blanks}`,
  "eyJ[\\w+/]{20,4000}={0,2}",
);
const ofJenkins = said(
  /following password/i,
  `\\bfollowing password to proceed to installation:(?:${lineBreak}){1,4}${blanks}`,
);
const ofCouch = said(/\[admins\]/, `\\[admins\\](?:${lineBreak})${blanks}[\\w.-]{1,60}\\s{0,4}=\\s{0,4}`);
const unseal = said(
  /unseal/,
  "\\bvault\\s{1,8}operator\\s{1,8}unseal\\s{1,8}(?:-\\S{1,60}\\s{1,8}){0,3}",
  "[\\w+/=]{20,400}",
);
/** With the hash of the certificate before it. */
const ofCluster = whole(/K10[0-9a-f]/, /(?<![A-Za-z0-9])K10[0-9a-f]{6,64}::[\w.-]{1,60}:[^\s"'\\,;]{1,200}/g);

/** One word, and nothing behind it in its line. */
const directives = spoken(
  /_pass/,
  /((?<![\w-])(?:remote_password|bind_password|auth_pass)[ \t]{1,40}\\{0,64}["']?)([^\s"'\\=:][^\s"'\\]{3,200})(?=[ \t]{0,8}(?:\\*["']|\\+[rn]|\r?\n|$))/g,
);

const argument = /(?:\\{0,8}'[^'\r\n]{0,200}'|NULL), /.source;
/** As PHP before 8.2 has it in a trace. */
const traced = said(
  /PDO|mysql/,
  `\\b(?:PDO(?:->|::)__construct|mysqli(?:->|::)(?:__construct|(?:real_)?connect)|mysqli_(?:real_)?connect|mysql_p?connect)\\((?:Object\\(mysqli\\), )?${argument}${argument}(?=')`,
  "[^'\\r\\n\\\\]{1,200}",
);

/** `Property 'spring.datasource.password' with value 'x'` */
const properties: Rule = (text, hide) =>
  text.includes(" with value ")
    ? text.replace(
        /(\bproperty \\{0,64}["'`]([\w.-]{1,80})\\{0,64}["'`] with value \\{0,64}["'`])([^"'`\r\n\\]{1,400})/gi,
        hideNamed(hide),
      )
    : text;

export const servers: readonly Rule[] = [
  generated,
  ofUser,
  renewed,
  ofElastic,
  enrollment,
  ofJenkins,
  ofCouch,
  unseal,
  ofCluster,
  directives,
  traced,
  properties,
];
