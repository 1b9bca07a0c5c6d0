// Prints hit@1, hit@3 and MRR of each method over the frozen queries: node scripts/eval-retrieval.ts [--misses]
import { readFile } from "node:fs/promises";
import { readRunbookFolder } from "../src/adapters/runbook-folder.ts";
import { parsePages } from "../src/runbooks/parse.ts";
import { type Method, shelve } from "../src/runbooks/search.ts";

interface Queries {
  fits: { query: string; right: string[] }[];
  fitsNothing: string[];
}

const at = (path: string): string => new URL(path, import.meta.url).pathname;
const queries: Queries = JSON.parse(await readFile(at("../test/runbooks/queries.json"), "utf8"));
const { pages } = parsePages((await readRunbookFolder(at("../runbooks"))).files);
const search = shelve(pages);

const methods: Record<string, Method> = {
  "bm25 plain": { exact: false, synonyms: false },
  "bm25+synonyms": { exact: false, synonyms: true },
  "exact+bm25+synonyms": { exact: true, synonyms: true },
};

const ask = (words: string, method: Method) => search({ alerts: [], classes: [], words }, 10, method);
const percent = (part: number, of: number): string => (part / of).toFixed(2);

for (const [name, method] of Object.entries(methods)) {
  const ranks = queries.fits.map(
    ({ query, right }) => ask(query, method).findIndex((hit) => right.includes(hit.runbook)) + 1,
  );
  const within = (most: number): number => ranks.filter((rank) => rank > 0 && rank <= most).length;
  const reciprocal = ranks.reduce((sum, rank) => sum + (rank > 0 ? 1 / rank : 0), 0);
  const sure = queries.fits.filter(({ query }) => ask(query, method)[0]?.confident === true).length;
  const fooled = queries.fitsNothing.filter((query) => ask(query, method)[0]?.confident === true).length;
  const size = ranks.length;
  process.stdout.write(
    `${name.padEnd(20)} hit@1 ${percent(within(1), size)}  hit@3 ${percent(within(3), size)}  MRR ${percent(reciprocal, size)}` +
      `  confident ${percent(sure, size)}  fooled ${fooled} of ${queries.fitsNothing.length}\n`,
  );
  if (process.argv.includes("--misses"))
    ranks.forEach((rank, index) => {
      const query = queries.fits[index]?.query ?? "";
      const best = ask(query, method).map(({ runbook, why }) => `${runbook} (${why})`);
      if (rank === 0 || rank > 3)
        process.stdout.write(`  ${rank} ${query}\n      ${best.slice(0, 3).join("\n      ")}\n`);
    });
}
