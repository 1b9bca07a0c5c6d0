import type { Bag } from "./bm25.ts";
import { conceptsIn } from "./concepts.ts";
import type { Page } from "./parse.ts";
import { terms } from "./terms.ts";

/** Stands in a bag, and counts nothing there, where the concept is not said by everyday words only. */
export const plainly = (key: string): string => `${key}!`;

/** A word as it is written, but for its number; stands in a bag and counts nothing there. "Signing" and "sign-in" share a stem only. */
export const written = (word: string): string =>
  `=${word
    .toLowerCase()
    .replace(/(?<=..)s$/, "")
    .replace(/e$/, "")
    .replace(/y$/, "i")}`;

/** The words of a text and the concepts it speaks of; a concept said with a doubtful word counts less. */
export const bagOf = (text: string): Bag => {
  const bag = new Map<string, number>();
  for (const { term, word } of terms(text)) {
    bag.set(term, (bag.get(term) ?? 0) + 1);
    bag.set(written(word), 0);
  }
  for (const { key, strength, plain } of conceptsIn(text)) {
    bag.set(key, (bag.get(key) ?? 0) + strength);
    if (plain) bag.set(plainly(key), 0);
  }
  return bag;
};

const sumOf = (bags: readonly (readonly [Bag, number])[]): Bag => {
  const sum = new Map<string, number>();
  for (const [bag, times] of bags) for (const [term, count] of bag) sum.set(term, (sum.get(term) ?? 0) + times * count);
  return sum;
};

const pathWords = (path: string): string => path.replace(/\.\w+$/, "");

export const sectionBag = ({ heading, text }: Page["sections"][number]): Bag => bagOf(`${heading}\n${text}`);

/** The whole page; its title and headings count more than once. */
export const pageBag = ({ path, title, alerts, classes, words, sections }: Page, bags: readonly Bag[]): Bag =>
  sumOf([
    [bagOf(title), 3],
    [bagOf(pathWords(path)), 1],
    [bagOf(words), 2],
    [bagOf(alerts.join(" ")), 1],
    [bagOf(classes.join(" ")), 2],
    [bagOf(sections.map(({ heading }) => heading).join("\n")), 1],
    ...bags.map((bag) => [bag, 1] as const),
  ]);

// A page says what it is about in its title and its first sentences; further down it speaks of everything else, too.
const leadCharacters = 300;

export const leadBag = ({ path, title, alerts, words, sections }: Page): Bag =>
  sumOf([
    [bagOf(title), 2],
    [bagOf(pathWords(path)), 1],
    [bagOf(words), 1],
    [bagOf(alerts.join(" ")), 1],
    [
      bagOf(
        sections
          .map(({ text }) => text)
          .join("\n")
          .slice(0, leadCharacters),
      ),
      1,
    ],
  ]);
