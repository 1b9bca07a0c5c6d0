import { bytesText } from "./quantity.ts";

/** What a program announces to need in all, by its own log. */
export interface Announced {
  bytes: number;
  /** The sum, for people. */
  words: string;
}

const units: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };
const progress = /(\d+)\s+(\w+)\D+?(\d+(?:\.\d+)?)\s*([KMG])i?B\b/i;
/** A lease of 3600 s is no work to be done. */
const span = /^(?:m?s|secs?|seconds?|mins?|minutes?|h|hours?|days?)$/i;
const held = /\b(?:held|holds?|holding|kept|keeps|cached?|heap|used|using|size|rss|resident|memory|footprint)\b/i;
const moved = /\b(?:sent|wrote|written|uploaded|downloaded|read|received|transferred|disk)\b/i;

/** Counted work with the bytes that it holds, not those that went through it. */
const progressIn = (line: string): RegExpExecArray | null => {
  const match = progress.exec(line);
  const words = match ? line.slice(match.index, match.index + match[0].length + 24) : "";
  return match && !span.test(match[2] ?? "") && held.test(words) && !moved.test(words) ? match : null;
};

/** "warming 4000 keys" and later "56 keys, cache size 56 MiB": the rest is a rule of three. Null: the log says nothing of it. */
export const announcedInLog = (lines: readonly string[]): Announced | null => {
  const last = lines.findLast((line) => progressIn(line) !== null);
  const [, count = "", noun = "", size = "", unit = ""] = (last && progressIn(last)) || [];
  if (Number(count) <= 0) return null;
  const announced = lines.flatMap((line) => {
    const match = new RegExp(`(\\d+) ${noun}\\b`).exec(line);
    return match && !progress.test(line) ? Number(match[1]) : [];
  });
  const total = Math.max(0, ...announced);
  const held = Number(size) * (units[unit.toLowerCase()] ?? 0);
  if (total <= Number(count)) return null;
  const bytes = (held / Number(count)) * total;
  return {
    bytes,
    words: `its log announces ${total} ${noun} and held ${bytesText(held)} at ${count}: ${total} / ${count} × ${bytesText(held)} = ${bytesText(bytes)}`,
  };
};

const lately = 7 * 24 * 3600_000;

/** The limit before, where it was more and was lowered within a week: so much is known to do. In bytes. */
export const loweredFrom = (limit: number | null, before: number | null, agoMs: number): number | null =>
  limit !== null && before !== null && before > limit && agoMs < lately ? before : null;
