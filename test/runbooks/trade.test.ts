import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readRunbookFolder } from "../../src/adapters/runbook-folder.ts";
import { parsePages } from "../../src/runbooks/parse.ts";
import { bookshelf } from "../../src/runbooks/search.ts";
import { asShipped } from "../support/lexicon.ts";

interface Queries {
  fits: { query: string; right: string[] }[];
  fitsNothing: string[];
}

// Pages about payments, mail, phones and halls. The first queries were frozen before the search was tuned with them, the
// held ones were not looked at until the concepts were written, and no concept has a phrase that only they use.
const here = (path: string): string => new URL(path, import.meta.url).pathname;
const read = (path: string): Queries => JSON.parse(readFileSync(here(path), "utf8"));
const tuned = read("trade-queries.json");
const held = read("trade-held-queries.json");
const shelf = bookshelf(parsePages((await readRunbookFolder(here("trade"))).files).pages, asShipped);
const ask = (words: string) => shelf.search({ alerts: [], classes: [], words }, 3);

const share = async ({ fits }: Queries, sure: boolean): Promise<number> => {
  const found = await Promise.all(
    fits.map(async ({ query, right }) =>
      (await ask(query)).some(({ runbook, confident }) => right.includes(runbook) && (confident || !sure)),
    ),
  );
  return found.filter(Boolean).length / found.length;
};

const fooled = async ({ fitsNothing }: Queries): Promise<string[]> => {
  const answers = await Promise.all(fitsNothing.map(async (words) => ({ words, hits: await ask(words) })));
  return answers.filter(({ hits }) => hits.some(({ confident }) => confident)).map(({ words }) => words);
};

test("pages that are not about Kubernetes are found, and are sure of themselves", async () => {
  expect(await share(tuned, false)).toBeGreaterThanOrEqual(0.97);
  expect(await share(tuned, true)).toBeGreaterThanOrEqual(0.9);
  expect(await fooled(tuned)).toEqual([]);
});

test("so they are by questions that nothing was tuned with", async () => {
  expect(await share(held, false)).toBeGreaterThanOrEqual(0.85);
  // The least bad of these pages answers; a team that has pages on nodes would see those.
  expect(await fooled(held)).toEqual(["KubeNodeNotReady node=worker-3"]);
});

test("what is ordered is no page about pods that start one after another", async () => {
  for (const words of ["order new monitors", "order pizza for the platform team"]) {
    expect((await ask(words)).filter(({ confident }) => confident)).toEqual([]);
    expect((await ask(words)).map(({ why }) => why).join()).not.toContain("statefulset");
  }
});
