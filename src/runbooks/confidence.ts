import { plainly, written } from "./bags.ts";
import type { Bm25 } from "./bm25.ts";
import { elsewhere } from "./everyday.ts";
import { products } from "./products.ts";
import { stem } from "./stem.ts";
import { camelParts } from "./terms.ts";

/** One thing to look for: a word as it was written, or a concept that some of them speak of. */
export interface Asked {
  term: string;
  word: string;
  weight: number;
  /** The written terms it stands for; itself when it was written. */
  from: readonly string[];
  /** Stands only in a label such as `pod=web-1`. */
  label: boolean;
  /** Said with several words that together mean one thing. */
  phrase: boolean;
}

// Calibrated with scripts/eval-retrieval.ts: the queries that fit nothing stay below both.
const enoughShare = 0.3;
const enoughWorth = 8.5;
const shareBesideName = 0.75;
const shareBesideLife = 0.6;
// One word that may mean the same is a little more than half a word.
const synonymShare = 0.6;
// Two everyday words that happen to stand on the page are worth less than this: then they must be half of the question.
const littleWorth = 3;
const shareOfLittle = 0.5;
// An everyday word that the page lacks says more than one that it has: the question may be about something else.
const unmetEveryday = 1.5;

// Names of pods, versions and counts: that a page does not have them says nothing about it.
const unmetNumber = 0.15;

const unmetWeight = ({ word, weight, label }: Asked): number => {
  if (label) return unmetNumber;
  if (elsewhere.has(word.toLowerCase())) return 1;
  return Math.min(/\d/.test(word) ? unmetNumber : 1, weight * unmetEveryday);
};

/** Its parts are asked, too: when a page has those, that it lacks the whole is no second miss. */
const isJoined = (word: string): boolean => camelParts(word).length > 1;

const isConcept = (term: string): boolean => term.startsWith("#");

/** A word of the question, and no everyday one, stands on the page itself. */
export const tellingWord = (index: Bm25, document: number, asked: readonly Asked[]): boolean =>
  asked.some(({ term, weight }) => !isConcept(term) && weight > 0.5 && index.score(document, term) > 0);

interface Meeting {
  term: string;
  worth: number;
  share: number;
  /** Said plainly: a word that is not everyday, or a phrase of several. */
  telling: boolean;
  everyday: boolean;
  /** The page has another word of the same stem, and no other word says it. */
  stemOnly: boolean;
}

/** How well the page meets each written term: in so many words, by a concept, or not. */
const meetings = (index: Bm25, document: number, asked: readonly Asked[]): Meeting[] => {
  const met = asked.filter(({ term }) => index.score(document, term) > 0);
  const shares = new Map<string, { share: number; telling: boolean }>();
  for (const { term: met1, weight, from } of met) {
    const isTelling = weight > 0.5 && (!isConcept(met1) || index.has(document, plainly(met1)));
    for (const term of from) {
      const before = shares.get(term) ?? { share: 0, telling: false };
      // A whole phrase that is known to mean the same is as good as the word itself; a single word may mean something else.
      const share = !isConcept(met1) || from.length > 1 ? 1 : synonymShare;
      shares.set(term, { share: Math.max(before.share, share), telling: before.telling || isTelling });
    }
  }
  return asked
    .filter(({ term, word }) => !isConcept(term) && (shares.has(term) || !isJoined(word)))
    .map((one) => ({
      term: one.term,
      everyday: one.weight <= 0.5,
      stemOnly: index.score(document, one.term) > 0 && !index.has(document, written(one.word)),
      worth: (shares.has(one.term) ? one.weight : unmetWeight(one)) * index.idf(one.term),
      ...(shares.get(one.term) ?? { share: 0, telling: false }),
    }));
};

// Said in a few words, a name is what the question is about; in a long log line it may be one of many.
const fewWords = 15;

const otherNames: Record<string, readonly string[]> = {
  postgresql: ["postgr", "pg", "psql"],
  postgr: ["postgresql", "pg", "psql"],
  argocd: ["argo"],
  argo: ["argocd"],
  mongodb: ["mongo"],
};

const knows = (index: Bm25, document: number, term: string): boolean =>
  [term, ...(otherNames[term] ?? [])].some((name) => index.score(document, name) > 0);

/** The product that a word names, also as the first part of a longer one: `etcdserver`. */
const productIn = (written: string): string | undefined => {
  const word = written.toLowerCase();
  if (products.has(word)) return word;
  return isJoined(written) ? undefined : [...products].find((name) => name.length > 3 && word.startsWith(name));
};

/** A product is named, in few words, that the page does not know. */
export const namesAnother = (index: Bm25, document: number, asked: readonly Asked[]): boolean => {
  const written = asked.filter(({ term }) => !isConcept(term));
  return (
    written.length <= fewWords &&
    written.some(({ term, word }) => {
      const product = productIn(word);
      return product !== undefined && !knows(index, document, term) && !knows(index, document, stem(product));
    })
  );
};

const ofLife = (index: Bm25, document: number, asked: readonly Asked[]): boolean =>
  asked.length <= 2 * fewWords &&
  asked.some(
    ({ term, word }) => !isConcept(term) && elsewhere.has(word.toLowerCase()) && index.score(document, term) === 0,
  );

const needOf = (index: Bm25, document: number, asked: readonly Asked[]): number => {
  if (namesAnother(index, document, asked)) return shareBesideName;
  return ofLife(index, document, asked) ? shareBesideLife : enoughShare;
};

const isPhrased = (index: Bm25, document: number, asked: readonly Asked[]): boolean =>
  asked.some(({ term, phrase }) => phrase && index.score(document, term) > 0);

/** "Signing the app", and a page on how to sign in: beside everyday words one more, and that only by its stem. */
export const byOneStem = (index: Bm25, document: number, asked: readonly Asked[]): boolean => {
  const [weighty, ...others] = meetings(index, document, asked).filter(({ share, everyday }) => share > 0 && !everyday);
  return weighty?.stemOnly === true && others.length === 0 && !isPhrased(index, document, asked);
};

// One word of several is a coincidence, unless the page is called so.
const coincidence = 0.5;

/**
 * Does the page fit, or is it only the least bad one? It fits, at 1 and above, when it covers a good share of what was
 * asked, or so many rare words that a long log line around them does not matter.
 */
export const fitOf = (index: Bm25, document: number, asked: readonly Asked[], called: ReadonlySet<string>): number => {
  const terms = meetings(index, document, asked);
  const all = terms.reduce((sum, { worth }) => sum + worth, 0);
  const worth = terms.reduce((sum, term) => sum + term.worth * term.share, 0);
  const met = terms.filter(({ share }) => share > 0);
  if (!met.some(({ telling }) => telling)) return 0;
  const need = needOf(index, document, asked);
  const fit = Math.max(worth / (need * all), need === enoughShare ? worth / enoughWorth : 0);
  const single = met.length < Math.min(2, terms.length);
  const [weighty, ...others] = met.filter(({ everyday }) => !everyday);
  // "Order new monitors": beside everyday words one more, and that only by what it may mean.
  const byOneConcept = weighty !== undefined && weighty.share < 1 && others.length === 0 && met.length > 1;
  const phrased = isPhrased(index, document, asked);
  const byName = met.some(({ term, telling }) => telling && called.has(term));
  const little = !phrased && worth < littleWorth && worth < shareOfLittle * all;
  const doubtful = ((single || byOneConcept) && !phrased && !byName) || little || (need !== enoughShare && fit < 1);
  return doubtful ? Math.min(fit, coincidence) : fit;
};
