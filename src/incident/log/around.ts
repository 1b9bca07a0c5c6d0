import type { Said } from "./line.ts";

/** A line of what is left of a log; a mark between them stands nowhere in it. */
export interface Shown {
  /** Which line of the log it was; null: a mark. */
  readonly at: number | null;
  readonly text: string;
}

/** How far around a line its name may stand: a Secret, a form, a dialogue. */
export const linesBefore = 24;
export const linesAfter = 8;

type Redact = (text: string) => string;
type Texts = ReadonlyMap<number, string>;

const textsBefore = (texts: Texts, at: number): string[] => {
  const found: string[] = [];
  for (let next = at - 1; found.length < linesBefore && texts.has(next); next -= 1)
    found.unshift(texts.get(next) ?? "");
  return found;
};

const textsAfter = (texts: Texts, at: number): string[] => {
  const found: string[] = [];
  for (let next = at + 1; found.length < linesAfter && texts.has(next); next += 1) found.push(texts.get(next) ?? "");
  return found;
};

/** Lines that stood one behind the other, with no mark between them. */
const runsOf = (shown: readonly Shown[]): Shown[][] => {
  const runs: Shown[][] = [];
  for (const line of shown) {
    const before = runs.at(-1)?.at(-1);
    if (line.at !== null && typeof before?.at === "number" && line.at === before.at + 1) runs.at(-1)?.push(line);
    else runs.push([line]);
  }
  return runs;
};

/** Where a secret of several lines became one, lines around may stay: they are redacted, too. */
const redactedRun = (run: readonly Shown[], texts: Texts, redact: Redact): string[] => {
  const [first, last] = [run[0]?.at ?? null, run.at(-1)?.at ?? null];
  if (first === null || last === null) return run.map(({ text }) => text);
  const [before, after] = [textsBefore(texts, first), textsAfter(texts, last)];
  const own = run.map(({ text }) => text);
  const clean = redact([...before, ...own, ...after].join("\n")).split("\n");
  const from = Math.min(before.length, Math.max(0, clean.length - own.length - after.length));
  const to = Math.max(clean.length - after.length, Math.min(clean.length, before.length + own.length));
  return clean.slice(from, to);
};

/** Each line is read beside those that stood around it in the log: what is a secret only the line before it may tell. */
export const redactedAround = (shown: readonly Shown[], around: readonly Said[], redact: Redact): string[] => {
  const texts = new Map(around.map(({ at, text }) => [at, text]));
  for (const { at, text } of shown) if (at !== null) texts.set(at, text);
  return runsOf(shown).flatMap((run) => redactedRun(run, texts, redact));
};
