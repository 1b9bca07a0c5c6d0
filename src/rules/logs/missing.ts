/** What the error says was not there, or was refused. */
export type Lack =
  | { readonly kind: "variable"; readonly name: string; readonly also?: readonly string[] }
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
  /** A key that its settings or its input should have. */
  | { readonly kind: "key"; readonly name: string }
  | { readonly kind: "file"; readonly name: string };

const host = "([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)";

/** main.go:41 is no host. */
export const sourceFile =
  /\.(?:py|go|js|ts|mjs|cjs|java|kt|rb|php|rs|cs|c|h|cc|cpp|scala|ex|exs|sh|conf|ya?ml|json|toml|xml)$/;

const hosts: readonly RegExp[] = [
  // nslookup tries a bare name in every search domain: only the first of these is where a Service would be.
  new RegExp(`server can't find (?![\\w-]+\\.(?:svc\\.)?cluster\\.local:)${host}: (?:NXDOMAIN|SERVFAIL)`),
  new RegExp(`nslookup: can't resolve '${host}'`),
  new RegExp(
    `(?:[Tt]imed ?out|[Tt]imeout|[Rr]efused|[Uu]nreachable|[Nn]o route to host)[^A-Za-z0-9]{1,4}[a-z]+://(?:[^@/\\s]*@)?${host}(?::(\\d+))?`,
  ),
  new RegExp(`getaddrinfo for ${host} failed`),
  new RegExp(`getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ${host}(?::(\\d+))?`),
  new RegExp(`lookup ${host}(?: on [^:]+:\\d+)?: (?:no such host|server misbehaving|i/o timeout)`),
  new RegExp(`could not translate host name "${host}"`),
  new RegExp(`connection to server at "${host}"(?: \\([^)]*\\))?, port (\\d+) failed`),
  new RegExp(
    `[Ii]s the server running on (?:that )?host "${host}"(?: \\([^)]*\\))? and accepting(?:\\s+TCP/IP connections on port (\\d+))?`,
  ),
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
  new RegExp(
    `(?:could not|can't|cannot) (?:connect to|reach) (?:[a-z ]*at |[a-z]+://(?:[^@/\\s]*@)?)?['"\`]?${host}:(\\d+)`,
    "i",
  ),
  new RegExp(`connect\\(2\\) for "?${host}"?(?::| port )(\\d+)`),
  new RegExp(`[Cc]onnection refused \\(${host}:(\\d+)\\)`),
  new RegExp(`/dev/tcp/${host}/(\\d+): (?:Connection refused|No route to host|Invalid argument)`),
  new RegExp(`can't connect to remote host \\(${host}\\)`),
  new RegExp(`(?:could not|couldn't|can't|cannot) resolve server ${host}(?::(\\d+))?`, "i"),
  new RegExp(`(?:could not|couldn't|can't|cannot) resolve (?:host(?:name)?|address|name):? ['"]?${host}`, "i"),
  new RegExp(`${host}:(\\d+)[^A-Za-z0-9]{1,4}.*(?:refused|timed out|unreachable|not reachable)`),
];

/** How a line begins that calls itself an error; no variable is called so. */
const notLevel =
  "(?!(?:ERROR|FATAL|WARN(?:ING)?|INFO|DEBUG|CRITICAL|PANIC|SEVERE|EMERG|ALERT|NOTICE|TRACE|FAIL(?:ED|URE)?|EXCEPTION)\\b)";

/** As a shell says it for ${NAME:?message}, whatever the message is; what else it says after a name is of a command or of the name itself. */
export const shellWantsVariable =
  /(?:^|(?<=^shell: ))\S*sh: (?:(?:line )?\d+: )?([A-Z][A-Z0-9_]{2,}): (?!(?:command )?not found|(?:Permission denied|No such file|Is a directory|readonly|is read only|bad |cannot |syntax ))(?=\S)/;

/** As programs say that a variable, which stands before it, is not what they need. */
const wanting = [
  "(?:is |was |must be )?(?:not (?:set|defined|found|provided|specified|configured)|required|missing|undefined|unset|set|empty|null)",
  "(?:is|was) an? (?:required|mandatory) (?:environment |env )?(?:variable|setting|value|field)",
  "(?:must not|mustn't|should not|shouldn't|can ?not|can't|may not) be (?:an? )?(?:empty|blank|null|undefined|unset|missing|nil)",
  "(?:must|should) (?:not be (?:an )?empty|be (?:a )?(?:non-?empty|set|provided|defined))",
  "(?:length )?(?:must|should) (?:be|have|contain) (?:at least|exactly|a minimum of) \\d+",
].join("|");

/** A name in capitals may be one of a table or a file: then it is data. */
const notColumn =
  "(?<!\\b(?:columns?|fields?|headers?|attributes?|labels?|tags?|rows?|sheets?|constants?|enum|types?|events?|formats?) [\"'`]?)";
const notOfData =
  "(?! (?:from|in|by|for|on|of) (?:the |this |its |a )?(?:\\w+ )?(?:sheet|file|row|template|request|payload|message|body|response|header|table|csv|document|record|input|upload))";

const variables: readonly RegExp[] = [
  /KeyError: '([A-Z][A-Z0-9_]{2,})'/,
  /(?:[Ee]nvironment variable|[Ee]nv(?:ironment)? var|ENV var|[Vv]ariable|[Ss]etting)s?:? [`'"]?\$?([A-Z][A-Z0-9_]{2,})(?!\w)[`'"]?/,
  new RegExp(
    `${notColumn}\\b${notLevel}([A-Z][A-Z0-9]*_[A-Z0-9_]+|[A-Z]{4,})["'\`]? (?:(?:environment variable|env var|setting|variable|value) )?(?:${wanting})\\b${notOfData}`,
  ),
  /(?:[Mm]issing|[Rr]equired|[Uu]ndefined|[Uu]nset|[Nn]eeds?)(?: required)?(?: env(?:ironment)?(?: variables?)?| config(?:uration)?(?: key)?| setting| value)?:? [`'"$]*([A-Z][A-Z0-9]*_[A-Z0-9_]+)/,
  new RegExp(
    `\\b${notLevel}([A-Z][A-Z0-9_]{2,}): (?:parameter (?:null or )?not set|unbound variable|must be set|is required|(?:required|missing) (?:env|var|setting))`,
  ),
  /process\.env\.([A-Z][A-Z0-9_]+)/,
  /Could not resolve placeholder '([^']+)'/,
  /Could not resolve placeholder \$\{([^}:]+)/,
  /Could not resolve substitution to a value: \$\{\??([^}]+)\}/,
  /Could not expand value ([\w.-]+) in property/,
  /No configuration setting found for key '([^']+)'/,
  /'([\w.-]+)': Missing (?:\w+ )?from config/,
  /\b([A-Z][A-Z0-9_]{2,})[^\w\n]{1,4}NotPresent\b/,
  /\bMissingValue\("(\w+)"\)/,
  /^Error: missing value for field (\w+)\s*$/,
  /\bassigning ([A-Z][A-Z0-9_]+) to \w+: converting\b/,
  /config property (?:named )?["']?([\w.-]+)["']? is required/,
  /key not found: [:"]?([A-Z][A-Z0-9_]+)/,
  /[Ee]nvironment variables?[^:\n]{0,40}: *[-[{"'`]* *([A-Z][A-Z0-9_]{2,})/,
  /[Cc]onfig(?:uration)? (?:value|key|property|setting|option) [`'"]?([\w:.-]+)[`'"]? (?:is |was )?(?:missing|required|empty|null|not (?:set|found|provided|configured))/,
  /\b([A-Z][A-Z0-9_]{2,})[`'"]? env(?:ironment)?[ -]var/,
  /\b(?:must|need to) (?:specify|set|provide|define|export)(?: (?:a|the|an|one of|either))? [`'"$]*([A-Z][A-Z0-9]*_[A-Z0-9_]+)/,
  /(?<!\S)--[\w-]+ or ([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b/,
  /\bmissing setting: ([\w-]+)/,
  /[Mm]issing environment variable\b[^\n]{0,40}\bname ?= ?"(\w+)"/,
  /required key ([A-Z][A-Z0-9_]+) missing/,
  /\bSet the ([A-Z][A-Z0-9_]{2,}) environment/,
  shellWantsVariable,
  /^\s*["']?([A-Z][A-Z0-9_]{2,})["']?: \[ *['"](?:Required|Invalid input: expected \w+, received undefined)\b/,
  /"path": \[ ?"([A-Z][A-Z0-9_]{2,})" ?\], "message": "(?:Required|Invalid input: expected \w+, received undefined)\b/,
];

/** The program's own source, as a trace shows it, where it reads its environment. */
const readsEnvironment =
  /(?:environ\[|environ\.get\(|getenv\(|\bENV\[|ENV\.fetch\(|env::var\(|process\.env\.|process\.env\[|GetEnvironmentVariable\()\s*["'`:]*([A-Za-z_]\w*)/;
const readsSettings = /conf|setting|\bcfg|options|yaml|toml|json\.load/i;
const unset = /\bNotPresent\b|environment variable not found/;
const valueErrors = /^(?:KeyError|TypeError|ValueError|AttributeError|ArgumentError|NoMethodError|FormatException)$/;

/** What only the source lines of a trace tell: which variable was read, or that it was a setting. */
export const lackInSource = (error: { type: string; message: string }, blast: readonly string[]): Lack | null => {
  const bound = blast.flatMap((line) => /^\s*Origin: System Environment Property "(\w+)"/.exec(line)?.[1] ?? []);
  if (bound[0]) return { kind: "variable", name: bound[0] };
  const source = blast.findLast((line) => readsEnvironment.test(line));
  const name = source ? readsEnvironment.exec(source)?.[1] : undefined;
  const type = error.type.split(/[.:]+/).at(-1) ?? "";
  if (name && (valueErrors.test(type) || unset.test(blast.join("\n")))) return { kind: "variable", name };
  if (unset.test(blast.join("\n"))) return { kind: "variable", name: "" };
  const key = type === "KeyError" ? /^(?:key not found: )?[:"']([\w.-]+)["']?$/.exec(error.message)?.[1] : undefined;
  return key && blast.some((line) => readsSettings.test(line)) ? { kind: "key", name: key } : null;
};

const rejects =
  /\b(?:invalid|unknown|unsupported|unrecognized|illegal|not (?:a )?valid|(?:can ?not|could not|can't|failed to|unable to) (?:parse|convert|decode)|parsing|For input string|expected one of|must be one of)\b/i;

/** The values, as the error quotes them, that it does not accept. */
export const rejectedValues = (line: string): string[] =>
  rejects.test(line) ? [...line.matchAll(/(["'`])([^"'`\\\s]{3,80})\\?\1/g)].map(([, , value = ""]) => value) : [];

/** Refused by a service that it calls, and not by its own system. */
const remoteRight =
  /(?<![./\w])(?:API key|scopes?|access token|bearer|IAM)\b|\bpermission denied for \w+|code = PermissionDenied|\bPERMISSION_DENIED\b/i;

/** "Permission denied" is its own system's word where it comes with a path, an error's code or a call. */
const ownRight =
  /EACCES|Errno 13|os error 13|\bcode: 13\b|\(13\b|(?:^|[\s"'`(=[:])\.{0,2}\/[\w.@-]|[\w-]+\.(?:log|db|pid|sock|sqlite3?|lock|json|txt|sh)\b|^\S*sh: |\b(?:bind|open(?:ing|dir)?|mkdir|chown|chmod|unlink|stat|exec|touch|socket|file|directory|PermissionError|SocketException)\b|java\.n?io\.|\b(?:can ?not|can't|could not|failed to) create\b/;
const deniedOnly = /permission denied/i;

type NamedKind = Exclude<Lack["kind"], "host" | "variable" | "key">;

/** As systems and their libraries say it: with the error's code, or of a socket, a port or an address. Anything may have an address that is in use. */
const portTaken = new RegExp(
  [
    /EADDRINUSE\b.*/,
    /(?:Errno (?:98|48)\]|os error 98|\bcode: 98|\(98\)|\b98: |AddrInUse|BindException|SocketException).*?[Aa]ddress (?:already )?in use(?! by)/,
    /\b(?:listen(?:er|ing)?|bind(?:ing)?|socket|port|Listener)\b[^\n]{0,120}?\b[Aa]ddress (?:already )?in use(?=["'`;,]|[^\w]*(?:$|\n|AH\d|bind\(2\)|\(?Bind failed|[[(*:\d]))/,
    /[Aa]ddress already in use \(os error (?:98|48)\)/,
    /\baddress already in use: \S*:\d+/,
    /[Cc]onnection in use: \('[^']*', \d+\)/,
    /\b[Pp]ort \d{2,5}(?:\/tcp)? (?:is|was) already (?:in use|taken|bound|allocated)(?! by)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);

const others: readonly (readonly [NamedKind, RegExp])[] = [
  ["rights", /is forbidden: (User \\?"[^"]+" cannot .*)/],
  ["port-taken", portTaken],
  [
    "credential",
    /(password authentication failed for user \S+|Access denied for user \S+|NOAUTH|WRONGPASS|invalid username-password pair|[Aa]uthentication failed|[Aa]uthentication required|Login failed for user|\b401 Unauthorized|SASL authentication|\bInvalidAccessKeyId|\bSignatureDoesNotMatch|\bExpiredToken(?:Exception)?\b|\bUnrecognizedClientException|\bInvalidClientTokenId|\binvalid_grant\b|\binvalid_client\b|\bAADSTS(?:50126|7000215|7000222)\b|ACCESS_REFUSED - Login was refused|Exception \(403\) Reason: \\?"username or password not allowed|LDAP[^\n]{0,120}\berror code 49\b|[Ii]nvalid [Cc]redentials \(49\)|\bORA-01017\b|\bAuthorization Violation\b|unable to authenticate user\b|Permission denied \((?:publickey|password|keyboard-interactive)[^)\n]*\)|\b(?:403|rejected)\b[\s\S]{0,60}?\bpermission denied(?=\W*$))/,
  ],
  ["mesh", /(RBAC: access denied)/],
  ["clock", /(certificate has expired or is not yet valid: current time \S+ is before)/],
  [
    "shared-memory",
    /(Bus error|shared memory segment\b.*(?:No space left on device|ENOSPC)|(?:No space left on device|ENOSPC).*\/dev\/shm|\/dev\/shm.*(?:No space left on device|ENOSPC)|<\/torch_\w+>.*No space left on device|check shm limits?\b|insufficient shared memory)/i,
  ],
  [
    "certificate",
    /((?:x509: )?certificate (?:has expired|is not valid|signed by unknown)|CERT_HAS_EXPIRED|certificate verify failed|unable to get local issuer|problem with (?:CA|node|client|UI|[\w-]+) certificate\b|cannot load certificates)/i,
  ],
  [
    "descriptors",
    /(too many open files|EMFILE|(?<!bind: )cannot assign requested address|max_map_count|max file descriptors \[\d+\]|inotify (?:watches|instances)|fs\.inotify|ENOSPC: System limit for number of file watchers|upper limit on inotify watches|(?:inotify_add_watch|add(?:ing)? (?:inotify )?watch|fsnotify|inotify)\b.*(?:no space left on device|ENOSPC))/i,
  ],
  ["space", /(no space left on device|ENOSPC|disk quota exceeded)/i],
  [
    "table",
    /((?:relation|table|database|column|role) ["'`]?[\w.]+["'`]? (?:does not exist|doesn't exist)|no such table: \S+|Unknown database '[^']+')/i,
  ],
  [
    "permission",
    /(?:EACCES|[Pp]ermission denied|[Rr]ead-only file system|EROFS|[Oo]peration not permitted|has wrong ownership|must be accessible by owner only|must be owned by|should be owned by|too open|Failed to lock memory|\b(?:file|drive|disk) access denied|AccessDeniedException: (?=\/)|[Ii]nsufficient permissions? on (?:the )?(?:directory|file|path|folder)|(?:does ?n[o']t|do not) have write permissions? (?:for|to|on)|must be a writable directory|\/\S+ is not writable|read-only directory: |[Cc]an ?not write to (?=\/\S+\. Wrong volume permissions)|does not match the owner of the data|dub path (?=\S+ writable\] FAILED)|(?:(?:not supposed to|must not|should not|can ?not|may not|refus\w+ to) (?:be )?run(?:ning)?|not run|"root" execution) (?:\w+ )?(?:as|of)\b.*\broot\b|execution of the PostgreSQL server is not permitted)(.*)/,
  ],
  [
    "module",
    /(?:No module named|Can't locate(?= \S+ in @INC)|Cannot find module|cannot load such file --|Could not load file or assembly|Class "?|ClassNotFoundException: ?) ?['"]?([\w@./\\-]+)/,
  ],
  ["file", /(?:No such file or directory|ENOENT|FileNotFoundException|cannot open|no such file)(.*)/i],
];

/** Frameworks that do not say which variable they mean, but always mean the same. */
const meant: readonly (readonly [RegExp, string])[] = [
  [/No application encryption key has been specified|MissingAppKeyException/, "APP_KEY"],
  [/Missing `secret_key_base` for/, "SECRET_KEY_BASE"],
  [/Missing encryption key to decrypt file with/, "RAILS_MASTER_KEY"],
  [/Invalid value for password\. The minimum password length/, "NEO4J_AUTH"],
  [/no hostname setting provided|hostname is not configured; either configure hostname/, "KC_HOSTNAME"],
];

/** .NET names the class of the options, which is called as their section is. */
const options = /OptionsValidationException: .*?'(\w+?)(?:Options|Settings|Config)?' members: '(\w+)'/;

const firstMatch = (
  patterns: readonly RegExp[],
  text: string,
  fits: (match: RegExpExecArray) => boolean = () => true,
): RegExpExecArray | null => {
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match && fits(match)) return match;
  }
  return null;
};

const variableIn = (text: string): string | null => {
  const variable = firstMatch(variables, text);
  if (variable) return variable[1] ?? "";
  const [, section, member] = options.exec(text) ?? [];
  return member ? `${section}:${member}` : (meant.find(([says]) => says.test(text))?.[1] ?? null);
};

/** The missing thing by name, from the text of an error; null when the text names none. */
export const lackIn = (text: string): Lack | null => {
  const short = text.slice(0, 2000);
  const credential = others.find(([kind]) => kind === "credential")?.[1].exec(short);
  if (credential) return { kind: "credential", name: credential[1] ?? "" };
  const peer = firstMatch(
    hosts,
    short,
    ([, name = "", port]) => !/^\d+$/.test(name) && (port === undefined || !sourceFile.test(name)),
  );
  if (peer) return { kind: "host", name: peer[1] ?? "", port: peer[2] ? Number(peer[2]) : null };
  const variable = variableIn(short);
  if (variable !== null) return { kind: "variable", name: variable };
  for (const [kind, pattern] of others) {
    const match = kind === "permission" && remoteRight.test(short) ? null : pattern.exec(short);
    const foreign = kind === "permission" && deniedOnly.test(match?.[0] ?? "") && !ownRight.test(short);
    if (match && !foreign) return { kind, name: (match[1] ?? match[0]).trim() };
  }
  return null;
};

export interface Awaited {
  readonly name: string;
  /** Said with a port, a domain or an error of the network: surely a host, and not a lock or a file. */
  readonly sure: boolean;
}

/** nslookup says of each name it makes of a host that there is none. */
const notFound = (lines: readonly string[], host: string): boolean =>
  lines
    .slice(-30)
    .some(
      (line) =>
        (line.includes(`can't find ${host}`) && /: NXDOMAIN$/.test(line)) || line.includes(`can't resolve '${host}'`),
    );

/** A host that the log asks for in vain, nearest to its end. */
export const peerInLog = (lines: readonly string[]): Awaited | null => {
  for (const line of lines.slice(-10).toReversed()) {
    const lack = lackIn(line);
    if (lack?.kind === "host") return { name: lack.name, sure: true };
    const [, name, port] = /\bwaiting (?:for|on) ([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(:\d+)?\W*$/i.exec(line) ?? [];
    if (name) return { name, sure: port !== undefined || name.includes(".") || notFound(lines, name) };
  }
  return null;
};
