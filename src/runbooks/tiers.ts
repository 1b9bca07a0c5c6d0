import { type RunbookHit, sureFirst } from "../incident/runbook.ts";
import type { Bookshelf } from "../ports/bookshelf.ts";
import type { Page } from "./parse.ts";

// Where the team's own pages have no sure answer, this many places are left to shipped pages that have one.
const lent = 2;

const join = (own: readonly RunbookHit[], shipped: readonly RunbookHit[], limit: number): RunbookHit[] => {
  const sure = own.some(({ confident }) => confident)
    ? []
    : shipped.filter(({ confident }) => confident).slice(0, lent);
  const rest = shipped.filter((hit) => !sure.includes(hit));
  return [...own.slice(0, limit - sure.length), ...sure, ...own.slice(limit - sure.length), ...rest].slice(0, limit);
};

/** Shipped pages no longer stand for the alerts and fault classes that the team has a page for; by words they are found as before. */
export const yieldTo = (own: readonly Page[], shipped: readonly Page[]): Page[] => {
  const taken = new Set(own.flatMap(({ alerts, classes }) => [...alerts, ...classes]));
  const free = (names: readonly string[]): string[] => names.filter((name) => !taken.has(name));
  return shipped.map((page) => ({ ...page, alerts: free(page.alerts), classes: free(page.classes) }));
};

/** A team's own pages come first; the shipped ones fill in, and are heard where the team's have no sure answer. */
export const ownFirst = (own: Bookshelf, shipped: Bookshelf): Bookshelf => ({
  search: async (query, limit) => {
    const [mine, ours] = await Promise.all([own.search(query, limit), shipped.search(query, limit)]);
    const joined = join(
      mine.map((hit) => ({ ...hit, own: true })),
      ours.map((hit) => ({ ...hit, why: `${hit.why}; shipped with Nightshift` })),
      limit,
    );
    return sureFirst(joined);
  },
});
