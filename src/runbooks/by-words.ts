import type { RunbookQuery } from "../ports/bookshelf.ts";
import type { Lexicon } from "../ports/lexicon.ts";
import { askedOf, mostCharacters } from "./asked.ts";
import { leadBag, pageBag, sectionBag } from "./bags.ts";
import { type Bag, type Bm25, bm25 } from "./bm25.ts";
import type { Section } from "./chunk.ts";
import { type Asked, byOneStem, fitOf, namesAnother, tellingWord } from "./confidence.ts";
import { doubtOf } from "./doubt.ts";
import { everyday } from "./everyday.ts";
import { nearWords, standingOut } from "./near-words.ts";
import { fileTitle, type Page } from "./parse.ts";
import { type Term, terms } from "./terms.ts";

/** Where on a page it stands. */
export type Place = Pick<Section, "heading" | "anchor">;

/** A page as its words answer a query. */
export interface Worded {
  page: Page;
  section: Place;
  /** Above zero: the page is for this very alert or fault class. */
  named: number;
  score: number;
  why: string[];
  /** How well it fits; at 1 and above it does. */
  fit: number;
  /** Its name, or a word that is not everyday, is said; else only concepts are, which another page may have by chance. */
  said: boolean;
  /** The question names a product that the page does not know. */
  foreign: boolean;
  confident: boolean;
}

export const topOfPage: Place = { heading: "", anchor: "" };

interface Indexed {
  page: Page;
  /** The words of each of its names. */
  names: Term[][];
  /** The words of its names, its path and its headings. */
  called: ReadonlySet<string>;
  sections: (Place & { index: number })[];
}

// Above any sum of words, so that an exact name always comes first.
const classScore = 2_000;
export const alertScore = 1_000;
const leadWeight = 1;

// Wiki pages without front matter are often named after their alert. A title may also be an everyday word such as
// "dns", so these count only when an alert of that name is asked for, not when the word is said.
const unwrittenNames = ({ path, title }: Page): string[] => [title, fileTitle(path)];

const isAlertName = (word: string): boolean => /^[A-Za-z]+[a-z][A-Z]\w+$/.test(word) && word.length > 8;

const alertsMeant = (page: Page, query: RunbookQuery, spoken: ReadonlySet<string>): string[] => [
  ...new Set([
    ...page.alerts.filter((name) => spoken.has(name)),
    ...unwrittenNames(page).filter((name) => query.alerts.includes(name) || (isAlertName(name) && spoken.has(name))),
  ]),
];

const total = (index: Bm25, document: number, query: readonly Asked[]): number =>
  query.reduce((sum, { term, weight }) => sum + weight * index.score(document, term), 0);

const whyWords = (index: Bm25, document: number, query: readonly Asked[]): string[] => {
  const best = query
    .map((entry) => ({ ...entry, worth: entry.weight * index.score(document, entry.term) }))
    .filter(({ worth }) => worth > 0)
    .sort((left, right) => right.worth - left.worth);
  const said = best.map(({ term, word }) => (term.startsWith("#") ? `${word} (${term.slice(1)})` : word).toLowerCase());
  const words = [...new Set(said)].slice(0, 5);
  return words.length === 0 ? [] : [`words: ${words.join(", ")}`];
};

// A page that nothing else comes near may cover less of the question.
const farAhead = 2;
const enoughAhead = 0.6;

/** One of its names is said in full; a name of a single word may be said by chance. */
const called = (names: readonly Term[][], index: Bm25, asked: readonly Asked[]): boolean => {
  const said = new Set(asked.filter(({ label }) => !label).map(({ term }) => term));
  return names.some(
    (name) =>
      name.length > 1 &&
      name.every(({ term }) => said.has(term)) &&
      name.some(({ term, word }) => !everyday.has(word.toLowerCase()) && index.idf(term) > 1),
  );
};

// Measured on seven sets: what the words mean orders pages that share few words with the question, and leaves the others.
const nearWeight = 1;
const nearWeightInDoubt = 7;
const worthSaying = 0.3;
// A page that is no nearer than most by what its words mean may have the words themselves by chance.
const standsOut = 0.5;
const beyondChance = 1.5;

const byChance = ({ named, fit }: Worded, out: number): boolean => named === 0 && fit < beyondChance && out < standsOut;

const plainlyFits = 1.2;

const asWell = 0.01;

/** Met by concepts alone, a page that fits only just is not sure of itself where another fits just as well: it is one or the other. */
const outstanding = (one: Worded, all: readonly Worded[]): boolean =>
  one.fit >= plainlyFits || all.every((other) => other === one || Math.abs(other.fit - one.fit) > asWell);

const byScore = (left: Worded, right: Worded): number => right.named + right.score - left.named - left.score;

/** Each page moved by how far it stands out by what its words mean: further where no page fits by the words themselves. */
const leaning = (found: readonly Worded[], near: readonly number[]): Worded[] => {
  const weight = nearWeight + nearWeightInDoubt * doubtOf(found);
  const out = standingOut(near);
  return found.map((one, at) => {
    const likeness = near[at] ?? 0;
    const said =
      likeness >= worthSaying || one.why.length === 0 ? [`words of like meaning ${likeness.toFixed(2)}`] : [];
    return {
      ...one,
      confident: one.confident && !byChance(one, out[at] ?? 0),
      score: one.score + weight * (out[at] ?? 0),
      why: [...one.why, ...said],
    };
  });
};

export interface WordMethod {
  exact: boolean;
  concepts: boolean;
  /** What words mean, by the lexicon; counts where there is one. */
  lexicon: boolean;
}

/** The index is built once, in process, and holds it up: 200 pages take some 0.3 s, 2 000 of them, with what their words mean, 12 s and more. That part is made at the first query that means it. */
export const byWords = (pages: readonly Page[], lexicon: Lexicon | null) => {
  const sectionBags: Bag[] = [];
  const entries: Indexed[] = pages.map((page) => ({
    page,
    names: page.names.map(terms),
    called: new Set(
      terms([...page.names, page.path, ...page.sections.map(({ heading }) => heading)].join("\n")).map(
        ({ term }) => term,
      ),
    ),
    sections: page.sections.map((section) => ({
      heading: section.heading,
      anchor: section.anchor,
      index: sectionBags.push(sectionBag(section)) - 1,
    })),
  }));
  const bagsOf = ({ sections }: Indexed): Bag[] => sections.flatMap(({ index }) => sectionBags[index] ?? []);
  const whole = bm25(entries.map((entry) => pageBag(entry.page, bagsOf(entry))));
  const parts = bm25(sectionBags);
  const beginnings = bm25(pages.map(leadBag));

  const bestSection = ({ sections }: Indexed, query: readonly Asked[]): { place: Place; score: number } =>
    sections
      .map((place) => ({ place, score: total(parts, place.index, query) }))
      .reduce((best, one) => (one.score > best.score ? one : best), { place: sections[0] ?? topOfPage, score: 0 });

  let near: ReturnType<typeof nearWords> | null = null;
  const likenesses = (text: string): number[] | null => {
    if (lexicon === null) return null;
    near ??= nearWords(pages, lexicon);
    return near(text);
  };

  /** Every page that shares a word with the query or is nearer to it than most by what its words mean, best first. */
  return (query: RunbookQuery, { exact, concepts, lexicon: meant }: WordMethod): Worded[] => {
    const wanted = askedOf(query, concepts);
    const spoken = new Set([
      ...query.alerts,
      ...query.classes,
      ...query.words.slice(0, mostCharacters).split(/[^\w-]+/),
    ]);
    const foreign = (named: number, document: number): boolean => named === 0 && namesAnother(whole, document, wanted);
    const answer = (entry: Indexed, document: number): Worded => {
      const classes = exact ? entry.page.classes.filter((name) => spoken.has(name)) : [];
      const alerts = exact ? alertsMeant(entry.page, query, spoken) : [];
      const section = bestSection(entry, wanted);
      const fit = fitOf(whole, document, wanted, entry.called);
      const byName = called(entry.names, whole, wanted);
      const named = (classes.length > 0 ? classScore : 0) + (alerts.length > 0 ? alertScore : 0);
      const lead = concepts ? leadWeight * total(beginnings, document, wanted) : 0;
      return {
        page: entry.page,
        section: section.place,
        named,
        score: total(whole, document, wanted) + section.score + lead,
        why: [
          ...classes.map((name) => `class ${name}`),
          ...alerts.map((name) => `alert ${name}`),
          ...whyWords(whole, document, wanted),
        ],
        fit: named > 0 || byName ? Math.max(1, fit) : fit,
        foreign: foreign(named, document),
        said: named > 0 || byName || tellingWord(whole, document, wanted),
        confident: false,
      };
    };
    const answers = entries.map(answer);
    const [first, second] = answers.toSorted(byScore);
    const isLeader = (one: Worded): boolean => one === first && one.score >= farAhead * (second?.score ?? 0);
    const isConfident = (one: Worded, document: number): boolean =>
      one.fit >= (isLeader(one) ? enoughAhead : 1) &&
      (one.said || outstanding(one, answers)) &&
      (one.named > 0 || !byOneStem(whole, document, wanted));
    const judged = answers.map((one, document) => ({ ...one, confident: isConfident(one, document) }));
    const text = [...query.alerts, query.words].join("\n").slice(0, mostCharacters);
    const alike = meant ? likenesses(text) : null;
    const found = alike === null ? judged : leaning(judged, alike);
    return found.filter(({ named, score }) => named + score > 0).sort(byScore);
  };
};
