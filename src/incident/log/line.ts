import type { Shape } from "./shape.ts";
import { headOfALine } from "./split.ts";

/** A line where it lies. It is decoded only when it is kept: almost none is. */
export interface Line {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Bytes of the line that are left out between its head and its tail. */
  readonly left: number;
  /** Which line of the log it is, from 0. */
  readonly at: number;
  readonly shape: Shape;
}

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

export const textOf = ({ bytes, from, to, left }: Line): string => {
  if (left === 0) return decoded(bytes, from, to);
  const tail = from + headOfALine;
  const [head, end] = [wholeHead(decoded(bytes, from, tail)), wholeTail(decoded(bytes, tail, to))];
  return `${head}… (${left} bytes left out) …${end}`;
};

export const saidBy = (lines: readonly Line[]): Said[] => lines.map((line) => ({ at: line.at, text: textOf(line) }));
