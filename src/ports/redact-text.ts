import { isSensitiveName } from "./sensitive-names.ts";

export type Replace = (secret: string) => string;
type Rule = (text: string, hide: Replace) => string;

const whole =
  (pattern: RegExp): Rule =>
  (text, hide) =>
    text.replace(pattern, (found) => hide(found));

/** The pattern's first group stays, its second is hidden. */
const after =
  (pattern: RegExp): Rule =>
  (text, hide) =>
    text.replace(pattern, (_found, kept: string, secret: string) => kept + hide(secret));

const privateKeys = whole(
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g,
);
const jwts = whole(/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g);
const vendors = whole(
  /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|(?:sk|rk|pk)_(?:live|test)_\w{10,}|sk-[\w-]{20,}|AIza[\w-]{30,}|hvs\.[\w-]{20,}|npm_\w{30,})/g,
);
const inAddresses = after(/(\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/"']{0,100}:)(?!\d{1,5}[/?#])([^\s@"']{1,200})(?=@)/gi);
const headers = after(
  /(\b(?:proxy-)?authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:bearer|basic|token)\s+)([^\s"',;]+)/gi,
);
const bearers = after(/(\bbearer\s+)((?=[\w.~+/-]*\d)[\w.~+/-]{12,}=*)/gi);
const cookies = after(/(\b(?:set-)?cookie:\s*)([^\r\n"']+)/gi);

// Words that follow "token:" or "password=" in an error message and are no value.
const prose =
  /^(?:invalid|missing|required|incorrect|wrong|expired|unexpected|unauthorized|failed|none|null|nil|true|false|undefined|not|must|is|was|has|no|the|a|an|authentication|error|cannot|could|unable|empty|unknown|denied|<\w+>|\*+|x{3,})$/i;
const isReference = (value: string): boolean => /^(?:\$[({]?|\[redacted:|%[sqv]|\{\{)/.test(value);
const isValue = (value: string): boolean => value !== "" && !prose.test(value) && !isReference(value);

const named: Rule = (text, hide) =>
  text.replace(
    /(["'\\]{0,2}\b|--?)([A-Za-z][\w.-]{1,80})(["'\\]{0,2}\s{0,2}[:=]\s{0,2})("(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*'|\\"[^"\r\n]*?\\"|[^\s"',;&)}\]]+)/g,
    (found, open: string, name: string, between: string, quoted: string) => {
      if (!isSensitiveName(name)) return found;
      const [, quote = "", value = ""] = /^(\\?["']?)([\s\S]*?)\1$/.exec(quoted) ?? [];
      return isValue(value) ? `${open}${name}${between}${quote}${hide(value)}${quote}` : found;
    },
  );

/** One half of an environment variable as objects write it: {"name":"DB_PASSWORD","value":"..."}. */
const environment: Rule = (text, hide) =>
  text.replace(
    /("name"\s*:\s*"([\w.-]{1,80})"\s*,\s*"value"\s*:\s*")((?:[^"\\]|\\.)+)(?=")/g,
    (found, kept: string, name: string, value: string) =>
      isSensitiveName(name) && isValue(value) ? kept + hide(value) : found,
  );

const flags: Rule = (text, hide) =>
  text.replace(/(--([a-z][\w-]{1,40})\s+)([^\s"'-][^\s"']*)/gi, (found, kept: string, name: string, value: string) =>
    isSensitiveName(name) && isValue(value) ? kept + hide(value) : found,
  );

// Not after a slash: `//user@host` and paths of packages are no mail addresses. Nor are units and cluster names.
const mails = whole(
  /(?<![\w.+\-/:@%])[\w.+%-]{1,64}@(?:[a-z0-9-]{1,63}\.)+(?!(?:service|svc|local|internal|cluster|go|js|ts|py|jar|so|rb)\b)[a-z]{2,24}\b/gi,
);

const isCard = (digits: string): boolean => {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
};

const cards: Rule = (text, hide) =>
  text.replace(
    /(?<![\w.-])(?:3[47]\d{2}[ -]?\d{6}[ -]?\d{5}|(?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6\d{3})(?:([ -]?)\d{4})(?:\1\d{4}){2})(?![\w-]|\.\d)/g,
    (found) => (isCard(found.replace(/\D/g, "")) ? hide(found) : found),
  );

const rules: Rule[] = [
  privateKeys,
  jwts,
  vendors,
  inAddresses,
  headers,
  bearers,
  cookies,
  environment,
  named,
  flags,
  mails,
  cards,
];

export const redactText = (text: string, hide: Replace): string =>
  rules.reduce((rest, rule) => rule(rest, (secret) => (secret.startsWith("[redacted:") ? secret : hide(secret))), text);
