// A name is sensitive by one of its words (`DB_PASSWORD_FILE` has three), unless its last word says that the
// value is something about the secret and not the secret.

const words = new Set([
  "password",
  "passwd",
  "passphrase",
  "pwd",
  "pass",
  "secret",
  "token",
  "apikey",
  "credential",
  "pw",
  "psk",
  "passcode",
]);
const also = new Set([
  "credentials",
  "authorization",
  "accesskey",
  "privatekey",
  "secretkey",
  "authtoken",
  "cookie",
  "authkey",
  "jsessionid",
  "phpsessid",
]);
// Written as one word with what comes before: PGPASSWORD, mysqlpassword, accesstoken.
const endings =
  /(?:password|passwd|passphrase|(?:store|key|bind|user|root|admin|db|smtp)pass|(?:bind|root|user|admin|db)pw|secret|apikey|accesskey|secretkey|privatekey|accountkey|token)$/;
const beforeKey = new Set(
  `api access private secret encryption signing auth account master app license ssh hmac jwt consumer shared
   subscription fernet session deploy write storage functions integration client webhook admin cipher aes symmetric`.split(
    /\s+/,
  ),
);
const about = new Set(
  `name names ref file path dir mount volume namespace count ttl expiry expires expiration seconds minutes hours ms
   timeout interval enabled required length size type version limit url uri endpoint issuer audience policy class kind
   provider store manager hash status error reviews exception service controller handler filter client
   interceptor validator generator factory repository cache test java kt scala py js ts go rb cs cpp rs php`
    .trim()
    .split(/\s+/),
);

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== "");

const known = new Map<string, boolean>();
const mostKnown = 5000;

/** Logs repeat their names line by line. */
export const isSensitiveName = (name: string): boolean => {
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size >= mostKnown) known.clear();
  const sensitive = judge(name);
  known.set(name, sensitive);
  return sensitive;
};

const judge = (name: string): boolean => {
  const parts = wordsOf(name);
  if (about.has(parts.at(-1) ?? "")) return false;
  return parts.some(
    (word, index) =>
      words.has(word) ||
      (word === "pat" && index > 0 && index === parts.length - 1) ||
      also.has(word) ||
      endings.test(word) ||
      (word === "key" && index > 0 && beforeKey.has(parts[index - 1] ?? "")),
  );
};
