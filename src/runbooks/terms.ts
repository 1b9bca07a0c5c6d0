import { stem } from "./stem.ts";

export interface Term {
  /** What is indexed and looked up. */
  term: string;
  /** As it was written, for people. */
  word: string;
}

const stopWords = new Set(
  `a about after again all also am an and any are as at be because been before being but by can cannot could did do does
doing down for from get gets got had has have he her here his how i if in into is it its just keep keeps many me more most much my
no not now of off on one only onto or other our out over own s same see she should since so some somebody still such t than
that the their them then there these they this those to too under until up us very was we were what when where
which while who why will with without would you your nobody yesterday gave`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

const camelParts = (word: string): string[] =>
  word
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .split(" ");

// A run of letters and digits longer than this is a hash or an encoded blob: it finds nothing and costs memory.
const longestWord = 40;

const expand = (word: string): Term[] => {
  const parts = camelParts(word);
  const whole = parts.length > 1 ? [word] : [];
  return [...parts, ...whole]
    .map((part) => ({ term: stem(part.toLowerCase()), word: part }))
    .filter(({ word: part }) => !stopWords.has(part.toLowerCase()));
};

/** Words of a text in order, stemmed, camelCase split (the whole kept beside its parts), numbers kept. */
export const terms = (text: string): Term[] =>
  (text.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length <= longestWord).flatMap(expand);
