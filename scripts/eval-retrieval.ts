// Prints hit@1, hit@3 and MRR of each method over the frozen queries: node scripts/eval-retrieval.ts [--misses]
// With NIGHTSHIFT_EMBEDDING_MODEL (and OPENAI_BASE_URL for a server of your own) the methods with meaning are measured, too.
import { readFile } from "node:fs/promises";
import { readLexicon } from "../src/adapters/lexicon-file.ts";
import { readRunbookFolder } from "../src/adapters/runbook-folder.ts";
import { readConfig } from "../src/config.ts";
import type { RunbookHit } from "../src/incident/runbook.ts";
import { openEmbedder } from "../src/model.ts";
import { type Meaning, meaningOf } from "../src/runbooks/meaning.ts";
import { type Page, parsePages } from "../src/runbooks/parse.ts";
import { type Method, shelve } from "../src/runbooks/search.ts";
import { vectorsInMemory } from "../src/runbooks/vectors-in-memory.ts";

interface Query {
  query: string;
  right: string[];
  kind?: string;
}

const at = (path: string): string => new URL(path, import.meta.url).pathname;
const sets = [
  { name: "shipped", folder: at("../runbooks"), queries: at("../test/runbooks/queries.json") },
  { name: "wiki", folder: at("../test/runbooks/wiki"), queries: at("../test/runbooks/wiki-queries.json") },
  { name: "handbook", folder: at("../test/runbooks/handbook"), queries: at("../test/runbooks/handbook-queries.json") },
  { name: "trade", folder: at("../test/runbooks/trade"), queries: at("../test/runbooks/trade-queries.json") },
  {
    name: "trade, held",
    folder: at("../test/runbooks/trade"),
    queries: at("../test/runbooks/trade-held-queries.json"),
  },
  { name: "mixed", folder: at("../test/runbooks/mixed"), queries: at("../test/runbooks/mixed-queries.json") },
];
const methods: Record<string, Method> = {
  "bm25 plain": { exact: false, concepts: false, lexicon: false, meaning: false },
  "exact + bm25 + concepts": { exact: true, concepts: true, lexicon: false, meaning: false },
  "all without a model": { exact: true, concepts: true, lexicon: true, meaning: false },
  "bm25 plain + meaning": { exact: false, concepts: false, lexicon: false, meaning: true },
  "all fused": { exact: true, concepts: true, lexicon: true, meaning: true },
};

const lexicon = await readLexicon(at("../lexicon"));
const embedder = openEmbedder(readConfig(process.env));
const ratio = (part: number, of: number): string => (part / Math.max(1, of)).toFixed(2);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const meaningFor = async (pages: readonly Page[]): Promise<Meaning | null> => {
  if (embedder === null) return null;
  const meaning = meaningOf(pages, embedder, vectorsInMemory());
  const { added } = await meaning.index();
  print(`${added} pieces embedded by ${embedder.name}; strangers reach ${meaning.noise().toFixed(2)}`);
  return meaning;
};

for (const { name: set, folder, queries } of sets) {
  const { fits, fitsNothing }: { fits: Query[]; fitsNothing: string[] } = JSON.parse(await readFile(queries, "utf8"));
  const { pages } = parsePages((await readRunbookFolder(folder)).files);
  const meaning = await meaningFor(pages);
  const search = shelve(pages, { lexicon, meaning, note: print });
  for (const [name, method] of Object.entries(methods)) {
    if (method.meaning && meaning === null) continue;
    const ask = (words: string) => search({ alerts: [], classes: [], words }, 10, method);
    // One after the other: all at once, the last would wait for the first and be answered by words only.
    const answers: (Query & { hits: RunbookHit[] })[] = [];
    for (const one of fits) answers.push({ ...one, hits: await ask(one.query) });
    const fooled: boolean[] = [];
    for (const query of fitsNothing) fooled.push((await ask(query))[0]?.confident === true);
    const ranked = answers.map((one) => ({
      ...one,
      rank: one.hits.findIndex(({ runbook }) => one.right.includes(runbook)) + 1,
    }));
    const tell = (label: string, some: typeof ranked): void => {
      const within = (most: number): number => some.filter(({ rank }) => rank > 0 && rank <= most).length;
      const reciprocal = some.reduce((sum, { rank }) => sum + (rank > 0 ? 1 / rank : 0), 0);
      const sure = some.filter(({ hits }) => hits[0]?.confident === true);
      const wrong = sure.filter(({ rank }) => rank !== 1);
      print(
        `${label.padEnd(36)} hit@1 ${ratio(within(1), some.length)}  hit@3 ${ratio(within(3), some.length)}  ` +
          `MRR ${ratio(reciprocal, some.length)}  confident ${ratio(sure.length, some.length)}  sure and wrong ${wrong.length} of ${some.length}`,
      );
    };
    tell(`${set}: ${name}`, ranked);
    const kinds = [...new Set(ranked.flatMap(({ kind }) => kind ?? []))];
    for (const kind of kinds)
      tell(
        `    ${kind}s`,
        ranked.filter((one) => one.kind === kind),
      );
    print(`    fooled ${fooled.filter(Boolean).length} of ${fitsNothing.length} that fit nothing`);
    if (process.argv.includes("--misses"))
      for (const { query, right, rank, hits } of ranked.filter((one) => one.rank === 0 || one.rank > 3))
        print(
          `    ${rank} ${query} -> ${right.join(" ")}; got ${hits.slice(0, 3).map(({ runbook, why }) => `${runbook} (${why})`)}`,
        );
  }
}
