// Reciprocal rank fusion. With a shelf of some tens of pages a small constant lets the first places count.
const constant = 5;

/** A list, best first, and how much it counts. */
export interface Ranking<T> {
  things: readonly T[];
  weight: number;
}

/** A score for each that stands in any of the rankings. */
export const fuse = <T>(rankings: readonly Ranking<T>[]): Map<T, number> => {
  const scores = new Map<T, number>();
  for (const { things, weight } of rankings)
    for (const [at, thing] of things.entries())
      scores.set(thing, (scores.get(thing) ?? 0) + weight / (constant + at + 1));
  return scores;
};
