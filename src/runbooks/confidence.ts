import type { Bm25 } from "./bm25.ts";

/** One term of a query; what synonyms added weighs less than what was written. */
export interface Asked {
  term: string;
  word: string;
  weight: number;
}

// Calibrated with scripts/eval-retrieval.ts: the queries that fit nothing stay below both.
const enoughShare = 0.4;
const enoughWorth = 9;

/**
 * Does the page fit, or is it only the least bad one? It fits when it covers a good share of what was asked,
 * or so many rare words that a long log line around them does not matter.
 */
export const confident = (index: Bm25, document: number, asked: readonly Asked[]): boolean => {
  const own = asked.filter(({ weight }) => weight === 1);
  const all = own.reduce((sum, { term }) => sum + index.idf(term), 0);
  const met = asked.filter(({ term }) => index.score(document, term) > 0);
  const worth = met.reduce((sum, { term, weight }) => sum + weight * index.idf(term), 0);
  return met.length >= 2 && (worth >= enoughShare * all || worth >= enoughWorth);
};
