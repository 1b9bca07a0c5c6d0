import type { Bm25 } from "./bm25.ts";

/** One term to look for; what synonyms added weighs less than what was written. */
export interface Asked {
  term: string;
  word: string;
  weight: number;
  /** The written terms it stands for; itself when it was written. */
  from: readonly string[];
}

// Calibrated with scripts/eval-retrieval.ts: the queries that fit nothing stay below both.
const enoughShare = 0.33;
const enoughWorth = 8.5;
const synonymShare = 0.7;

/** How well the page meets each written term: in so many words, by a synonym, or not. Many synonyms of one word count once. */
const meetings = (index: Bm25, document: number, asked: readonly Asked[]): { worth: number; share: number }[] => {
  const met = asked.filter(({ term }) => index.score(document, term) > 0);
  const shares = new Map<string, number>();
  // A whole phrase that is known to mean the same is as good as the word itself; a single word may mean something else.
  for (const { weight, from } of met)
    for (const term of from)
      shares.set(term, Math.max(shares.get(term) ?? 0, weight === 1 || from.length > 1 ? 1 : synonymShare));
  return asked
    .filter(({ term, weight }) => weight === 1 && (shares.has(term) || !/^\d+$/.test(term)))
    .map(({ term }) => ({ worth: index.idf(term), share: shares.get(term) ?? 0 }));
};

/**
 * Does the page fit, or is it only the least bad one? It fits when it covers a good share of what was asked,
 * or so many rare words that a long log line around them does not matter. One word of several is a coincidence.
 */
export const confident = (index: Bm25, document: number, asked: readonly Asked[]): boolean => {
  const terms = meetings(index, document, asked);
  const all = terms.reduce((sum, { worth }) => sum + worth, 0);
  const worth = terms.reduce((sum, term) => sum + term.worth * term.share, 0);
  const count = terms.filter(({ share }) => share > 0).length;
  return count >= Math.min(2, terms.length) && count > 0 && (worth >= enoughShare * all || worth >= enoughWorth);
};
