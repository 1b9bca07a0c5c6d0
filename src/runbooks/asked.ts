import type { RunbookQuery } from "../ports/bookshelf.ts";
import { conceptsIn } from "./concepts.ts";
import type { Asked } from "./confidence.ts";
import { everyday } from "./everyday.ts";
import { type Term, terms } from "./terms.ts";

// A log line says enough in this many words; the rest is repetition and would only cost time.
const mostTerms = 200;
export const mostCharacters = 8_000;

const everydayWeight = 0.35;
// A bare number is a count or an amount, unless it is a code that people know by heart.
const numberWeight = 0.15;
const knownCodes = /^(137|139|143|40[134]|413|429|50[0234])$/;

const weightOf = (word: string): number => {
  if (/^\d+$/.test(word)) return knownCodes.test(word) ? 1 : numberWeight;
  return everyday.has(word.toLowerCase()) ? everydayWeight : 1;
};

const unique = (found: readonly Term[]): Term[] => [...new Map(found.map((entry) => [entry.term, entry])).values()];

// `namespace=shop`, `msg=`: which one it is, not what is wrong with it.
const withoutLabels = (text: string): string => text.replace(/[\w.-]+=(?:[^\s"]+|(?="))/g, " ");

/** The surest phrase for each concept, so that one said twice does not count twice. */
const conceptsAsked = (text: string): Asked[] => {
  const best = new Map<string, Asked>();
  for (const { key, word, from, strength } of conceptsIn(text))
    if ((best.get(key)?.weight ?? 0) < strength)
      best.set(key, { term: key, word, weight: strength, from, label: false, phrase: strength === 1 });
  return [...best.values()];
};

/** What a query looks for: its words, and the concepts they speak of. */
export const askedOf = (query: RunbookQuery, concepts: boolean): Asked[] => {
  const text = [...query.alerts, ...query.classes, query.words].join(" \n ").slice(0, mostCharacters);
  const found = unique(terms(text).slice(0, mostTerms));
  const spoken = new Set(terms(withoutLabels(text)).map(({ term }) => term));
  const own = found.map(({ term, word }) => ({
    term,
    word,
    weight: concepts ? weightOf(word) : 1,
    from: [term],
    label: !spoken.has(term),
    phrase: false,
  }));
  return concepts ? [...own, ...conceptsAsked(text)] : own;
};
