import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readRunbookFolder } from "../../src/adapters/runbook-folder.ts";
import { parsePages } from "../../src/runbooks/parse.ts";
import { shelve } from "../../src/runbooks/search.ts";
import { asShipped } from "../support/lexicon.ts";

// Terse notes, long pages, checklists, vendors' notices, questions and post-mortems of trades that no concept knows. Frozen before
// the lexicon was made.
const here = (path: string): string => new URL(path, import.meta.url).pathname;
const queries: { fits: { kind: string; query: string; right: string[] }[]; fitsNothing: string[] } = JSON.parse(
  readFileSync(here("mixed-queries.json"), "utf8"),
);
const { pages } = parsePages((await readRunbookFolder(here("mixed"))).files);
const search = shelve(pages, asShipped);
const ask = (words: string, lexicon: boolean) =>
  search({ alerts: [], classes: [], words }, 3, { exact: true, concepts: true, lexicon, meaning: false });

const share = async (kind: string, lexicon: boolean): Promise<number> => {
  const some = queries.fits.filter((one) => kind === "" || one.kind === kind);
  const found = await Promise.all(
    some.map(async ({ query, right }) => (await ask(query, lexicon)).some(({ runbook }) => right.includes(runbook))),
  );
  return found.filter(Boolean).length / some.length;
};

test("pages of trades that no concept knows are found by what words mean", async () => {
  expect(await share("", true)).toBeGreaterThanOrEqual(0.84);
  expect(await share("paraphrase", true)).toBeGreaterThanOrEqual(0.65);
  expect(await share("paraphrase", false)).toBeLessThan(0.6);
});

test("a hit says how like the meaning is, and that nothing fits is said as before", async () => {
  const [first] = await ask("physicians do not see blood tests of their patients", true);
  const fooled: string[] = [];
  for (const query of queries.fitsNothing) if ((await ask(query, true))[0]?.confident) fooled.push(query);

  expect(first?.runbook).toBe("sre/lab-results.md");
  expect(first?.why).toMatch(/words of like meaning 0\.\d\d/);
  expect(fooled.length).toBeLessThanOrEqual(1);
});

test("what words mean orders pages and takes sureness away; it makes none sure", async () => {
  const sure = async (words: string, lexicon: boolean) => {
    const method = { exact: true, concepts: true, lexicon, meaning: false };
    const hits = await search({ alerts: [], classes: [], words }, pages.length, method);
    return hits.flatMap(({ runbook, confident }) => (confident ? [runbook] : [])).sort();
  };
  const asked = [...queries.fits.map(({ query }) => query), ...queries.fitsNothing];
  // The control: the order is another.
  const orders = (lexicon: boolean) =>
    Promise.all(asked.map(async (query) => (await ask(query, lexicon)).map(({ runbook }) => runbook)));
  expect(await orders(true)).not.toEqual(await orders(false));

  const lost: string[] = [];
  for (const query of asked) {
    const [without, found] = [await sure(query, false), await sure(query, true)];
    expect([query, without]).toEqual([query, expect.arrayContaining(found)]);
    lost.push(...without.filter((page) => !found.includes(page)));
  }
  expect(lost.length).toBeGreaterThan(0);
});

test("every hit says why", async () => {
  const method = { exact: true, concepts: true, lexicon: true, meaning: false };
  for (const words of [...queries.fits.map(({ query }) => query), ...queries.fitsNothing])
    for (const { runbook, why } of await search({ alerts: [], classes: [], words }, 10, method))
      expect([words, runbook, why]).not.toContain("");
});
