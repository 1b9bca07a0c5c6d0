import { type Verb, verbNames } from "../incident/plan.ts";
import type { Section } from "./chunk.ts";
import type { Page } from "./parse.ts";
import { isAgainst, isWarning } from "./warnings.ts";

/** What a person types for a change that the catalogue knows: in one command, not in what it is piped to. */
const commands: readonly (readonly [RegExp, Verb])[] = [
  [/\bkubectl\b[^|;&`]*\brollout undo\b/, "undo-rollout"],
  [/\bkubectl\b[^|;&`]*\brollout restart\b/, "restart-workload"],
  [/\bkubectl\b[^|;&`]*\brollout resume\b/, "resume-rollout"],
  [/\bkubectl\b[^|;&`]*\bscale\b/, "scale-workload"],
  [/\bkubectl\b[^|;&`]*\bdelete (pod|po)\b/, "delete-pod"],
  [/\bkubectl\b[^|;&`]*\buncordon\b/, "uncordon-node"],
  [/\bkubectl\b[^|;&`]*\bcordon\b/, "cordon-node"],
  [/\bkubectl\b[^|;&`]*\bset resources\b[^|;&`]*--limits[= ][^ ]*memory/, "raise-memory-limit"],
  [/\bkubectl\b[^|;&`]*\bset resources\b[^|;&`]*--limits[= ][^ ]*cpu/, "raise-cpu-limit"],
];
const names = new RegExp(`(?<![\\w-])(${verbNames.join("|")})(?![\\w-])`, "g");
const inLine = (line: string): Verb[] => {
  const written = [...line.matchAll(names)].map(([, name]) => name as Verb);
  return [...written, ...commands.filter(([pattern]) => pattern.test(line)).map(([, verb]) => verb)];
};

const isFence = (line: string): boolean => /^\s*(```|~~~)/.test(line);
const isItem = (line: string): boolean => /^\s*([-*+•]|\d+[.)])\s/.test(line);
const indentOf = (line: string): number => line.search(/\S/);
const announces = (line: string): boolean => /[:：][\s*_]*$/.test(line);

/** Without what a reader does not see, or sees struck; a command that goes on in the next line in one. */
const seen = (text: string): string =>
  text
    .replaceAll(/<!--[\s\S]*?(?:-->|$)/g, "")
    .replaceAll(/(?<!~)~~(?!~)(?:(?!\n\s*\n|~~)[\s\S]){1,2000}~~(?!~)/g, "")
    .replaceAll(/<(del|s|strike)>[\s\S]{0,2000}?<\/\1>/gi, "")
    .replaceAll(/\\\n\s*/g, " ");

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replaceAll(/^\||\|$/g, "")
    .split("|");
const isRule = (line: string | undefined): boolean =>
  line?.includes("|") === true && cellsOf(line).every((cell) => /^\s*:?-+:?\s*$/.test(cell));

/** Rows of a table without the cells below a "Don't". */
const withoutColumns = (lines: readonly string[]): string[] => {
  let warned: boolean[] = [];
  return lines.map((line, at) => {
    if (!line.includes("|")) warned = [];
    else if (isRule(lines[at + 1])) warned = cellsOf(line).map((cell) => isAgainst(cell) || isWarning(cell));
    else if (warned.includes(true))
      return cellsOf(line)
        .map((cell, column) => (warned[column] === true ? "" : cell))
        .join("|");
    return line;
  });
};

interface Line {
  text: string;
  /** It, or the line of the same sentence before or after it, advises against something. */
  warns: boolean;
}

/** The line before goes on in this one. */
const goesOn = (before: string | undefined, line: string | undefined): boolean =>
  before !== undefined &&
  line !== undefined &&
  before.trim() !== "" &&
  line.trim() !== "" &&
  ![before, line].some((one) => isFence(one) || one.includes("|")) &&
  !isItem(line) &&
  !/[.!?:;。！？：；][\s*_]*$/.test(before);

const linesOf = (text: string): Line[] => {
  const lines = withoutColumns(seen(text).split("\n"));
  let fenced = false;
  const prose = lines.map((line) => {
    if (isFence(line)) fenced = !fenced;
    return fenced ? "" : line;
  });
  return lines.map((line, at) => {
    const beside = [at - 1, at + 1].filter((other) => goesOn(prose[Math.min(at, other)], prose[Math.max(at, other)]));
    return { text: line, warns: [at, ...beside].some((one) => isAgainst(lines[one] ?? "")) };
  });
};

/** Lines without those that advise against something, and without the list, fence or paragraph below one that does: "Never do this:". */
const advised = (lines: readonly Line[]): string[] => {
  /** What is indented as far belongs to the warning; null: there is none. */
  let from: number | null = null;
  let begun = false;
  let apart = false;
  let fenced = false;
  const ends = (line: string, least: number): boolean =>
    indentOf(line) < least || (!isItem(line) && indentOf(line) === 0 && ((begun && apart) || announces(line)));

  const isCovered = ({ text: line, warns }: Line): boolean => {
    if (from !== null && !fenced && !isFence(line) && ends(line, from)) from = null;
    if (from !== null) begun = true;
    else if (announces(line) && warns) {
      from = isItem(line) ? indentOf(line) + 1 : 0;
      begun = false;
    } else return false;
    return true;
  };
  const told = lines.filter((line) => {
    const { text } = line;
    if (text.trim() === "") {
      apart = true;
      return false;
    }
    const covered = isCovered(line);
    if (isFence(text)) {
      fenced = !fenced;
      if (!fenced) from = null;
    }
    apart = false;
    return !covered && !line.warns;
  });
  return told.map(({ text }) => text);
};

const heeded = (sections: readonly Section[]): Section[] => {
  let warned = Number.POSITIVE_INFINITY;
  return sections.filter(({ heading, level }) => {
    if (level <= warned) warned = isWarning(heading) ? level : Number.POSITIVE_INFINITY;
    return warned === Number.POSITIVE_INFINITY && !isAgainst(heading);
  });
};

/** The changes of the catalogue that a page's steps name, in the order of the page. */
export const stepsOf = ({ sections }: Page): Verb[] => [
  ...new Set(heeded(sections).flatMap(({ text }) => advised(linesOf(text)).flatMap(inLine))),
];
