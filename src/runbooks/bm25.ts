/** Term to how often it counts in a document; a heading may count more than once. */
export type Bag = ReadonlyMap<string, number>;

export interface Bm25 {
  has(document: number, term: string): boolean;
  score(document: number, term: string): number;
  /** What a term is worth; one that occurs nowhere is worth most. */
  idf(term: string): number;
}

const k1 = 1.2;
const b = 0.75;
// On a shelf of one page every word it has would be a common one, and no question could ever be about it. What is rare is
// counted as if this many were there.
const fewest = 30;

const sizeOf = (bag: Bag): number => [...bag.values()].reduce((sum, count) => sum + count, 0);

export const bm25 = (documents: readonly Bag[]): Bm25 => {
  const sizes = documents.map(sizeOf);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length);
  const frequency = new Map<string, number>();
  for (const bag of documents) for (const term of bag.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const idf = (term: string): number => {
    const found = frequency.get(term) ?? 0;
    return Math.log(1 + (Math.max(fewest, documents.length) - found + 0.5) / (found + 0.5));
  };
  const score = (document: number, term: string): number => {
    const count = documents[document]?.get(term) ?? 0;
    if (count === 0) return 0;
    const long = (sizes[document] ?? 0) / Math.max(1, mean);
    return (idf(term) * count * (k1 + 1)) / (count + k1 * (1 - b + b * long));
  };
  const has = (document: number, term: string): boolean => documents[document]?.has(term) ?? false;
  return { has, score, idf };
};
