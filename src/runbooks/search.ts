import { type RunbookHit, sureFirst } from "../incident/runbook.ts";
import type { Bookshelf, RunbookQuery } from "../ports/bookshelf.ts";
import type { Lexicon } from "../ports/lexicon.ts";
import { alertScore, byWords, type Place, topOfPage, type Worded } from "./by-words.ts";
import { doubtOf } from "./doubt.ts";
import { fuse } from "./fuse.ts";
import { linkOf } from "./links.ts";
import type { Likeness, Meaning } from "./meaning.ts";
import type { Page } from "./parse.ts";
import { stepsOf } from "./steps.ts";

/** What of the search is used; the evaluation script compares them. */
export interface Method {
  exact: boolean;
  concepts: boolean;
  lexicon: boolean;
  meaning: boolean;
}

export interface ShelfOptions {
  /** Null: words are compared as they are written, and by the concepts they speak of. */
  lexicon: Lexicon | null;
  /** Null: words only. */
  meaning: Meaning | null;
  /** Hears once why a search had to do without meaning. */
  note(line: string): void;
}

const everything: Method = { exact: true, concepts: true, lexicon: true, meaning: true };
// Measured with MiniLM on 299 questions: the words with their concepts are the better list; at half its weight the meaning
// took away more than it brought.
const meaningWeight = 0.3;
// How much more it counts where no page fits by its words.
const doubtWeight = 2;
// Of the way from the noise of the model to sameness.
const enoughMeaning = 0.35;

type Likenesses = ReadonlyMap<Page, Likeness>;

/** A page that shares no word with the query, but its meaning. */
const unworded = (page: Page, section: Place): Worded => ({
  page,
  section,
  named: 0,
  score: 0,
  why: [],
  fit: 0,
  said: false,
  foreign: false,
  confident: false,
});

const withAll = (worded: readonly Worded[], pages: readonly Page[], like: Likenesses): Worded[] => {
  const there = new Set(worded.map(({ page }) => page));
  const more = pages.filter((page) => !there.has(page) && like.has(page));
  return [...worded, ...more.map((page) => unworded(page, like.get(page)?.section ?? topOfPage))];
};

const pagesByMeaning = (like: Likenesses): Page[] =>
  [...like].sort(([, left], [, right]) => right.similarity - left.similarity).map(([page]) => page);

/** At 1 and above its meaning alone is enough. */
const nearnessOf = (one: Likeness | undefined, noise: number): number =>
  one === undefined ? 0 : Math.max(0, one.similarity - noise) / Math.max(1e-6, enoughMeaning * (1 - noise));

// It parts pages that both lists put in about the same place.
const nearnessWeight = 0.01;

// Its meaning is enough whatever else speaks against the page.
const plainlyNear = 2;
// Words and meaning that both speak for the page, neither of them loudly.
const enoughTogether = 1.1;
// Words may be on a page by chance; then another page is nearer by this much, or nothing of it is near at all.
const farBehind = 0.15;
const atLeastOfNoise = 0.7;
const beyondChance = 2;

interface Meant {
  noise: number;
  /** Of the nearest page. */
  best: number;
  /** Of the last page that was near enough to be told; the others are no nearer. */
  least: number;
}

const spokenFor = ({ confident, named, fit }: Worded, similarity: number, { noise, best }: Meant): boolean =>
  confident &&
  (named > 0 || fit >= beyondChance || (similarity >= atLeastOfNoise * noise && best - similarity <= farBehind));

const isSure = (one: Worded, like: Likeness | undefined, meant: Meant): boolean => {
  const similarity = like?.similarity ?? meant.least;
  const nearness = nearnessOf(like, meant.noise);
  const together = Math.min(one.fit, nearness) > 0 && one.fit + nearness >= enoughTogether;
  if (spokenFor(one, similarity, meant) || nearness >= plainlyNear) return true;
  return !one.foreign && (nearness >= 1 || (together && similarity === meant.best));
};

const hitOf = (one: Worded, score: number): RunbookHit => ({
  runbook: one.page.path,
  title: one.page.title,
  heading: one.section.heading,
  score,
  why: one.why.join("; "),
  confident: one.confident,
  link: linkOf(one.page.base, one.page.path, one.section.anchor),
  steps: stepsOf(one.page),
});

interface Ranked {
  hit: RunbookHit;
  /** Called by its name, or so near by its meaning that its place does not matter. */
  firm: boolean;
}

const fused = (worded: readonly Worded[], pages: readonly Page[], like: Likenesses, meaning: Meaning): Ranked[] => {
  const scores = fuse([
    { things: worded.map(({ page }) => page), weight: 1 },
    { things: pagesByMeaning(like), weight: meaningWeight + doubtWeight * doubtOf(worded) },
  ]);
  const noise = meaning.noise();
  const told = [...like.values()].map(({ similarity }) => similarity);
  const meant = { noise, best: Math.max(...told), least: Math.min(...told) };
  return withAll(worded, pages, like)
    .map((one) => {
      const near = like.get(one.page);
      const why =
        near === undefined ? one.why : [...one.why, `meaning ${near.similarity.toFixed(2)} (${meaning.model})`];
      const confident = isSure(one, near, meant);
      const place = (scores.get(one.page) ?? 0) + nearnessWeight * nearnessOf(near, noise);
      const nearest = one.confident || near === undefined || near.section === topOfPage ? one.section : near.section;
      const hit = hitOf({ ...one, why, confident, section: nearest }, one.named + 100 * place);
      return { hit, firm: one.named > 0 || nearnessOf(near, noise) >= plainlyNear };
    })
    .sort((left, right) => right.hit.score - left.hit.score);
};

// What fits and still comes this far behind another page does so by chance.
const nearBest = 0.87;

/** No page is sure whose score is far below that of another; what is called by name stands above all of them. */
const besideBest = (ranked: readonly Ranked[]): RunbookHit[] => {
  const best = Math.max(0, ...ranked.map(({ hit }) => hit.score).filter((score) => score < alertScore));
  return ranked.map(({ hit, firm }) => ({
    ...hit,
    confident: hit.confident && (firm || hit.score >= nearBest * best),
  }));
};

/** Words first; where an endpoint for meanings answers, both lists are fused. When it does not, words are enough. */
export const shelve = (pages: readonly Page[], { lexicon, meaning, note }: ShelfOptions) => {
  const ask = byWords(pages, lexicon);
  const alike = async ({ alerts, words }: RunbookQuery): Promise<Likenesses | null> => {
    try {
      const text = [...alerts, words].join("\n");
      return (await meaning?.like(text)) ?? null;
    } catch (error) {
      note(`runbooks are searched by words only: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  return async (query: RunbookQuery, limit: number, method: Method): Promise<RunbookHit[]> => {
    const worded = ask(query, method);
    const like = method.meaning && meaning !== null ? await alike(query) : null;
    const hits =
      like === null || like.size === 0 || meaning === null
        ? worded.map((one) => ({ hit: hitOf(one, one.named + one.score), firm: one.named > 0 }))
        : fused(worded, pages, like, meaning);
    return sureFirst(besideBest(hits)).slice(0, limit);
  };
};

export const bookshelf = (pages: readonly Page[], options: ShelfOptions): Bookshelf => {
  const search = shelve(pages, options);
  return { search: (query, limit) => search(query, limit, everything) };
};
