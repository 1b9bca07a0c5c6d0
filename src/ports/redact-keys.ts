import { after, type Rule } from "./redact-rule.ts";

/** Private keys in lines of base64, whole or cut by where a log begins and ends. */

const mark = /(?:-----|---- )(BEGIN|END) (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?(?:-----| ----)/g;
// Between lines may stand the time of a log, and a break that is written as `\n`.
const time = /(?:\d{4}-[\d:.,TZ+ -]{15,32} |[+>|] ?)?/.source;
const gap = `(?:\\s|\\\\+[nr]|["',]){1,80}${time}`;
const words = /[A-Za-z0-9+/=]{1,4000}/.source;
const headed = /(?:Proc-Type|DEK-Info|Comment|Version|Charset|Subject): [^\r\n\\]{0,100}/.source;
/** The lines of a key behind its first one. */
const body = new RegExp(`(?:(?:${gap})(?:${headed}|${words}(?=[\\s\\\\"',-]|$)))*`, "y");
/** Read from the end backwards: the lines before the last one. A line of a log in between has other signs in it. */
const tail = new RegExp(`(?:(?<![\\w+/=])${words}(?:${gap}))+$`);
const longest = 6000;

const lengthOfBody = (text: string, from: number): number => {
  body.lastIndex = from;
  return body.exec(text)?.[0].length ?? 0;
};

interface Span {
  start: number;
  end: number;
}

/** From its first line to its last, or as far as its lines go; the lines before a last one that has no first. */
const keysIn = (text: string): Span[] => {
  const spans: Span[] = [];
  for (const found of text.matchAll(mark)) {
    const end = found.index + found[0].length;
    const open = spans.at(-1);
    if (found[1] === "BEGIN") spans.push({ start: found.index, end: end + lengthOfBody(text, end) });
    else if (open !== undefined && isJoined(text.slice(open.end, found.index))) open.end = end;
    else {
      const from = Math.max(open?.end ?? 0, found.index - longest);
      const lines = tail.exec(text.slice(from, found.index))?.[0] ?? "";
      spans.push({ start: found.index - lines.length, end });
    }
  }
  return spans;
};
const isJoined = (between: string): boolean => new RegExp(`^(?:${gap})?$`).test(between);

const privateKeys: Rule = (text, hide) => {
  if (!text.includes("PRIVATE KEY")) return text;
  let done = "";
  let from = 0;
  for (const { start, end } of keysIn(text)) {
    // A first line alone is what a program looked for.
    if (end - start < 60 && !/END/.test(text.slice(start, end))) continue;
    done += text.slice(from, start) + hide(text.slice(start, end));
    from = end;
  }
  return done + text.slice(from);
};

/** Three full lines of base64 are the middle of a key, unless a certificate begins before them. */
const full =
  /(?:(?:^|[\n"']|\\n)(?:\d{4}-[\d:.,TZ+ -]{15,32} )?(?:[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{70}|[A-Za-z0-9+/]{76})(?=\r?\n|\\+n|["']|$)\r?\\*){3,}/g;
const fullLine = /[\r\n"'\\](?<=[A-Za-z0-9+/]{64}.)/s;
const middles: Rule = (text, hide) =>
  fullLine.test(text)
    ? text.replace(full, (found, at: number) =>
        /[a-z]/.test(found) &&
        /[G-Z]/.test(found) &&
        !/CERTIFICATE|PUBLIC KEY/.test(text.slice(Math.max(0, at - 40), at))
          ? (/^(?:[\n"']|\\n)?/.exec(found)?.[0] ?? "") + hide(found.replace(/^(?:[\n"']|\\n)/, ""))
          : found,
      )
    : text;

// Between its lines a log may have times of its own.
const puttyKeys = after(/Private-Lines/, /(Private-Lines: \d+\s{1,4})((?:(?!Private-)[\s\S]){1,4000})/g);

export const keyBlocks: readonly Rule[] = [privateKeys, puttyKeys, middles];
