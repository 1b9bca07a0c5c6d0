// Reciprocal rank fusion. With a shelf of some tens of pages a small constant lets the first places count.
const constant = 5;

/** A list of names, best first, and how much it counts. */
export interface Ranking {
  names: readonly string[];
  weight: number;
}

/** A score for each name that stands in any of the rankings. */
export const fuse = (rankings: readonly Ranking[]): Map<string, number> => {
  const scores = new Map<string, number>();
  for (const { names, weight } of rankings)
    for (const [at, name] of names.entries()) scores.set(name, (scores.get(name) ?? 0) + weight / (constant + at + 1));
  return scores;
};
