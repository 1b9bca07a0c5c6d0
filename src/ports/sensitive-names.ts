import { foreignName } from "./foreign-names.ts";

// A name is sensitive by one of its words (`DB_PASSWORD_TEST` has three), unless its last word says that the
// value is something about the secret and not the secret (`PASSWORD_FILE`).

const words = new Set(
  `password passwords passwd passphrase passcode passwort kennwort pwd psw pswd pass pw pgpass requirepass masterauth
   secret token apikey accesskey privatekey secretkey presharedkey authtoken authkey psk otp salt
   credential credentials creds authorization authtok basicauth secretkeybase cookie jsessionid phpsessid`.split(/\s+/),
);
// Written as one word with what comes before: PGPASSWORD, mysqlpassword, accesstoken.
const endings =
  /(?:password|passwd|passphrase|(?:store|key|bind|user|root|admin|db|smtp|redis|mysql|postgres|mongo|mail|ftp|ldap|sql)pass|(?<!old)pwd|psw|(?:bind|root|user|admin|db)pw|secret|apikey|accesskey|secretkey|privatekey|accountkey|signingkey|encryptionkey|masterkey|jwtkey|token)$/;
const beforeKey = new Set(
  `api access private secret encryption signing auth account master app license ssh hmac jwt consumer shared
   preshared subscription fernet session deploy write storage functions integration client webhook admin cipher aes
   symmetric clickhouse house machine nonce`.split(/\s+/),
);
const about = new Set(
  `name names ref file path dir mount mode volume namespace count ttl expiry expires expiration seconds minutes hours
   ms timeout interval enabled required length size type version limit url uri endpoint issuer audience policy class
   kind provider store manager status error description domain secure samesite age lifetime validity rotation min max
   days rounds iterations attempts retries algorithm alg encryption strategy format header prefix backend engine arn`.split(
    /\s+/,
  ),
);
// The last word of a piece of a program: `TokenFilter: started`, `token_test.go:42`. Behind an underscore it only
// says which one of many it is: `NPM_TOKEN_TEST`.
const code = new Set(
  `reviews exception service controller handler filter client interceptor validator generator factory repository
   cache test java kt scala py js ts go rb cs cpp rs php`.split(/\s+/),
);

const stems = new RegExp(
  `pass|bundle_|pwd|pw(?![a-z])|psk|_pat(?![a-z])|secret|token|key|cred|auth|cookie|otp|salt|sess|sid(?![a-z])|dsn|conn|${foreignName}`,
  "i",
);
const nextStem = new RegExp(stems.source, "gi");
/** Where the next stem of such a name begins, from there on; -1: nowhere. */
export const stemFrom = (text: string, from: number): number => {
  nextStem.lastIndex = from;
  return nextStem.exec(text)?.index ?? -1;
};

/** Such a stem, and what must follow it somewhere in its word. */
export const stemThen = (after: string): RegExp => new RegExp(`(?:${stems.source})${after}`, "i");

// Rule after rule asks about the same long text, until one has hidden something of it.
const asked = { text: "", may: false };
const long = 1000;
/** Cheap, and true for every text that has a name in it that one of the questions below says yes to. */
export const mayBeSensitive = (text: string): boolean => {
  if (text.length < long) return stems.test(text);
  if (text !== asked.text) Object.assign(asked, { text, may: stems.test(text) });
  return asked.may;
};

// Where Bundler logs in: `BUNDLE_GEMS__SHOP__EXAMPLE`, and Composer: `github-oauth`.
const logins =
  /(?:^|[^a-z])bundle_(?!mirror|build|local|ssl|without|with_)\w{0,80}__[a-z]{2,12}(?:[_-]\d{1,4})?$|(?:^|[^a-z])(?:github|gitlab|bitbucket)[-_]oauth$/i;

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== "");

const mostKnown = 5000;
/** Logs repeat their names line by line. */
const remembered = (judge: (name: string) => boolean): ((name: string) => boolean) => {
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size >= mostKnown) known.clear();
    const judged = judge(name);
    known.set(name, judged);
    return judged;
  };
};

// By its documentation a path, and what a diagnosis is about where the file is not there.
const isPath = (name: string): boolean => /google_application_credentials$/i.test(name);

// The name of an object: `existingSecret: db-credentials`.
const isObject = (name: string): boolean => /(?:^| )(?:existing|pull|tls) secrets?$/.test(wordsOf(name).join(" "));

// A sum over a Secret, as its last word says it, the number of a credential in a store, and the signs of a language model.
const isMark = (name: string): boolean =>
  /(?:checksum|digest|fingerprint)$|checksum\/|(?:^|[^a-z])secrets?[-_.]?hash$|credentials?[-_]?id$|cert[-_]hash$|(?:^|[^a-z])(?:bos|eos|pad|unk|sep|cls|mask)[-_]token(?:[-_]id)?$/i.test(
    name,
  );

const isAbout = (name: string, last: string): boolean =>
  about.has(last) ||
  isMark(name) ||
  isPath(name) ||
  isObject(name) ||
  /\.(?:[mc]js|exs?)$/.test(name) ||
  (code.has(last) && (!name.includes("_") || name.endsWith(`.${last}`)));

const foreign = new RegExp(`(?<!\\p{L})${foreignName}(?!\\p{L})`, "iu");

/** What such a name names is a secret. */
export const isSensitiveName = remembered((name) => {
  const parts = wordsOf(name);
  return (
    !isAbout(name, parts.at(-1) ?? "") &&
    (foreign.test(name) ||
      logins.test(name) ||
      parts.some(
        (word, index) =>
          words.has(word) ||
          (word === "pat" && index > 0 && index === parts.length - 1) ||
          endings.test(word) ||
          (word === "key" && index > 0 && beforeKey.has(parts[index - 1] ?? "")),
      ))
  );
});

/** Where a secret is kept and what it is for, in an object that is called by a sensitive name. */
export const isAboutSecret = remembered(
  (name) => /^(?:key|keys|items|optional)$/.test(name) || about.has(wordsOf(name).at(-1) ?? ""),
);

/** `auth` and `session` say little by themselves: a secret is what such a name names if it looks like one. */
export const isVagueName = remembered((name) =>
  /(?:^| )(?:auth|session|sid|sessionid|session id|tokens|apikeys|api keys)$/.test(wordsOf(name).join(" ")),
);

/** Of many, those that look like a secret are. */
export const isPluralName = remembered((name) => /(?:^| )(?:tokens|apikeys|api keys)$/.test(wordsOf(name).join(" ")));

/** What such a name names may have a secret in it. */
export const isConnectionName = remembered((name) =>
  /(?:^| )(?:dsn|conn|connstr|connection|(?:conn|connection) (?:str|string)|connectionstring)$/.test(
    wordsOf(name).join(" "),
  ),
);
