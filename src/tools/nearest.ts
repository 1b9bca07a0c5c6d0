/** Pairs of letters: names that are spelt alike share many, in whichever order their words stand. */
const pairsOf = (text: string): Set<string> => {
  const letters = text.toLowerCase().replace(/[^a-z0-9]+/g, " ");
  return new Set(Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2)));
};

const likeness = (a: ReadonlySet<string>, b: ReadonlySet<string>): number =>
  (2 * [...a].filter((pair) => b.has(pair)).length) / Math.max(1, a.size + b.size);

/** The names that are spelt most like a word, best first. */
export const nearest = (word: string, names: readonly string[], count: number): string[] => {
  const pairs = pairsOf(word.slice(0, 200));
  const like = new Map(names.map((name) => [name, likeness(pairs, pairsOf(name))]));
  return names.toSorted((a, b) => (like.get(b) ?? 0) - (like.get(a) ?? 0)).slice(0, count);
};
