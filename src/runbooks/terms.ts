import { stem } from "./stem.ts";

export interface Term {
  /** What is indexed and looked up. */
  term: string;
  /** As it was written, for people. */
  word: string;
}

const listed = (words: string): Set<string> => new Set(words.split(/\s+/).filter((word) => word !== ""));

const stopWords = listed(
  `a about after again all also am an and any are as at be because been before being but by can cannot could did do does
doing down for from get gets got had has have he her here his how i if in into is it its just keep keeps many me more most much my
no not now of off on one only onto or other our out over own s same see she should since so some somebody still such t than
that the their them then there these they this those to too under until up us very was we were what when where
which while who why will with without would you your nobody yesterday gave`,
);

// Dropped from phrases; "not", "out" and "over" stay, because they turn the meaning.
const fillers = listed(
  `a an the of to in at is are was were be been being am has have had having it its that this these those my our your their his her
and or for with by from very just as on s t we i you they which who what when where will would can could should do does did so such one
some any there here then`,
);

export const camelParts = (word: string): string[] =>
  word
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .split(" ");

// A run of letters and digits longer than this is a hash or an encoded blob: it finds nothing and costs memory.
const longestWord = 40;

const wordsIn = (text: string): string[] =>
  (text.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length <= longestWord);

const expand = (word: string): Term[] => {
  const parts = camelParts(word);
  const whole = parts.length > 1 ? [word] : [];
  return [...parts, ...whole]
    .map((part) => ({ term: stem(part.toLowerCase()), word: part }))
    .filter(({ word: part }) => !stopWords.has(part.toLowerCase()));
};

/** Words of a text in order, stemmed, camelCase split (the whole kept beside its parts), numbers kept. */
export const terms = (text: string): Term[] => wordsIn(text).flatMap(expand);

/** The words that say something, in small letters, without numbers; camelCase split. */
export const contentWords = (text: string): string[] =>
  (text.match(/\p{L}+/gu) ?? [])
    .flatMap(camelParts)
    .map((word) => word.toLowerCase())
    .filter((word) => word.length > 1 && word.length <= longestWord && !stopWords.has(word));

const denied = (text: string): string =>
  text
    .replace(/(\p{L})n['’]t\b/gu, "$1 not")
    .replace(/\b(?:cannot|never|nobody|nothing|without|no longer|none|no)\b/gi, "not");

// "down 203.0.113.9" is not down to 0.
const dotted = /\d+(?:\.\d+){2,}/g;

/** Where each stemmed word of a text stands, fillers left out: what phrases are looked up in. */
export const places = (text: string): Map<string, { at: number; word: string }[]> => {
  const found = new Map<string, { at: number; word: string }[]>();
  let at = 0;
  const put = (word: string): void => {
    const key = stem(word.toLowerCase());
    found.set(key, [...(found.get(key) ?? []), { at, word }]);
  };
  for (const word of wordsIn(denied(text).replaceAll(dotted, " x "))) {
    const parts = camelParts(word).filter((part) => !fillers.has(part.toLowerCase()));
    if (parts.length > 1) put(word);
    for (const part of parts) {
      put(part);
      at++;
    }
  }
  return found;
};
