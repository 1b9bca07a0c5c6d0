import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readRunbookFolder } from "../../src/adapters/runbook-folder.ts";
import { parsePages } from "../../src/runbooks/parse.ts";
import { bookshelf } from "../../src/runbooks/search.ts";
import { asShipped } from "../support/lexicon.ts";

// Written and scored before the search was changed for it; what was changed then is what makes a page `confident`.
const here = (path: string): string => new URL(path, import.meta.url).pathname;
const queries: { fits: { query: string; right: string[] }[]; fitsNothing: string[] } = JSON.parse(
  readFileSync(here("handbook-queries.json"), "utf8"),
);
const { pages, warnings } = parsePages((await readRunbookFolder(here("handbook"))).files);
const shelf = bookshelf(pages, asShipped);
const ask = (words: string) => shelf.search({ alerts: [], classes: [], words }, 3);

test("pages of another house, in tables, checklists and two languages, are found", async () => {
  const found = await Promise.all(
    queries.fits.map(async ({ query, right }) => (await ask(query)).some(({ runbook }) => right.includes(runbook))),
  );

  expect(warnings).toEqual([]);
  expect(pages.length).toBeGreaterThanOrEqual(30);
  expect(found.filter(Boolean).length / found.length).toBeGreaterThanOrEqual(0.95);
});

test("what is for the service desk, though it speaks of passwords and access, fits no page", async () => {
  const sure = await Promise.all(
    queries.fitsNothing.map(async (words) => ((await ask(words)).some(({ confident }) => confident) ? words : null)),
  );

  expect(queries.fitsNothing).toContain("reset my VPN password");
  expect(sure.filter((words) => words !== null)).toEqual(["how do I write a good commit message"]);
});
