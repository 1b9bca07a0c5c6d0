import { type Verb, verbNames } from "../incident/plan.ts";
import type { Page } from "./parse.ts";

/** What a person types for a change that the catalogue knows. */
const commands: readonly (readonly [RegExp, Verb])[] = [
  [/\bkubectl\b.*\brollout undo\b/, "undo-rollout"],
  [/\bkubectl\b.*\brollout restart\b/, "restart-workload"],
  [/\bkubectl\b.*\brollout resume\b/, "resume-rollout"],
  [/\bkubectl\b.*\bscale\b/, "scale-workload"],
  [/\bkubectl\b.*\bdelete (pod|po)\b/, "delete-pod"],
  [/\bkubectl\b.*\buncordon\b/, "uncordon-node"],
  [/\bkubectl\b.*\bcordon\b/, "cordon-node"],
  [/\bkubectl\b.*\bset resources\b.*--limits=[^ ]*memory/, "raise-memory-limit"],
  [/\bkubectl\b.*\bset resources\b.*--limits=[^ ]*cpu/, "raise-cpu-limit"],
];
const names = new RegExp(`(?<![\\w-])(${verbNames.join("|")})(?![\\w-])`, "g");
// "Do not restart it" names a change, and means the opposite.
const against = /\b(not|never|avoid|don't|without|instead of|no need)\b/i;

const inLine = (line: string): Verb[] => {
  if (against.test(line)) return [];
  const written = [...line.matchAll(names)].map(([, name]) => name as Verb);
  return [...written, ...commands.filter(([pattern]) => pattern.test(line)).map(([, verb]) => verb)];
};

/** The changes of the catalogue that a page's steps name, in the order of the page. */
export const stepsOf = ({ sections }: Page): Verb[] => [
  ...new Set(sections.flatMap(({ text }) => text.split("\n").flatMap(inLine))),
];
