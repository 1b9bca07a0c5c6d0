import { z } from "zod";

/** A runbook (or a section of one) retrieved for a diagnosis, with the reason it was chosen. */
export const RunbookHit = z.object({
  /** Path of the page below its folder, e.g. `oom-killed.md`. */
  runbook: z.string(),
  title: z.string(),
  heading: z.string(),
  score: z.number(),
  /** In words: exact alert name, exact class, or which words matched. */
  why: z.string(),
  /** False: the best there is, but it may not fit. */
  confident: z.boolean(),
  /** Where the section can be read. Absent in what an older build retrieved. */
  link: z.string().optional(),
  /** From the folders of the team, not from those that ship. */
  own: z.boolean().optional(),
  /** Changes of the catalogue that the page names, in its order. */
  steps: z.array(z.string()).optional(),
});
export type RunbookHit = z.infer<typeof RunbookHit>;

/** In the order they are in, but a page that fits before any that may not. */
export const sureFirst = (hits: readonly RunbookHit[]): RunbookHit[] =>
  hits.toSorted((left, right) => Number(right.confident) - Number(left.confident));
