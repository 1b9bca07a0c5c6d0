/** What the error says was not there, or was refused. */
export type Lack =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "host"; readonly name: string; readonly port: number | null }
  | { readonly kind: "port-taken"; readonly name: string }
  | { readonly kind: "permission"; readonly name: string }
  | { readonly kind: "credential"; readonly name: string }
  | { readonly kind: "rights"; readonly name: string }
  | { readonly kind: "certificate"; readonly name: string }
  | { readonly kind: "descriptors"; readonly name: string }
  | { readonly kind: "shared-memory"; readonly name: string }
  | { readonly kind: "mesh"; readonly name: string }
  | { readonly kind: "clock"; readonly name: string }
  | { readonly kind: "space"; readonly name: string }
  | { readonly kind: "table"; readonly name: string }
  | { readonly kind: "module"; readonly name: string }
  | { readonly kind: "file"; readonly name: string };

const host = "([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)";

const hosts: readonly RegExp[] = [
  new RegExp(`getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ${host}(?::(\\d+))?`),
  new RegExp(`lookup ${host}(?: on [^:]+:\\d+)?: (?:no such host|server misbehaving|i/o timeout)`),
  new RegExp(`could not translate host name "${host}"`),
  new RegExp(`connection to server at "${host}"(?: \\([^)]*\\))?, port (\\d+) failed`),
  new RegExp(`host not found in upstream "${host}(?::(\\d+))?"`),
  new RegExp(`bad address '${host}(?::(\\d+))?'`),
  new RegExp(`UnknownHostException: ${host}`),
  new RegExp(`[Cc]ould not resolve host: ${host}`),
  new RegExp(`Name or service not known.*?${host}:(\\d+)`),
  new RegExp(`host='${host}', port=(\\d+)`),
  new RegExp(`Error (?:-\\d|111|11001) connecting to ${host}:(\\d+)`),
  new RegExp(`[Cc]onnection to ${host}:(\\d+) refused`),
  new RegExp(`\\bUnableToConnect on ${host}:(\\d+)`),
  new RegExp(`(?:connect ECONNREFUSED|connect ETIMEDOUT|dial tcp) ${host}:(\\d+)`),
  new RegExp(
    `(?:[Ff]ailed|[Uu]nable|[Cc]ould not|[Cc]annot|[Cc]an't) to connect to (?:server |host |database |broker |[a-z]+ at |tcp://|[a-z]+://(?:[^@/\\s]*@)?)?['"]?${host}:(\\d+)`,
  ),
  new RegExp(`(?:could not|can't|cannot) connect to (?:[a-z ]*at |[a-z]+://(?:[^@/\\s]*@)?)?['"]?${host}:(\\d+)`, "i"),
  new RegExp(`(?:could not|can't|cannot) resolve (?:host(?:name)?|address|name):? ['"]?${host}`, "i"),
  new RegExp(`${host}:(\\d+)[^A-Za-z0-9]{1,4}.*(?:refused|timed out|unreachable|not reachable)`),
];

const variables: readonly RegExp[] = [
  /KeyError: '([A-Z][A-Z0-9_]{2,})'/,
  /(?:environment variable|env(?:ironment)? var|variable|setting)s?:? [`'"]?\$?([A-Z][A-Z0-9_]{2,})[`'"]?/i,
  /\b([A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]{4,})[`'"]? (?:environment variable )?(?:is |was |must be |env var )?(?:not (?:set|defined|found|provided|specified|configured)|required|missing|undefined|unset|set|empty|null)\b/,
  /(?:[Mm]issing|[Rr]equired|[Uu]ndefined|[Uu]nset|[Nn]eeds?)(?: required)?(?: env(?:ironment)?(?: variables?)?| config(?:uration)?(?: key)?| setting)?:? [`'"$]*([A-Z][A-Z0-9]*_[A-Z0-9_]+)/,
  /\b([A-Z][A-Z0-9_]{2,}): (?:parameter (?:null or )?not set|unbound variable|must be set|is required)/,
  /process\.env\.([A-Z][A-Z0-9_]+)/,
  /Could not resolve placeholder '([^']+)'/,
  /key not found: "([A-Z][A-Z0-9_]+)"/,
];

type NamedKind = Exclude<Lack["kind"], "host" | "variable">;

const others: readonly (readonly [NamedKind, RegExp])[] = [
  ["rights", /is forbidden: (User \\?"[^"]+" cannot .*)/],
  ["port-taken", /(?:EADDRINUSE|[Aa]ddress (?:already )?in use)(.*)/],
  [
    "credential",
    /(password authentication failed for user \S+|Access denied for user \S+|NOAUTH|WRONGPASS|invalid username-password pair|[Aa]uthentication failed|[Aa]uthentication required|Login failed for user|\b401 Unauthorized|SASL authentication)/,
  ],
  ["mesh", /(RBAC: access denied)/],
  ["clock", /(certificate has expired or is not yet valid: current time \S+ is before)/],
  [
    "shared-memory",
    /(Bus error|(?:No space left on device|ENOSPC).*\/dev\/shm|\/dev\/shm.*(?:No space left on device|ENOSPC))/i,
  ],
  [
    "certificate",
    /((?:x509: )?certificate (?:has expired|is not valid|signed by unknown)|CERT_HAS_EXPIRED|certificate verify failed|unable to get local issuer)/i,
  ],
  ["descriptors", /(too many open files|EMFILE|cannot assign requested address)/i],
  ["space", /(no space left on device|ENOSPC|disk quota exceeded)/i],
  [
    "table",
    /((?:relation|table|database|column|role) ["'`]?[\w.]+["'`]? (?:does not exist|doesn't exist)|no such table: \S+|Unknown database '[^']+')/i,
  ],
  ["permission", /(?:EACCES|[Pp]ermission denied|[Rr]ead-only file system|EROFS|[Oo]peration not permitted)(.*)/],
  [
    "module",
    /(?:No module named|Cannot find module|cannot load such file --|Could not load file or assembly|Class "?|ClassNotFoundException: ?) ?['"]?([\w@./\\-]+)/,
  ],
  ["file", /(?:No such file or directory|ENOENT|FileNotFoundException|cannot open|no such file)(.*)/i],
];

const firstMatch = (patterns: readonly RegExp[], text: string): RegExpExecArray | null => {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match) return match;
  }
  return null;
};

/** The missing thing by name, from the text of an error; null when the text names none. */
export const lackIn = (text: string): Lack | null => {
  const short = text.slice(0, 2000);
  const credential = others.find(([kind]) => kind === "credential")?.[1].exec(short);
  if (credential) return { kind: "credential", name: credential[1] ?? "" };
  const peer = firstMatch(hosts, short);
  if (peer) return { kind: "host", name: peer[1] ?? "", port: peer[2] ? Number(peer[2]) : null };
  const variable = firstMatch(variables, short);
  if (variable) return { kind: "variable", name: variable[1] ?? "" };
  for (const [kind, pattern] of others) {
    const match = pattern.exec(short);
    if (match) return { kind, name: (match[1] ?? match[0]).trim() };
  }
  return null;
};

/** A host that the log asks for in vain, nearest to its end. */
export const peerInLog = (lines: readonly string[]): string | null => {
  for (const line of lines.slice(-10).toReversed()) {
    const lack = lackIn(line);
    if (lack?.kind === "host") return lack.name;
    const awaited = /\bwaiting (?:for|on) ([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d+)?\W*$/i.exec(line)?.[1];
    if (awaited) return awaited;
  }
  return null;
};
