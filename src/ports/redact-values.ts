import type { Found } from "./redact-prose.ts";
import { isAboutSecret, isSensitiveName } from "./sensitive-names.ts";

/** Reads what stands behind a name: a value in quotes or without, wrapped, or many of them in a list. */

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** The ways to write one value, the most exact first; the group is the value. The last ones are cut off by the line's end. */
const forms = [
  // With a type, a tag or an anchor before it, over several lines, behind a comment.
  /((?:!!?[\w:/.-]{0,40}|&[\w-]{1,40})[ \t]+["']?[^\s"']+)/y,
  /[A-Za-z][\w.<>?]{0,60}\s?=\s?["']([^"'\r\n]{1,4000})["']/y,
  /"""([^"]{1,4000})"""/y,
  /(<<[-~]?["']?\w{1,40}["']?\r?\n[^\r\n]{0,4000})/y,
  /(#[^\r\n]{0,200}\r?\n(?:\d{4}-[\d:.TZ-]{15,30} )?[ \t]{1,40}[^\s:]+)(?=[ \t]*(?:\r?\n|$))/y,
  /[|>][-+]?[ \t]*(?:\r?\n|\\+n)(?:\d{4}-[\d:.TZ-]{15,30} )?[ \t]+((?:[^\r\n\\]|\\(?!n))+)/y,
  // What PHP dumps.
  /\s{1,80}string\(\d{1,5}\) \\*"([^"\r\n\\]{1,4000})/y,
  /(?:\r?\n|\\+n)(?:\d{4}-[\d:.TZ-]{15,30} )?[ \t]+([^\s:"'\\{[-][^\s:"'\\]{0,200})(?=[ \t]*(?:\r?\n|\\+n|["']|$))/y,
  /(?:\r?\n|\\+n)((?=[^\s:]{0,200}\d)(?=[^\s:]{0,200}[A-Za-z])[^\s:"'\\{[-][^\s:"'\\]{7,200})(?=[ \t]*(?:\r?\n|\\+n|["']|$))/y,
  /(?:\r?\n|\\+n)[ \t]{0,40}\\*(?:"([^"\r\n\\]{1,400})\\*"|'([^'\r\n\\]{1,400})\\*')/y,
  /[ubr]{1,2}\\*["']([^"'\r\n\\]{1,4000})(?=\\*["'])/iy,
  /"((?:[^"\\\r\n]|\\.){0,4000})"/y,
  /'((?:[^'\r\n]|''){0,4000})'/y,
  /\\+["']([^"'\r\n\\]{0,4000})(?=\\+["'])/y,
  /\\*["']([^"'\r\n]+)$/my,
  /\\*["']([^"'\s\\]{1,400})/y,
  /((?:[^\s"',;&)}\]\\%]|%(?!(?:25){0,3}(?:26|22|2c|7d))|&(?![\w.%-]+=)|[,;](?=[^\s=:,;"'{}[\]()]{1,60}(?:[,;\s]|$))|\\(?!["'nrt]))+)/iy,
];

const oneAt = (text: string, at: number): Found | null => {
  for (const form of forms) {
    const [found, first, second] = matchAt(form, text, at) ?? [];
    const value = first ?? second;
    if (found !== undefined && value !== undefined) return { value, start: at + found.indexOf(value) };
  }
  return null;
};

const space = /(?:[\s,;]|\\+[nrt])+/y;
const quoted = /(\\{0,32}["'`])((?:(?!\1)[^\r\n]){0,1000})\1/y;
const bare = /[^\s,;"'`{}[\]()\\:=]{1,1000}(?:={1,2}(?=[\s,;\])}]|$)|[:=](?=[^\s"'`{[(:=][^\s,;"'`{}[\]()\\]*:))?/y;
const sign = /\\*[ \t]?(?:=>|[:=])[ \t]?/y;
const hidden = /\[redacted:[0-9a-f]{4}\]/y;
const opening = /[[({]/y;
const closing = /[\])}]/y;
// Nobody nests secrets deeper, and nothing is read twice for more than this.
const deepest = 8;
const furthest = 400;

interface Token extends Found {
  kind: "gap" | "open" | "close" | "name" | "value";
  end: number;
}

const tokenAt = (text: string, at: number): Token => {
  const one = (kind: Token["kind"], end: number): Token => ({ kind, value: "", start: at, end });
  if (matchAt(space, text, at)) return one("gap", space.lastIndex);
  if (matchAt(hidden, text, at)) return one("gap", hidden.lastIndex);
  if (matchAt(opening, text, at)) return one("open", at + 1);
  if (matchAt(closing, text, at)) return one("close", at + 1);
  const [whole = "", mark = "", inner = ""] = matchAt(quoted, text, at) ?? [];
  const value = whole === "" ? (matchAt(bare, text, at)?.[0] ?? "") : inner;
  const end = at + Math.max(1, whole.length || value.length);
  if (matchAt(sign, text, end)) return { kind: "name", value, start: at, end: sign.lastIndex };
  return { kind: value === "" ? "gap" : "value", value, start: at + mark.length, end };
};

/** All that is between brackets, but for the names in it and for what says where a secret is kept: `{path: token}`. */
const insideOf = (text: string, from: number): Found[] => {
  const all: Found[] = [];
  // For each open bracket whether it stands behind a name of the second kind.
  const kept: boolean[] = [];
  let about = false;
  let at = from;
  for (let end = from + furthest; at < Math.min(end, text.length); ) {
    const token = tokenAt(text, at);
    at = token.end;
    if (token.kind === "open") kept.push(about || kept.at(-1) === true);
    if (token.kind === "close") kept.pop();
    if (kept.length === 0 || kept.length > deepest) return all;
    if (token.kind === "value" && !about && kept.at(-1) === false) {
      all.push(token);
      end = at + furthest;
    }
    if (token.kind !== "gap") about = token.kind === "name" && isAboutSecret(token.value);
  }
  return all;
};

const item =
  /(?:\r?\n|\\+n)(?:\d{4}-[\d:.TZ-]{15,30} )?[ \t]{0,40}-[ \t]+\\*(?:"([^"\r\n\\]{1,400})\\*"|'([^'\r\n]{1,400})'|([^\s"'\\{[](?:[^\s:"'\\]|:(?=[^\s"'\\])){0,400}))[ \t]*(?=\r?\n|\\+n|["']|$)/y;
/** The lines of a list of YAML. */
const itemsAt = (text: string, at: number): Found[] => {
  const all: Found[] = [];
  let from = at;
  for (let match = matchAt(item, text, from); match !== null; match = matchAt(item, text, from)) {
    const value = match[1] ?? match[2] ?? match[3] ?? "";
    all.push({ value, start: from + match[0].lastIndexOf(value) });
    from = item.lastIndex;
  }
  return all;
};

// `os.getenv("DB_PASSWORD")`, `ENV["DB_PASSWORD"]`, `process.env.DB_PASSWORD`: where a program reads it.
const call =
  /[\w.$:]{0,60}(?:env|environ|get|fetch|lookup|read|property|config)\w{0,20}\s?[([]\s?\\*["'][\w.-]{1,80}\\*["']\s?[)\]]?/iy;
const field = /[A-Za-z_$][\w$]{0,40}(?:\??\.[A-Za-z_$][\w$]{0,60}){1,5}(?![\w.@:/])/y;
const otherwise = /\s?(?:,|\|\||\?\?|\bor\b)\s?(?=\\*["'`])/y;
/** The value that is taken where the other one is not set; null where nothing is read. */
const defaultAt = (text: string, at: number): Found[] | null => {
  const read = matchAt(call, text, at) ?? matchAt(field, text, at);
  if (read === null || !isSensitiveName(read[0])) return null;
  if (!matchAt(otherwise, text, at + read[0].length)) return [];
  const found = oneAt(text, otherwise.lastIndex);
  return found === null ? [] : [found];
};

const wrapper =
  /(?:new[ \t]+)?[&*@]?(?:\[\])?[A-Za-z_$][\w.:<>$]{0,60}[ \t]?[({[][ \t]?(?:\\*["']?\w{1,20}\\*["']?[ \t]?[:=][ \t]?)?|(?:Just|[&*@<$])[ \t]?(?=\\*["'`])/y;
const known = /(?:Some|Just|Ok|Right|Optional|Option|Secret\w{0,12}|Sensitive\w{0,12}|Password|Token)[([{](?:value=)?/y;
/** Past `Some(`, `SecretStr('`: what is in them is the value. */
const unwrapped = (text: string, at: number): number => {
  let from = at;
  for (let deep = 0; deep < 4 && matchAt(wrapper, text, from); deep++) from = wrapper.lastIndex;
  if (from > at && /^\\*["'`]/.test(text.slice(from, from + 9))) return from;
  from = at;
  for (let deep = 0; deep < 4 && matchAt(known, text, from); deep++) from = known.lastIndex;
  return from;
};

// `"old" -> "new"`, as Terraform and people say it.
const becomes = /\\*["'`]?[ \t]{0,4}(?:->|=>|→)[ \t]{1,4}(?!null\b|\()|\\*["'`] to (?=\\*["'`])/y;

const scalarsAt = (text: string, at: number): Found[] => {
  const first = oneAt(text, unwrapped(text, at));
  if (first === null) return [];
  if (!matchAt(becomes, text, first.start + first.value.length)) return [first];
  const second = oneAt(text, becomes.lastIndex);
  return second === null ? [first] : [first, second];
};

/** What stands behind the name and its sign; none of it is looked at. */
export const valuesAt = (text: string, at: number): Found[] => {
  const read = defaultAt(text, at);
  if (read !== null) return read;
  if (/[[({]/.test(text[at] ?? "") && !/^\[\]\w|^\[redacted:/.test(text.slice(at, at + 10))) return insideOf(text, at);
  const items = itemsAt(text, at);
  return items.length > 0 ? items : scalarsAt(text, at);
};

const encoded = /\\*["']?([\w+%~-][\w+/:%~.@-]{7,}={0,2})/y;
const anyWord = /\\*["']?([^\s"',;\\)}\]]{8,400})/y;
const next = /,[ \t]?/y;
/** Behind a name that says little: only what looks like a secret, as one or as many. */
export const encodedAt = (text: string, at: number, many: boolean): Found[] => {
  if (/[[(]/.test(text[at] ?? "")) return insideOf(text, at);
  const all = itemsAt(text, at);
  const form = many ? anyWord : encoded;
  for (let from = at; ; from = next.lastIndex) {
    const [found = "", value] = matchAt(form, text, from) ?? [];
    if (value === undefined) return all;
    all.push({ value, start: from + found.indexOf(value) });
    if (!matchAt(next, text, from + found.length)) return all;
  }
};
