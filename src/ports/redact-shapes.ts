import { after, type Rule, whole } from "./redact-rule.ts";

/** Secrets that are known by their own shape, or by what stands right around them. */

const privateKeys = whole(
  /PRIVATE KEY/,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g,
);
const jwts = whole(/eyJ/, /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g);
const webhooks = whole(
  /hooks\.|webhooks\//,
  /\bhttps:\/\/(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|hooks\.[\w.-]{1,60})\/[\w/-]{8,}/g,
);
const vendors = whole(
  /AKIA|ASIA|gh[pousr]_|github_pat_|gl[a-z]{2,4}-|x(?:ox[a-z]|app)-|_(?:live|test)_|whsec_|sk-|AIza|hv[sb]\.|npm_|pypi-|SG\.|dop_v1_|shp[a-z]{2}_|eyJ/,
  /(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|gl(?:pat|rt|dt|cbt|ptt|oas)-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{10,}|(?:sk|rk|pk)_(?:live|test)_\w{10,}|whsec_[\w+/=]{16,}|sk-[\w-]{20,}|AIza[\w-]{30,}|hv[sb]\.[\w-]{20,}|npm_\w{30,}|pypi-[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{20,}|dop_v1_\w{40,}|shp(?:at|ca|pa|ss)_\w{20,})/g,
);

const inAddresses = after(
  /:\/\//,
  /(\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/"']{0,100}:)(?!\d{1,5}[/?#])([^\s@"']{1,200})(?=@)/gi,
);
/** user:password@tcp(host:3306)/name, as Go's database drivers take it. */
const inDriverAddresses = after(
  /@[a-z0-9]{0,8}\(/,
  /((?<![\w.[-])[\w.-]{1,60}:)(?!\[redacted:)([^\s:@/"']{1,200})(?=@[a-z0-9]{0,8}\()/g,
);

const headers = after(
  /authorization/i,
  /(\b(?:proxy-)?authorization["'\\]{0,4}\s{0,3}[:=]\s{0,3}[["'\\]{0,4}(?:bearer|basic|token|digest)\s+)([^\s"',;\\\]]+)/gi,
);
const bearers = after(/bearer/i, /(\bbearer\s+)((?=[\w.~+/-]*\d)[\w.~+/-]{12,}=*)/gi);
// Without a pair behind it, "cookie: missing" is prose.
const cookies = after(/cookie/i, /(\b(?:set-)?cookie\s{0,2}[:=]\s{0,2}\[?)((?=[\w.%-]{1,100}=)[^\r\n"'[\]\\]+)/gi);

const curlUsers = after(/-u/, /((?:\s-u\s?|\s--(?:proxy-)?user[ =])["']?[^\s:"']{1,60}:)([^\s"']+)/g);
const mysqlPasswords = after(/mysql|mariadb/, /(\b(?:mysql|mariadb)[\w-]{0,20}\b[^\r\n]{0,200}?\s-p)([^\s"']+)/g);
const redisPasswords = after(/redis-cli/, /(\bredis-cli\b[^\r\n]{0,200}?\s-a\s+)([^\s"']+)/g);
const netrc = after(/\spassword\s/, /(\b(?:login|user)\s+\S{1,100}\s+password\s+)(\S+)/g);

// Not after a slash: `//user@host` and paths of packages are no mail addresses. Nor are units, cluster names and git's own user.
const mails = whole(
  /@/,
  /(?<![\w.+\-/@%])(?!git@)[\w.+%-]{1,64}@(?:[a-z0-9-]{1,63}\.)+(?!(?:service|svc|local|internal|cluster|go|js|ts|py|jar|so|rb)\b)[a-z]{2,24}\b/gi,
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

/** Before names are looked at: a name may cut such a secret in two. */
export const firstShapes: readonly Rule[] = [
  privateKeys,
  jwts,
  webhooks,
  vendors,
  inAddresses,
  inDriverAddresses,
  headers,
  bearers,
  cookies,
  curlUsers,
  mysqlPasswords,
  redisPasswords,
  netrc,
];

/** After names: what is hidden already is no number and no address any more. */
export const lastShapes: readonly Rule[] = [mails, cards];
