import { after, type Rule, whole } from "./redact-rule.ts";
import { encodedKeys, joinTokens, passwordHashes, vendors } from "./redact-vendors.ts";

/** Secrets that are known by their own shape, or by what stands right around them. */

const privateKeys = whole(
  /PRIVATE KEY/,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g,
);
// Between its lines a log may have times of its own.
const puttyKeys = after(/Private-Lines/, /(Private-Lines: \d+\s{1,4})((?:(?!Private-)[\s\S]){1,4000})/g);
const jwts = whole(/eyJ/, /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g);
const webhooks = whole(
  /hooks\.|webhooks\/|webhookb2\//,
  /\bhttps:\/\/(?:[\w-]{1,60}\.webhook\.office\.com\/webhookb2\/[\w@-]{8,}|hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|hooks\.[\w.-]{1,60})\/[\w/-]{8,}/g,
);
/** The second half of a pair says nothing by itself. */
const awsPairs = after(
  /AKIA|ASIA/,
  /((?:AKIA|ASIA)[A-Z0-9]{16}["'\s:,/|;]{1,4})([A-Za-z0-9/+]{27,40}=?)(?![A-Za-z0-9/+])/g,
);
const signatures = after(
  /sig|client_assertion|code_verifier|saml|digest/i,
  /((?:[?&](?:x-amz-|x-goog-)?sig(?:nature)?=|\b(?:client_assertion|code_verifier|saml(?:request|response))=|digest [^\r\n]{0,400}?\bresponse=\\*["']?|AWS4-HMAC-SHA256[^\r\n"']{0,400}?Signature=))([^&\s"'<>\\,]+)/gi,
);

const inAddresses = after(
  /:\/\//,
  // To the last @: a password may hold one, and a slash.
  /(\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/"'[]{0,100}:)(?!\d{1,5}[?#,]|(?<=\bhttps?:\/\/[^\s:@/"'[]{0,100}:)\d{1,5}\/)([^\s"'<>]{1,200})(?=@)/gi,
);
const tokensAsUsers = after(
  /:\/\//,
  /(\b[a-z][a-z0-9+.-]{1,30}:\/\/)((?=[^\s:@/"']{0,200}\d)[^\s:@/"'[]{20,200})(?=@)/gi,
);
/** user:password@tcp(host:3306)/name, as Go's database drivers take it. */
const inDriverAddresses = after(
  /@[a-z0-9]{0,8}\(/,
  /((?<![\w.[-])[\w.-]{1,60}:)(?!\[redacted:)([^\s:@/"']{1,200})(?=@[a-z0-9]{0,8}\()/g,
);

const headers = after(
  /authorization/i,
  /(\b(?:proxy-)?authorization["'\\]{0,4}\s{0,3}[:=]\s{0,3}[["'\\]{0,4}(?:(?:bearer|basic|token|digest)\s+|[a-z][\w-]{1,30}\s+(?=[^\s"',;]*\d)(?=[^\s"',;]{8})))([^\s"',;\\\]]+)/gi,
);
const bearers = after(/bearer/i, /(\bbearer\s+)((?=[\w.~+/-]*\d)[\w.~+/-]{12,}=*)/gi);
// Without a pair behind it, "cookie: missing" is prose.
const cookies = after(/cookie/i, /(\b(?:set-)?cookie\s{0,2}[:=]\s{0,2}\[?)((?=[\w.%-]{1,100}=)[^\r\n"'[\]\\]+)/gi);

const curlUsers = after(
  /-u/,
  /((?:\s-u\s?|\s--(?:proxy-)?user[\s=]|^--(?:proxy-)?user[\s=]|^-u\s)["']?[^\s:"']{1,60}:)([^\s"']+)/g,
);
const netrc = after(/\spassword\s/, /(\b(?:login|user)\s+\S{1,100}\s+password\s+)(\S+)/g);

// Not after two slashes: `//user@host` is no mail address. Nor are units, cluster names and git's own user.
const mails = whole(
  /@|%40/,
  /(?<![\w.+\-@%]|\/\/)(?!git@)[\w.+-][\w.+%-]{0,63}(?:@|%40)(?:[a-z0-9-]{1,63}\.)+(?!(?:service|svc|local|internal|cluster|go|js|ts|py|jar|so|rb)\b)[a-z]{2,24}\b/gi,
);

const isCard = (digits: string): boolean => {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
};

const otherwise =
  "(?:id|ids|ts|ns|us|time|timestamp|offset|seq|sequence|lsn|version|revision|generation|count|duration|took|bytes|size|nanos|micros|trace|span|request|hash|epoch)";
// A word of its own: `paid` ends like an id, and is none.
const lastWord = new RegExp(`(?:^|[^a-z])[ug]?${otherwise}\\W{0,5}$`, "i");
const lastOfCamel = new RegExp(`[a-z0-9]${otherwise.replace(/\b[a-z]/g, (first) => first.toUpperCase())}\\W{0,5}$`);

/** `request_id=4111111111111111`: a number that is called an id, a time or a size is no card. */
const isCalledOtherwise = (before: string): boolean => lastWord.test(before) || lastOfCamel.test(before);
/** Whether a field of that name may hold a card. */
export const mayBeCard = (name: string): boolean => !isCalledOtherwise(name);

const cards: Rule = (text, hide) =>
  text.replace(
    /(?<![A-Za-z0-9.-])(?:3[47]\d{2}[ -]?\d{6}[ -]?\d{5}|(?:35[2-8]\d|4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6\d{3})(?:([ -]?)\d{4})(?:\1\d{4}){2})(?![A-Za-z0-9-]|\.\d)/g,
    (found, _by, at: number) =>
      isCard(found.replace(/\D/g, "")) && !isCalledOtherwise(text.slice(Math.max(0, at - 30), at))
        ? hide(found)
        : found,
  );

/** Before names are looked at: a name may cut such a secret in two. */
export const firstShapes: readonly Rule[] = [
  privateKeys,
  puttyKeys,
  jwts,
  encodedKeys,
  webhooks,
  awsPairs,
  vendors,
  joinTokens,
  passwordHashes,
  signatures,
  inAddresses,
  tokensAsUsers,
  inDriverAddresses,
  headers,
  bearers,
  cookies,
  curlUsers,
  netrc,
];

/** After names: what is hidden already is no number and no address any more. */
export const lastShapes: readonly Rule[] = [mails, cards];
