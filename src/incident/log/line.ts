import type { Shape } from "./shape.ts";

/** A line where it lies. It is decoded only when it is kept: almost none is. */
export interface Line {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Bytes of the line beyond what is kept of it. */
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

// A secret that is cut in two would not be known for one: the last word goes as a whole.
const wholeWords = (text: string): string => text.replace(/\S{1,1000}$/, "");

/** Wrong UTF-8 and NUL become the replacement character: Postgres stores neither. */
export const decoded = (bytes: Uint8Array, from: number, to: number): string =>
  decoder.decode(bytes.subarray(from, to)).replaceAll("\0", "\uFFFD");

export const textOf = ({ bytes, from, to, left }: Line): string => {
  const text = decoded(bytes, from, to);
  return left === 0 ? text : `${wholeWords(text)}… (${left} bytes left out)`;
};

export const saidBy = (lines: readonly Line[]): Said[] => lines.map((line) => ({ at: line.at, text: textOf(line) }));
