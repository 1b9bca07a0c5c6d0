import { mebibyte } from "./quantity.ts";

const sizes = /(\d+(?:\.\d+)?)\s?(Mi?B|Gi?B|Mi|Gi)\b/g;
const counts = /\b(\d+)\s+([a-z]{3,20})\b/g;
const declared = /\b(?:need|requir|want|at least|Xmx)\w*\b/i;

interface Sample {
  noun: string;
  done: number;
  bytes: number;
}

/** Bytes a process says it will need, by its own log; null when it does not say. A hint for people, never a bound. */
export const memoryNeedByLog = (logs: readonly string[]): number | null => {
  const lines = logs.flatMap((text) => text.split("\n")).slice(-4000);
  const said = lines.filter((line) => declared.test(line)).flatMap(sizesIn);
  const needs = [...said, ...extrapolated(lines)];
  return needs.length === 0 ? null : Math.max(...needs);
};

const sizesIn = (line: string): number[] =>
  [...line.matchAll(sizes)].map(([, digits, unit]) => Number(digits) * (unit?.startsWith("G") ? 1024 : 1) * mebibyte);

const countsIn = (line: string): [string, number][] =>
  [...line.matchAll(counts)].map(([, digits, noun]) => [noun ?? "", Number(digits)]);

/** "4000 keys" announced, "56 keys, 56 MiB" done: the rest costs as much per key. */
const extrapolated = (lines: readonly string[]): number[] => {
  const totals = new Map<string, number>();
  const samples: Sample[] = [];
  for (const line of lines) {
    const [bytes] = sizesIn(line).slice(-1);
    for (const [noun, count] of countsIn(line)) {
      totals.set(noun, Math.max(count, totals.get(noun) ?? 0));
      if (bytes !== undefined && count > 0) samples.push({ noun, done: count, bytes });
    }
  }
  const furthest = samples.sort((a, b) => b.done - a.done).slice(0, 1);
  return furthest.flatMap(({ noun, done, bytes }) => {
    const total = totals.get(noun) ?? 0;
    return total > done ? [(bytes / done) * total] : [];
  });
};
