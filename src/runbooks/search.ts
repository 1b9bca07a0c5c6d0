import type { RunbookHit } from "../incident/runbook.ts";
import type { Bookshelf, RunbookQuery } from "../ports/bookshelf.ts";
import { type Bag, type Bm25, bm25 } from "./bm25.ts";
import { type Asked, confident } from "./confidence.ts";
import type { Page } from "./parse.ts";
import { synonymsOf, synonymWeight } from "./synonyms.ts";
import { type Term, terms } from "./terms.ts";

/** What of the search is used; the evaluation script compares them. */
export interface Method {
  exact: boolean;
  synonyms: boolean;
}

interface Indexed {
  page: Page;
  sections: { heading: string; index: number }[];
}

// A log line says enough in this many words; the rest is repetition and would only cost time.
const mostTerms = 200;
const mostCharacters = 8_000;
// Above any BM25 score, so that an exact name always comes first.
const classScore = 2_000;
const alertScore = 1_000;

const bagOf = (text: string): Bag => {
  const bag = new Map<string, number>();
  for (const { term } of terms(text)) bag.set(term, (bag.get(term) ?? 0) + 1);
  return bag;
};

const sumOf = (bags: readonly (readonly [Bag, number])[]): Bag => {
  const sum = new Map<string, number>();
  for (const [bag, times] of bags) for (const [term, count] of bag) sum.set(term, (sum.get(term) ?? 0) + times * count);
  return sum;
};

const pageBag = ({ title, alerts, classes }: Page, sections: readonly Bag[]): Bag =>
  sumOf([
    [bagOf(title), 3],
    [bagOf(alerts.join(" ")), 1],
    [bagOf(classes.join(" ")), 2],
    ...sections.map((bag) => [bag, 1] as const),
  ]);

// Wiki pages without front matter are often named after their alert. A title may also be an everyday word such as
// "dns", so these count only when an alert of that name is asked for, not when the word is said.
const unwrittenNames = ({ path, title }: Page): string[] => [title, path.replace(/^.*\//, "").replace(/\.\w+$/, "")];

const alertsMeant = (page: Page, query: RunbookQuery, spoken: ReadonlySet<string>): string[] => [
  ...new Set([
    ...page.alerts.filter((name) => spoken.has(name)),
    ...unwrittenNames(page).filter((name) => query.alerts.includes(name)),
  ]),
];

const unique = (found: readonly Term[]): Term[] => [...new Map(found.map((entry) => [entry.term, entry])).values()];

const asked = (query: RunbookQuery, { synonyms }: Method): Asked[] => {
  const text = [...query.alerts, ...query.classes, query.words].join(" \n ").slice(0, mostCharacters);
  const found = terms(text).slice(0, mostTerms);
  const own = unique(found).map(({ term, word }) => ({ term, word, weight: 1, from: [term] }));
  return synonyms ? [...own, ...synonymsOf(found).map((entry) => ({ ...entry, weight: synonymWeight }))] : own;
};

const total = (index: Bm25, document: number, query: readonly Asked[]): number =>
  query.reduce((sum, { term, weight }) => sum + weight * index.score(document, term), 0);

const whyWords = (index: Bm25, document: number, query: readonly Asked[]): string => {
  const best = query
    .map((entry) => ({ ...entry, worth: entry.weight * index.score(document, entry.term) }))
    .filter(({ worth }) => worth > 0)
    .sort((left, right) => right.worth - left.worth);
  const words = [...new Set(best.map(({ word }) => word.toLowerCase()))].slice(0, 5);
  return words.length === 0 ? "" : `words: ${words.join(", ")}`;
};

/** The index is built once, in process: 200 pages take some ten milliseconds. */
export const shelve = (pages: readonly Page[]) => {
  const sectionBags: Bag[] = [];
  const entries: Indexed[] = pages.map((page) => ({
    page,
    sections: page.sections.map(({ heading, text }) => ({
      heading,
      index: sectionBags.push(bagOf(`${heading}\n${text}`)) - 1,
    })),
  }));
  const bagsOf = ({ sections }: Indexed): Bag[] => sections.flatMap(({ index }) => sectionBags[index] ?? []);
  const whole = bm25(entries.map((entry) => pageBag(entry.page, bagsOf(entry))));
  const parts = bm25(sectionBags);

  const bestSection = ({ sections }: Indexed, query: readonly Asked[]): { heading: string; score: number } =>
    sections
      .map(({ heading, index }) => ({ heading, score: total(parts, index, query) }))
      .reduce((best, one) => (one.score > best.score ? one : best), { heading: sections[0]?.heading ?? "", score: 0 });

  return (query: RunbookQuery, limit: number, method: Method): RunbookHit[] => {
    const wanted = asked(query, method);
    const spoken = new Set([
      ...query.alerts,
      ...query.classes,
      ...query.words.slice(0, mostCharacters).split(/[^\w-]+/),
    ]);
    const hitOf = (entry: Indexed, document: number): RunbookHit => {
      const classes = method.exact ? entry.page.classes.filter((name) => spoken.has(name)) : [];
      const alerts = method.exact ? alertsMeant(entry.page, query, spoken) : [];
      const section = bestSection(entry, wanted);
      const named = (classes.length > 0 ? classScore : 0) + (alerts.length > 0 ? alertScore : 0);
      const why = [...classes.map((name) => `class ${name}`), ...alerts.map((name) => `alert ${name}`)];
      return {
        runbook: entry.page.path,
        title: entry.page.title,
        heading: section.heading,
        score: named + total(whole, document, wanted) + 0.5 * section.score,
        why: [...why, whyWords(whole, document, wanted)].filter((text) => text !== "").join("; "),
        confident: named > 0 || confident(whole, document, wanted),
      };
    };
    return entries
      .map(hitOf)
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score)
      .slice(0, limit);
  };
};

export const bookshelf = (pages: readonly Page[]): Bookshelf => {
  const search = shelve(pages);
  return { search: async (query, limit) => search(query, limit, { exact: true, synonyms: true }) };
};
