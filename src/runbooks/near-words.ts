import type { Lexicon } from "../ports/lexicon.ts";
import type { Page } from "./parse.ts";
import { contentWords } from "./terms.ts";
import { dot, lengthOf } from "./vectors-in-memory.ts";

// The mean of more words than this says nothing any more.
const mostCharacters = 1_000;

/** The mean of what its words mean, each counted once, at length one; zeros where none is known. */
const meanOf = (text: string, { dimensions, vectorOf }: Lexicon): Float32Array => {
  const sum = new Float32Array(dimensions);
  for (const word of new Set(contentWords(text))) {
    const vector = vectorOf(word);
    for (let d = 0; vector !== null && d < dimensions; d++) sum[d] = (sum[d] ?? 0) + (vector[d] ?? 0);
  }
  const length = lengthOf(sum);
  return length === 0 ? sum : sum.map((x) => x / length);
};

/** A page as a whole, its title, and each of its sections under it. */
const textsOf = ({ title, sections }: Page): string[] => {
  const parts = sections.map(({ heading, text }) => `${title}\n${heading}\n${text}`.slice(0, mostCharacters));
  return [title, parts.join("\n"), ...parts];
};

/** How like each page is to a question by what the words mean, from 0 to 1: its likest part counts. */
export const nearWords = (pages: readonly Page[], lexicon: Lexicon): ((words: string) => number[]) => {
  const parts = pages.map((page) => textsOf(page).map((text) => meanOf(text, lexicon)));
  return (words) => {
    const asked = meanOf(words, lexicon);
    return parts.map((vectors) => Math.max(0, ...vectors.map((vector) => dot(vector, asked))));
  };
};

/** How far each stands out from the others, in deviations from their mean. */
export const standingOut = (values: readonly number[]): number[] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length));
  return values.map((value) => (spread < 1e-9 ? 0 : (value - mean) / spread));
};
