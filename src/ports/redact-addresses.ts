import { after, type Rule } from "./redact-rule.ts";

/** Passwords in addresses: `redis://app:x@cache`, `app:x@tcp(db:3306)`, `app:x@db:5432`. */

const inAddresses = after(
  /:\/\//,
  // To the last @: a password may hold one, and a slash.
  /(\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/"'[]{0,100}:)(?!\d{1,5}[?#,]|(?<=\bhttps?:\/\/[^\s:@/"'[]{0,100}:)\d{1,5}\/)([^\s"'<>]{1,200})(?=@)/gi,
);
const tokensAsUsers = after(
  /:\/\//,
  /(\b[a-z][a-z0-9+.-]{1,30}:\/\/)((?=[^\s:@/"']{0,200}\d)[^\s:@/"'[]{20,200})(?=@)/gi,
);
/** A token alone, or before a sign with nothing or a fixed word behind it. In other addresses one word is a user. */
const tokensAlone = after(
  /:\/\//,
  /(\b(?:natss?|rediss?|valkeys?):\/\/)((?=[^\s:@/"']{0,200}\d)[^\s:@/"'[]{6,200})(?=:?@)/gi,
);
const tokensOfWeb = after(
  /:\/\//,
  /(\b(?:https?|wss?|git\+https?):\/\/)((?=[^\s:@/"']{0,200}\d)(?=[^\s:@/"']{0,200}[a-z])[^\s:@/"'[]{8,200})(?=(?::(?:x-oauth-basic)?)?@)/gi,
);
/** `redis%3A%2F%2Fapp%3Ax%40cache`, an address as a parameter of another one. */
const inParameters: Rule = (text, hide) =>
  text.includes("%")
    ? text.replace(
        /((?<sign>%(?:25){0,3})3A\k<sign>2F\k<sign>2F[\w.-]{0,100}\k<sign>3A)((?:(?!\k<sign>(?:40|2F))[^\s"'&]){1,200})(?=\k<sign>40)/gi,
        (_found, kept: string, _sign, secret: string) => kept + hide(secret),
      )
    : text;
/** user:password@tcp(host:3306)/name, as Go's database drivers take it. */
const inDriverAddresses = after(
  /@[a-z0-9]{0,8}\(/,
  /((?<![\w.[-])[\w.-]{1,60}:)(?!\[redacted:)([^\s:@/"']{1,200})(?=@[a-z0-9]{0,8}\()/g,
);

// `ghcr.io/acme/api:1.4.2@sha256:...` names an image, `sip:ana@pbx:5060` a person, `npm:x@1.2` a package.
const notUsers = /^(?:sips?|mailto|xmpp|acct|npm|git|ssh|urn|jar|file|docker|oci|unix|tel|time|at|redacted)$/i;
const isVersion = (word: string): boolean => /^v?\d+(?:[.:]\d+)*(?:[-+][\w.]+)?$/.test(word);

/** `app:x@db:5432` and `app:x@db/orders`: without a scheme only where a port, a path or nothing follows the host. */
const withoutScheme: Rule = (text, hide) =>
  text.includes("@")
    ? text.replace(
        /(?<![\w.:/@-])((?:[\w.-]{1,60}\/){0,4}[\w.-]{0,60}):(?!\[redacted:|\/\/)([^\s:@"'`,;()<>{}]{1,200}(?:@[^\s:@"'`,;()<>{}/]{1,60})?)@(?!sha(?:256|512):)((?:[a-z0-9-]{1,63}\.){0,8}[a-z0-9-]{1,63})(:\d{2,5}(?!\w)|\/\w|(?=[\s"',;)\\]|$))/gi,
        (found, user: string, secret: string, host: string, after: string) =>
          notUsers.test(user.slice(user.lastIndexOf("/") + 1)) ||
          isVersion(secret) ||
          (!after.startsWith(":") && !(/\d/.test(secret) && secret.length > 5))
            ? found
            : `${user}:${hide(secret)}@${host}${after}`,
      )
    : text;

export const addresses: readonly Rule[] = [
  tokensOfWeb,
  inAddresses,
  tokensAsUsers,
  tokensAlone,
  inParameters,
  inDriverAddresses,
  withoutScheme,
];
