import type { Shape } from "./shape.ts";
import { headOfALine } from "./split.ts";

/** What is kept of a line that holds no stack trace. */
const usual = { most: 4096, head: 3072 };

/** A line where it lies. It is decoded only when it is kept: almost none is. */
export interface Line {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Bytes of the line that are left out between its head and its tail. */
  readonly left: number;
  /** Where its head ends, if something is left out. */
  readonly head: number;
  /** Which line of the log it is, from 0. */
  readonly at: number;
  readonly shape: Shape;
}

/** A line as the splitter found it; a long one is kept whole only for the trace in it. */
export const lineOf = (found: Omit<Line, "head">): Line => {
  const { bytes, from, to, left, shape } = found;
  if (to - from <= usual.most || shape.trace) return { ...found, head: from + headOfALine };
  const short = new Uint8Array(usual.most);
  short.set(bytes.subarray(from, from + usual.head));
  short.set(bytes.subarray(to - usual.most + usual.head, to), usual.head);
  const gone = to - from - usual.most;
  return { ...found, bytes: short, from: 0, to: usual.most, left: left + gone, head: usual.head };
};

/** What was said at a line of the log. */
export interface Said {
  readonly at: number;
  readonly text: string;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Where a word or a value of JSON ends. */
const ends = [" ", "\t", '",', ',"'];
const longestWord = 1000;

// A secret that is cut in two would not be known for one: the words at the cut go as a whole.
const wholeHead = (text: string): string => {
  const end = Math.max(...ends.map((one) => text.lastIndexOf(one) + 1));
  return text.slice(0, Math.max(end, text.length - longestWord));
};
const wholeTail = (text: string): string => {
  const begins = ends.map((one) => text.indexOf(one)).filter((at) => at >= 0);
  return text.slice(Math.min(longestWord, ...begins));
};

/** Wrong UTF-8 and NUL become the replacement character: Postgres stores neither. */
export const decoded = (bytes: Uint8Array, from: number, to: number): string =>
  decoder.decode(bytes.subarray(from, to)).replaceAll("\0", "\uFFFD");

export const textOf = ({ bytes, from, to, left, head }: Line): string => {
  if (left === 0) return decoded(bytes, from, to);
  const [begin, end] = [wholeHead(decoded(bytes, from, head)), wholeTail(decoded(bytes, head, to))];
  return `${begin}… (${left} bytes left out) …${end}`;
};

export const saidBy = (lines: readonly Line[]): Said[] => lines.map((line) => ({ at: line.at, text: textOf(line) }));
