import { logReducer } from "../incident/log/reduce.ts";
import type { LogText } from "../ports/logs.ts";

/** A line as a store gives it back. */
export interface KeptLine {
  /** Nanoseconds since 1970, as text: a number would round them. */
  at: string;
  text: string;
  container: string | null;
}

const inTime = (a: KeptLine, b: KeptLine): number =>
  a.at.length - b.at.length || (a.at < b.at ? -1 : Number(a.at > b.at));

/** As the kubelet writes it, so that whoever reads logs need not know where they come from. */
const isoOf = (nanoseconds: string): string => {
  const whole = nanoseconds.padStart(10, "0");
  const seconds = new Date(Number(whole.slice(0, -9)) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${whole.slice(-9)}Z`;
};

/** Lines of one pod as one log, made short; null when there are none. */
export const logOf = (lines: readonly KeptLine[], asked: string | null): LogText | null => {
  if (lines.length === 0) return null;
  const containers = [...new Set(lines.flatMap(({ container }) => container ?? []))];
  const [only] = containers;
  const many = asked === null && containers.length > 1;
  const reducer = logReducer();
  for (const { at, text, container } of lines.toSorted(inTime)) {
    const whose = many && container !== null ? `[${container}] ` : "";
    reducer.push(Buffer.from(`${isoOf(at)} ${whose}${text.replace(/\r?\n$/, "")}\n`));
  }
  const { lines: _lines, bytes: _bytes, ...log } = reducer.end();
  return { ...log, ...(asked === null && containers.length === 1 && only ? { container: only } : {}) };
};
