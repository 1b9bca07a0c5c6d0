/** One line as its program meant it: without time stamps, logger names and the wrappings of JSON or logfmt. */
export interface Plain {
  readonly text: string;
  /** What of the line as it stands in the log may be quoted. */
  readonly quote: string;
  /** The whole line, or what a structured one says: for forms that begin with a stamp of their own. */
  readonly whole: string;
  /** True: the program calls it an error; false: it calls it less than that; null: it does not say. */
  readonly severe: boolean | null;
  /** Its fields tell of a request that it was asked: what failed may be the caller's. */
  readonly request?: boolean;
}

const levelWord =
  /^[[(<]?(FATAL|CRITICAL|CRIT|ERROR|ERR|PANIC|SEVERE|EMERG|EMERGENCY|ALERT|WARN(?:ING)?|INFO|NOTICE|DEBUG|TRACE|VERBOSE)\b[\])>]?[\s:|,-]*/i;
const severeWord = /^(fatal|crit|error|err$|panic|severe|emerg|alert|dpanic|[FE]$)/i;

/** Stamps, bracketed fields, process ids and pipes that stand before what is said. */
const fore =
  /^(?:\s{0,2}(?:\[(?!(?:FATAL|CRITICAL|CRIT|ERROR|ERR|PANIC|SEVERE|EMERG|ALERT|WARN(?:ING)?|INFO|NOTICE|DEBUG|TRACE)\])[^\]]{1,60}\]|\{[\w-]*\}(?= <)|\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S*|\d\d:\d\d:\d\d(?:[.,]\d+)?|[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d|\d{10,13}(?:\.\d+)?|pid=\d+|\d+:[A-Z](?= )|\|)[\s:|,-]*)+/;
/** klog: level, date, time, thread and place in one. */
const klog = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w./-]+:\d+\] /;
/** What Java and Python loggers put between level and text. */
const logger = /^(?:\d+ )?(?:--- )?(?:\[[^\]]{1,80}\]\s*)*(?:(?=[\w$]+[.$/])[\w$]+(?:[./][\w$]+)*\s*:\s|-{1,3}\s)?/;

const wordy = (raw: string): Plain => {
  const byKlog = klog.exec(raw);
  if (byKlog)
    return { text: raw.slice(byKlog[0].length), quote: raw, whole: raw, severe: /[EF]/.test(byKlog[1] ?? "") };
  const rest = raw.replace(fore, "");
  const level = levelWord.exec(rest);
  // "Error: x" is the language's own word, "error: x" after a stamp the logger's; both leave what is said.
  if (!level || (rest === raw && /^(?:Error|panic): /.test(raw)))
    return { text: rest, quote: raw, whole: raw, severe: null };
  const said = rest.slice(level[0].length).replace(logger, "");
  return said === ""
    ? { text: rest, quote: raw, whole: raw, severe: null }
    : { text: said, quote: raw, whole: raw, severe: severeWord.test(level[1] ?? "") };
};

const levelKeys = ["level", "severity", "lvl", "loglevel", "log.level", "levelname", "@l", "LogLevel", "s"];
const messageKeys = ["msg", "message", "@m", "@mt", "event", "short_message", "Message", "log"];
const errorKeys = [
  "err",
  "error",
  "exception",
  "Exception",
  "exc_info",
  "stack",
  "stacktrace",
  "stack_trace",
  "traceback",
  "@x",
  "reason",
  "cause",
  "error.message",
  "error.stack_trace",
  "errorVerbose",
];

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textsOf = (value: unknown): string[] => {
  if (typeof value === "string") return [value];
  if (!isFields(value)) return [];
  const { type, name, codeName, message, msg, errmsg, stack, stack_trace: trace, cause } = value;
  const said = [message, msg, errmsg].find((one) => typeof one === "string");
  const kind = [type, name, codeName].find((one) => typeof one === "string");
  const named = typeof kind === "string" && typeof said === "string" ? `${kind}: ${said}` : said;
  return [named, stack, trace, ...textsOf(cause)].filter((one) => typeof one === "string");
};

const severity = (value: unknown): boolean | null => {
  if (typeof value === "number") return value >= 50;
  return typeof value === "string" && value !== "" ? severeWord.test(value) : null;
};

const mostLines = 60;

const traceKeys = /stack|trace|exc_info|verbose/i;

const methodKeys = ["method", "http_method", "httpMethod", "http.method", "http.request.method", "requestMethod"];
const pathKeys = ["path", "uri", "url", "route", "target", "request_uri", "requestUrl", "http.target", "url.path"];

const firstOf = (places: readonly Fields[], keys: readonly string[]): unknown =>
  places.flatMap((place) => keys.map((key) => place[key])).find((value) => value !== undefined);

/** A method with a path of its own, as servers log what they are asked. Clients log whole addresses. */
const isRequest = (fields: Fields): boolean => {
  const places = [fields, ...[fields.req, fields.request, fields.httpRequest, fields.http].filter(isFields)];
  const method = firstOf(places, methodKeys);
  const path = firstOf(places, pathKeys);
  return (
    typeof method === "string" &&
    /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/i.test(method) &&
    (path === undefined
      ? firstOf(places, ["status", "status_code", "statusCode"]) !== undefined
      : /^\//.test(String(path)))
  );
};

const expanded = (raw: string, fields: Fields): Plain[] => {
  const level = levelKeys.map((key) => fields[key]).find((value) => value !== undefined);
  const severe = severity(level);
  const said = messageKeys.flatMap((key) => textsOf(fields[key]).map((text) => ({ key, text }))).slice(0, 1);
  // MongoDB keeps what an error is about one level down.
  const places = [fields, ...(isFields(fields.attr) ? [fields.attr] : [])];
  const errors = places.flatMap((place) =>
    errorKeys.flatMap((key) => textsOf(place[key]).map((text) => ({ key, text }))),
  );
  const told = [...said, ...errors];
  const request = isRequest(fields) && !/fatal|panic/i.test(String(level)) && level !== 60;
  return told
    .flatMap(({ key, text }) =>
      text
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line, index) => ({
          text: line,
          quote: raw.includes(line) ? line : raw,
          whole: line,
          // Only the head of a trace is the program's own word; what follows are places.
          severe: index === 0 && !traceKeys.test(key) ? severe : null,
          ...(request ? { request } : {}),
        })),
    )
    .slice(0, mostLines);
};

const json = (raw: string): Plain[] => {
  const start = raw.indexOf("{");
  if (start < 0 || start > 60 || !raw.endsWith("}")) return [];
  try {
    const parsed: unknown = JSON.parse(raw.slice(start));
    return isFields(parsed) ? expanded(raw, parsed) : [];
  } catch {
    return [];
  }
};

const pair = /([\w.@-]+)=("(?:[^"\\]|\\.)*"|\S+)/g;

const logfmt = (raw: string): Plain[] => {
  if (!/\b(?:level|lvl|severity)=/.test(raw) || !/\b(?:msg|message|err|error|event)=/.test(raw)) return [];
  const fields = Object.fromEntries(
    [...raw.slice(0, 4000).matchAll(pair)].map(([, key = "", value = ""]) => [
      key,
      value.startsWith('"') ? value.slice(1, -1).replaceAll('\\"', '"').replaceAll("\\n", "\n") : value,
    ]),
  );
  return expanded(raw, fields);
};

const unfolded = (raw: string): Plain[] => {
  const fields = json(raw);
  if (fields.length > 0) return fields;
  const pairs = logfmt(raw);
  return pairs.length > 0 ? pairs : [wordy(raw)];
};

/** A structured line may hold a whole trace: then it becomes as many lines as that has. */
export const plainLines = (lines: readonly string[]): Plain[] => lines.flatMap(unfolded);
