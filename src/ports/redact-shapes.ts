import { addresses } from "./redact-addresses.ts";
import { encodedKeys, jsonKeys, keyLines, packedKeys } from "./redact-key-lines.ts";
import { keyBlocks } from "./redact-keys.ts";
import { after, type Rule, spoken, whole } from "./redact-rule.ts";
import { joinTokens, passwordHashes, vendors } from "./redact-vendors.ts";

/** Secrets that are known by their own shape, or by what stands right around them. */

const jwts = whole(/eyJ/, /\beyJ[\w-]{8,8000}\.[\w-]{8,}(?:\.[\w-]*)?/g);
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

const headers = after(
  /authorization/i,
  /(\b(?:proxy-)?authorization["'\\]{0,4}(?:\s{0,3}[:=]\s{0,3}|\s{1,3}(?=\\*["']))[["'\\]{0,4}(?:(?:bearer|basic|token|digest)\s+|[a-z][\w-]{1,30}\s+(?=[^\s"',;]*\d)(?=[^\s"',;]{8})))([^\s"',;\\\]]+)/gi,
);
const bearers = after(/bearer/i, /(\bbearer\s+)((?=[\w.~+/-]*\d)[\w.~+/-]{12,}=*)/gi);
/** `Basic dXNlcjpwYXNz` wherever it stands: what is in it is a user and a password. */
const isLogin = (encoded: string): boolean =>
  /^[\x20-\x7e]{0,100}:[\x20-\x7e]{1,200}$/.test(Buffer.from(encoded, "base64").toString("latin1"));
const basics: Rule = (text, hide) =>
  /basic/i.test(text)
    ? text.replace(/(\bbasic(?:\s|%20)+)([A-Za-z0-9+/_-]{8,400}={0,2})/gi, (found, kept: string, secret: string) =>
        isLogin(secret) ? kept + hide(secret) : found,
      )
    : text;
// Without a pair behind it, "cookie: missing" is prose.
const cookies = after(/cookie/i, /(\b(?:set-)?cookie\s{0,2}[:=]\s{0,2}\[?)((?=[\w.%-]{1,100}=)[^\r\n"'[\]\\]+)/gi);

const curlUsers = after(
  /-u/,
  /((?:\s-u\s?|\s--(?:proxy-)?user[\s=]|^--(?:proxy-)?user[\s=]|^-u\s)["']?[^\s:"']{1,60}:)([^\s"']+)/g,
);
const netrc = spoken(/\spassword\s/, /(\b(?:login|user)\s+[^\s|]{1,100}\s+password\s+)([^\s|+]\S*)/g);

// Not after two slashes: `//user@host` is no mail address. Nor are units, cluster names and git's own user.
const mails = whole(
  /@|%40/,
  /(?<![\w.+\-@%]|\/\/)(?!git@|\d{1,3}@[\w.-]{1,200}:\d)[\w.+-][\w.+%-]{0,63}(?:@|%40)(?:[a-z0-9-]{1,63}\.)+(?!(?:service|svc|local|internal|cluster|go|js|ts|py|jar|so|rb)\b)[a-z]{2,24}\b/gi,
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
  keyLines,
  ...keyBlocks,
  packedKeys,
  jsonKeys,
  jwts,
  encodedKeys,
  webhooks,
  awsPairs,
  vendors,
  joinTokens,
  passwordHashes,
  signatures,
  ...addresses,
  headers,
  bearers,
  basics,
  cookies,
  curlUsers,
  netrc,
];

/** After names: what is hidden already is no number and no address any more. */
export const lastShapes: readonly Rule[] = [mails, cards];
