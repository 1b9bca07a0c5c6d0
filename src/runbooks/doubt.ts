/** From 0, a page fits by its words, to 1, none has anything to do with the question. */
export const doubtOf = (found: readonly { fit: number; confident: boolean }[]): number =>
  found.some(({ confident }) => confident) ? 0 : 1 - Math.max(0, ...found.map(({ fit }) => Math.min(1, fit)));
