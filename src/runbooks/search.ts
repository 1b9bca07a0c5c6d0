import type { RunbookHit } from "../incident/runbook.ts";
import type { Bookshelf, RunbookQuery } from "../ports/bookshelf.ts";
import { byWords, type Worded } from "./by-words.ts";
import { fuse } from "./fuse.ts";
import { linkOf } from "./links.ts";
import type { Likeness, Meaning } from "./meaning.ts";
import type { Page } from "./parse.ts";
import { stepsOf } from "./steps.ts";

/** What of the search is used; the evaluation script compares them. */
export interface Method {
  exact: boolean;
  concepts: boolean;
  meaning: boolean;
}

export interface ShelfOptions {
  /** Null: words only. */
  meaning: Meaning | null;
  /** Hears once why a search had to do without meaning. */
  note(line: string): void;
}

const wordsOnly: ShelfOptions = { meaning: null, note: () => undefined };
const everything: Method = { exact: true, concepts: true, meaning: true };
// Measured with MiniLM on 299 questions: the words with their concepts are the better list; at half its weight the meaning
// took away more than it brought.
const meaningWeight = 0.3;
// Of the way from the noise of the model to sameness.
const enoughMeaning = 0.3;

type Likenesses = ReadonlyMap<string, Likeness>;

/** A page that shares no word with the query, but its meaning. */
const unworded = (page: Page, heading: string): Worded => ({
  page,
  heading,
  named: 0,
  score: 0,
  why: [],
  confident: false,
});

const withAll = (worded: readonly Worded[], pages: readonly Page[], like: Likenesses): Worded[] => {
  const there = new Set(worded.map(({ page }) => page.path));
  const more = pages.filter(({ path }) => !there.has(path) && like.has(path));
  return [...worded, ...more.map((page) => unworded(page, like.get(page.path)?.heading ?? ""))];
};

const namesByMeaning = (like: Likenesses): string[] =>
  [...like].sort(([, left], [, right]) => right.similarity - left.similarity).map(([path]) => path);

const isNear = (one: Likeness | undefined, noise: number): boolean =>
  one !== undefined && one.similarity >= noise + enoughMeaning * (1 - noise);

const hitOf = (one: Worded, score: number): RunbookHit => ({
  runbook: one.page.path,
  title: one.page.title,
  heading: one.heading,
  score,
  why: one.why.join("; "),
  confident: one.confident,
  link: linkOf(one.page.base, one.page.path, one.heading),
  steps: stepsOf(one.page),
});

const fused = (worded: readonly Worded[], pages: readonly Page[], like: Likenesses, meaning: Meaning): RunbookHit[] => {
  const scores = fuse([
    { names: worded.map(({ page }) => page.path), weight: 1 },
    { names: namesByMeaning(like), weight: meaningWeight },
  ]);
  return withAll(worded, pages, like)
    .map((one) => {
      const near = like.get(one.page.path);
      const why =
        near === undefined ? one.why : [...one.why, `meaning ${near.similarity.toFixed(2)} (${meaning.model})`];
      const confident = one.confident || isNear(near, meaning.noise());
      const heading = one.confident || near === undefined ? one.heading : near.heading || one.heading;
      return hitOf({ ...one, why, confident, heading }, one.named + 100 * (scores.get(one.page.path) ?? 0));
    })
    .sort((left, right) => right.score - left.score);
};

/** Words first; where an endpoint for meanings answers, both lists are fused. When it does not, words are enough. */
export const shelve = (pages: readonly Page[], { meaning, note }: ShelfOptions = wordsOnly) => {
  const ask = byWords(pages);
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
      like === null || meaning === null
        ? worded.map((one) => hitOf(one, one.named + one.score))
        : fused(worded, pages, like, meaning);
    return hits.slice(0, limit);
  };
};

export const bookshelf = (pages: readonly Page[], options: ShelfOptions = wordsOnly): Bookshelf => {
  const search = shelve(pages, options);
  return { search: (query, limit) => search(query, limit, everything) };
};
