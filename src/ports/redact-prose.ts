/** What stands behind a sensitive name and is no secret: words, references, places and names of objects. */

// Words that follow "token:" or "password=" in an error message and are no value.
const prose =
  /^(?:invalid|missing|required|incorrect|wrong|expired|unexpected|unauthorized|failed|none|null|nil|true|false|undefined|not|must|is|was|has|no|the|a|an|authentication|error|errors|cannot|could|unable|empty|unknown|denied|yes|set|unset|given|provided|mismatch|changed|reset|rotated|revoked|refreshed|ok|valid|verified|accepted|rejected|bearer|basic|digest|token|password|str|string|bytes|option(?:al)?(?:[<[]\w{1,20}[>\]]?)?|\d{1,3}|<[a-z_-]+>|\*+|x{3,})$/i;
// These may be passwords, too: they are no value only as the first word of a sentence, as in `token: open /etc/token`.
const opening =
  "references|timed|permission|operation|connection|input|device|resource|context|dial|open|stat|read|read-only|write|lookup|get|got|expected|parse|parsing|decode|decoding|fetch|fetching|loading|request|received|exceeded|too|rate|tls:?|x509:?|http|https|rpc|field|value|should|length|does|do|did|may|can|can't|doesn't|signature|issued|malformed|key|needs|contains|minimum|maximum|please";
const said =
  "invalid|missing|required|incorrect|wrong|expired|unexpected|failed|not|must|is|was|has|no|cannot|could|unable|unknown";
const firstWord = new RegExp(`^(?:${opening})$`, "i");
// All of a value in quotes is a sentence: `"password": "must not be empty"`.
const phrase = new RegExp(`^(?:${opening}|${said})(?: [a-z0-9'"-]{1,20}[,.]?){1,12}$`, "i");
// What OAuth says: `token: invalid_grant`.
const oauth =
  /^(?:invalid_(?:grant|client|request|token|scope|target|redirect_uri)|unauthorized_client|unsupported_(?:grant|response|token)_type|access_denied|expired_token|insufficient_scope|server_error|temporarily_unavailable)$/;

/** Whether a word behind a colon goes on as a sentence does, not as the next pair. */
export const isSaid = (text: string, start: number, value: string): boolean =>
  /:[ \t]?$/.test(text.slice(Math.max(0, start - 2), start)) &&
  (oauth.test(value) ||
    (firstWord.test(value) &&
      /^:? [^\s=]+(?=\s|$)/.test(text.slice(start + value.length, start + value.length + 200))));

// `: secret "db-credentials" not found` names an object, `: Get "https://...": dial tcp` says what was tried,
// `<no value>` and `(sensitive value)` stand for something.
const variable = /^\$(?:[({]|[A-Z_][A-Z0-9_]{0,80}(?![\w!#%&*~^$])|[a-z_]{1,80}(?![\w!#%&*~^$]))/;
const reference =
  /^(?:\{?\[redacted[:\]]|%[sqv]|\{\{|<(?:no value|set to|nil|unset|unknown|redacted|hidden|none)|\((?:sensitive|known after|redacted|hidden|none|null)|(?:secret|configmap|serviceaccount)s? \\*["']|(?:get|post|put|patch|head|delete) \\*["'])/i;

// Where a secret is kept: a file of a folder that systems have, or with an ending; the address in a store of secrets.
const file =
  /^(?:file:\/\/)?(?:~|\.{1,2})?\/(?:(?:var|run|etc|opt|home|root|usr|tmp|mnt|srv|app|data|secrets?|vault|config|certs?|keys|credentials|workspace|Users|bitnami)\/[\w.@-]{1,80}(?:\/[\w.@-]{1,80}){0,12}\/?|(?:[\w@-]{1,80}\/){0,12}[\w.@-]{1,80}\.(?:json|ya?ml|txt|pem|key|crt|p12|jks|pfx|env|conf|cfg|ini|toml|properties|csv|gpg))$/;
const stored =
  /^(?:arn:aws[\w-]{0,10}:|op:\/\/|ref\+\w+:\/\/|(?:vault|vault\+\w+):(?:\/\/)?(?:secret|kv)\/|projects\/[\w-]+\/secrets\/|\w{2,12}sm:\/\/|ssm:\/)/;
/** Names the place of a secret, which a diagnosis may be about, and not the secret. */
export const isPlace = (value: string): boolean => file.test(value) || stored.test(value);

export const isPhrase = (value: string): boolean => phrase.test(value);

export const isValue = (value: string): boolean =>
  value !== "" &&
  !prose.test(value.trim()) &&
  !reference.test(value) &&
  !variable.test(value) &&
  !isPlace(value) &&
  !isPhrase(value);

export const isReferenceAt = (text: string, at: number): boolean => {
  const value = text.slice(at, at + 20).replace(/^\\*["']/, "");
  return reference.test(value) || variable.test(value);
};

const objectName = /^[a-z0-9](?:[a-z0-9.-]{0,100}[a-z0-9])?$/;
const ofObject =
  /^\\*["']?,?[ \t](?:(?:was|is|has|could|does)[ \t])?(?:not[ \t](?:be[ \t])?(?:found|exist|created|mounted|ready)|already[ \t]exists|missing|forbidden|in namespace|of type)\b/;
/** `secret=orders/db-credentials`, `secret: db-credentials not found` name an object. */
export const isObjectName = (name: string, { value, start }: Found, text: string): boolean =>
  /^secret$/i.test(name) &&
  (/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(value) ||
    (objectName.test(value) && ofObject.test(text.slice(start + value.length, start + value.length + 40))));

/** A place in a program, or an address in its memory, as stack traces have them behind the name of what was called. */
export const frame = /[\w$./@:\\-]{0,200}(?:\.[a-z]{1,6}|:\d{1,6}):\d{1,6}\)|\{?0x[0-9a-f]{1,16}\??[,)]/.source;

/** What stands somewhere in a text and may be a secret. */
export interface Found {
  value: string;
  start: number;
}
