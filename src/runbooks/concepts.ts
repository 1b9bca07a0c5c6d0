import { applications } from "./concepts/applications.ts";
import { data } from "./concepts/data.ts";
import { platform } from "./concepts/platform.ts";
import { workloads } from "./concepts/workloads.ts";
import { everyday } from "./everyday.ts";
import { stem } from "./stem.ts";
import { places, terms } from "./terms.ts";

/** Something operations people have many words for, said in one of them. */
export interface Concept {
  /** What is indexed and looked up; never a word. */
  key: string;
  /** The words it was said with. */
  word: string;
  /** Terms of the text that the phrase is made of. */
  from: readonly string[];
  /** How surely the phrase means it: one everyday word may mean something else. */
  strength: number;
  /** Not said with a single everyday word. */
  plain: boolean;
}

interface Phrase {
  key: string;
  written: string;
  parts: readonly string[];
  /** Of a phrase that is one word beside small ones: "log in" is not every "log". */
  whole: RegExp | null;
  strength: number;
}

const isEveryday = (word: string): boolean => everyday.has(word.toLowerCase());

const strengthOf = (phrase: string, parts: readonly string[]): number => {
  if (parts.length > 1) return 1;
  return isEveryday(phrase) ? 0.35 : 0.7;
};

const wholeOf = (phrase: string, parts: readonly string[]): RegExp | null => {
  const words = phrase.toLowerCase().split(/\s+/);
  if (words.length === 1 || parts.length > 1) return null;
  const written = words.map((word) => (parts.includes(stem(word)) ? `${stem(word)}\\w*` : word));
  return new RegExp(`\\b${written.join("\\W+")}\\b`, "i");
};

const phraseOf = (key: string, phrase: string): Phrase => {
  const parts = [...places(phrase).keys()];
  return {
    key,
    written: phrase.toLowerCase(),
    parts,
    whole: wholeOf(phrase, parts),
    strength: strengthOf(phrase, parts),
  };
};

const linesOf = (groups: string): Phrase[] =>
  groups
    .split("\n")
    .filter((line) => line.trim() !== "")
    .flatMap((line) => {
      const [name = "", phrases = ""] = line.split(/: (.*)/);
      return phrases.split("|").map((phrase) => phraseOf(`#${name.trim()}`, phrase.trim()));
    })
    .filter(({ parts }) => parts.length > 0);

/** Phrases by their longest word: a text that lacks it need not be looked at further. */
const byAnchor = (() => {
  const found = new Map<string, Phrase[]>();
  for (const phrase of [workloads, platform, data, applications].flatMap(linesOf)) {
    const anchor = phrase.parts.reduce((longest, part) => (part.length > longest.length ? part : longest));
    found.set(anchor, [...(found.get(anchor) ?? []), phrase]);
  }
  return found;
})();

// Words of a phrase may stand in any order with this many others between them.
const slack = 2;

type Places = ReturnType<typeof places>;

/** The words of the phrase as they stand together in the text, or null. */
const standing = (parts: readonly string[], text: Places): string[] | null => {
  const [first = "", ...others] = parts;
  for (const { at, word } of text.get(first) ?? []) {
    const near = others.map((part) => text.get(part)?.find((one) => Math.abs(one.at - at) < parts.length + slack));
    const words = near.map((one) => one?.word);
    if (words.every((one) => one !== undefined)) return [word, ...words];
  }
  return null;
};

/** Another word than the phrase, an everyday one that only shares its stem: "sets", and "settings". */
const isNamesake = (written: string, word: string): boolean =>
  word.toLowerCase() !== written && (isEveryday(word) || isEveryday(stem(word.toLowerCase())));

/** Every concept a text speaks of, once for each phrase it is said with. */
export const conceptsIn = (text: string): Concept[] => {
  const where = places(text);
  const found: Concept[] = [];
  for (const anchor of where.keys())
    for (const { key, written, parts, whole, strength } of byAnchor.get(anchor) ?? []) {
      if (whole !== null && !whole.test(text)) continue;
      const words = standing(parts, where);
      if (words === null) continue;
      const word = words.join(" ");
      const plain = words.length > 1 || !(isEveryday(written) || isNamesake(written, word));
      found.push({ key, word, from: terms(word).map(({ term }) => term), strength, plain });
    }
  return found;
};
