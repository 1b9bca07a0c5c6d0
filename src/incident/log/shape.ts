import type { Row } from "./rows.ts";
import { stamp, tellsOfStart, tellsOfTrouble } from "./words.ts";

/** What all lines have in common that differ in numbers and ids only. */
export interface Shape {
  /** Two hashes of the same line: where one of them collides the other tells. */
  readonly key: number;
  readonly check: number;
  readonly blank: boolean;
  readonly trouble: boolean;
  readonly start: boolean;
  /** Begins something of more than one line whose message comes later: a Traceback, a source line above its error. */
  readonly opens: boolean;
  /** Belongs to the line before it. */
  readonly goesOn: boolean;
  /** Tells of trouble and holds its stack trace, as a value of JSON. */
  readonly trace: boolean;
  readonly secretBegins: boolean;
  readonly secretEnds: boolean;
  /** Where its lines are counted, once that is known; null: there was no room for another kind. */
  row?: Row | null;
}

// 0: separates, 1: letter, 2: digit
const kindOf = new Uint8Array(256).map((_, byte) => {
  const char = String.fromCharCode(byte);
  if (/[0-9]/.test(char)) return 2;
  return /[A-Za-z_]/.test(char) || byte >= 128 ? 1 : 0;
});

const prime = 0x01000193;
const otherPrime = 0x5bd1e995;
const number = 0x9e3779b9 | 0;

/** Hashes lines without decoding them: a word with a digit in it counts as a number, whatever it says. */
export class Hash {
  key = 0;
  check = 0;

  take(bytes: Uint8Array, from: number, to: number): void {
    let key = 0x811c9dc5 | 0;
    let check = 0;
    let word = 0;
    let kind = 0;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at] as number;
      const now = kindOf[byte] as number;
      if (now !== 0) {
        word = Math.imul(word ^ byte, prime);
        kind |= now;
        continue;
      }
      if (kind !== 0) {
        const said = kind >= 2 ? number : word;
        key = Math.imul(key ^ said, prime);
        check = Math.imul(check + said, otherPrime) ^ (check >>> 15);
        word = 0;
        kind = 0;
      }
      key = Math.imul(key ^ byte, prime);
    }
    if (kind !== 0) {
      const said = kind >= 2 ? number : word;
      key = Math.imul(key ^ said, prime);
      check = Math.imul(check + said, otherPrime) ^ (check >>> 15);
    }
    this.key = key;
    this.check = check;
  }
}

/** What a terminal shows in colour, and what Windows ends a line with. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with one
const dress = /\u001b\[[\d;]*m|\r$/g;

/** Python, Node's source line above an error, Rust's message below its place. */
const opener = /^\s*Traceback \(most recent call last\)|^(?:\/|file:|node:)\S+:\d+$|panicked at .*:$/;
/** What stands between the stacks of one report: of a sanitizer, and of glog. */
const betweenStacks =
  /^(?:(?:READ|WRITE) of size \d|0x[\da-f]+ is located |(?:freed|(?:previously )?allocated) by thread |Thread T\d+ |SUMMARY: \w+Sanitizer|\*\*\* |PC: @ )/;
const frames =
  /^\s*at |^(?:Caused by|Suppressed|During handling|The above exception|goroutine \d|created by |\[signal |stack backtrace|note: run with|\.{3} \d+ more|Node\.js v)|^[\w./*()-]+\([^()]*\)$|^[\w./*()-]+\.[\w*()]+$|^[})\]]/;

export const readShape = ({ key, check }: Hash, line: string): Shape => {
  const text = line.replace(stamp, "").replace(dress, "");
  const trouble = tellsOfTrouble(text);
  const indented = /^\s+\S/.test(text);
  return {
    key,
    check,
    blank: text.trim() === "",
    trouble,
    start: tellsOfStart(text),
    opens: opener.test(text),
    goesOn: indented || frames.test(text) || betweenStacks.test(text),
    trace: trouble && /\\n.*\\n.*\\n/.test(text),
    secretBegins: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY/.test(text),
    secretEnds: /-----END [A-Z ]{0,30}PRIVATE KEY/.test(text),
  };
};
