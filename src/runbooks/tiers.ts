import type { RunbookHit } from "../incident/runbook.ts";
import type { Bookshelf } from "../ports/bookshelf.ts";

// Where the team's own pages have no sure answer, this many places are left to shipped pages that have one.
const lent = 2;

const join = (own: readonly RunbookHit[], shipped: readonly RunbookHit[], limit: number): RunbookHit[] => {
  const mine = new Set(own.map(({ runbook }) => runbook));
  const others = shipped.filter(({ runbook }) => !mine.has(runbook));
  const sure = own.some(({ confident }) => confident) ? [] : others.filter(({ confident }) => confident).slice(0, lent);
  const rest = others.filter((hit) => !sure.includes(hit));
  return [...own.slice(0, limit - sure.length), ...sure, ...own.slice(limit - sure.length), ...rest].slice(0, limit);
};

/** A team's own pages come first; the shipped ones fill in, and are heard where the team's have no sure answer. */
export const ownFirst = (own: Bookshelf, shipped: Bookshelf): Bookshelf => ({
  search: async (query, limit) => {
    const [mine, ours] = await Promise.all([own.search(query, limit), shipped.search(query, limit)]);
    return join(
      mine.map((hit) => ({ ...hit, own: true })),
      ours,
      limit,
    );
  },
});
