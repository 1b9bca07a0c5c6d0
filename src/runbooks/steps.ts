import { type Verb, verbNames } from "../incident/plan.ts";
import type { Section } from "./chunk.ts";
import type { Page } from "./parse.ts";

/** What a person types for a change that the catalogue knows: in one command, not in what it is piped to. */
const commands: readonly (readonly [RegExp, Verb])[] = [
  [/\bkubectl\b[^|;&`]*\brollout undo\b/, "undo-rollout"],
  [/\bkubectl\b[^|;&`]*\brollout restart\b/, "restart-workload"],
  [/\bkubectl\b[^|;&`]*\brollout resume\b/, "resume-rollout"],
  [/\bkubectl\b[^|;&`]*\bscale\b/, "scale-workload"],
  [/\bkubectl\b[^|;&`]*\bdelete (pod|po)\b/, "delete-pod"],
  [/\bkubectl\b[^|;&`]*\buncordon\b/, "uncordon-node"],
  [/\bkubectl\b[^|;&`]*\bcordon\b/, "cordon-node"],
  [/\bkubectl\b[^|;&`]*\bset resources\b[^|;&`]*--limits=[^ ]*memory/, "raise-memory-limit"],
  [/\bkubectl\b[^|;&`]*\bset resources\b[^|;&`]*--limits=[^ ]*cpu/, "raise-cpu-limit"],
];
const names = new RegExp(`(?<![\\w-])(${verbNames.join("|")})(?![\\w-])`, "g");
// "Do not restart it" names a change, and means the opposite.
const against = /\b(not|never|avoid|without|instead of|no need)\b|n't\b/i;
const isAgainst = (text: string): boolean => against.test(text.replaceAll(/[’ʼ]/g, "'"));

const inLine = (line: string): Verb[] => {
  if (isAgainst(line)) return [];
  const written = [...line.matchAll(names)].map(([, name]) => name as Verb);
  return [...written, ...commands.filter(([pattern]) => pattern.test(line)).map(([, verb]) => verb)];
};

const isFence = (line: string): boolean => /^\s*(```|~~~)/.test(line);
const isItem = (line: string): boolean => /^\s*([-*+•]|\d+[.)])\s/.test(line);
const indentOf = (line: string): number => line.search(/\S/);
const announces = (line: string): boolean => /[:：][\s*_]*$/.test(line);

/** Lines without the list, fence or paragraph below one that advises against it: "Never do this:". */
const advised = (lines: readonly string[]): string[] => {
  /** What is indented as far belongs to the warning; null: there is none. */
  let from: number | null = null;
  let begun = false;
  let apart = false;
  let fenced = false;
  const ends = (line: string, least: number): boolean =>
    indentOf(line) < least || (!isItem(line) && indentOf(line) === 0 && ((begun && apart) || announces(line)));

  const isCovered = (line: string): boolean => {
    if (from !== null && !fenced && !isFence(line) && ends(line, from)) from = null;
    if (from !== null) begun = true;
    else if (announces(line) && isAgainst(line)) {
      from = isItem(line) ? indentOf(line) + 1 : 0;
      begun = false;
    } else return false;
    return true;
  };
  return lines.filter((line) => {
    if (line.trim() === "") {
      apart = true;
      return false;
    }
    const covered = isCovered(line);
    if (isFence(line)) {
      fenced = !fenced;
      if (!fenced) from = null;
    }
    apart = false;
    return !covered;
  });
};

/** "What not to do", and not "Pods do not start": what stands under it is warned of, under headings of its own, too. */
const warning =
  /^\W*(?:please\s+)?(?:do not|don['’ʼ]t|never|avoid|not to do|(?:what|things?)\s+(?:(?:you|we|to|do|must|should|may)\s+)*(?:not|never|avoid))\b/i;

const heeded = (sections: readonly Section[]): Section[] => {
  let warned = Number.POSITIVE_INFINITY;
  return sections.filter(({ heading, level }) => {
    if (level <= warned) warned = warning.test(heading) ? level : Number.POSITIVE_INFINITY;
    return warned === Number.POSITIVE_INFINITY && !isAgainst(heading);
  });
};

/** The changes of the catalogue that a page's steps name, in the order of the page. */
export const stepsOf = ({ sections }: Page): Verb[] => [
  ...new Set(heeded(sections).flatMap(({ text }) => advised(text.split("\n")).flatMap(inLine))),
];
