import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readRunbookFolder } from "../../src/adapters/runbook-folder.ts";
import { faultClassNames, isControl, isFaultClass } from "../../src/incident/fault-classes.ts";
import { sureFirst } from "../../src/incident/runbook.ts";
import { parsePages } from "../../src/runbooks/parse.ts";
import { bookshelf, shelve } from "../../src/runbooks/search.ts";
import { ownFirst } from "../../src/runbooks/tiers.ts";
import { asShipped } from "../support/lexicon.ts";

const here = (path: string): string => new URL(path, import.meta.url).pathname;
const queries: { fits: { query: string; right: string[] }[]; fitsNothing: string[] } = JSON.parse(
  readFileSync(here("queries.json"), "utf8"),
);
const { files } = await readRunbookFolder(here("../../runbooks"));
const { pages, warnings } = parsePages(files);
const shelf = bookshelf(pages, asShipped);
const ask = (words: string, classes: string[] = [], alerts: string[] = []) =>
  shelf.search({ alerts, classes, words }, 3);

describe("the runbooks that ship", () => {
  test("are many, can be read, and have the sections a person looks for", () => {
    expect(warnings).toEqual([]);
    expect(pages.length).toBeGreaterThanOrEqual(25);
    for (const { path, sections } of pages)
      expect([path, ...sections.map(({ heading }) => heading)]).toEqual(
        expect.arrayContaining([
          "What it means",
          "Check first",
          "Likely causes and how to tell them apart",
          "Fix",
          "Verify",
          "When to wake whom",
        ]),
      );
  });

  test("name only classes of the catalogue, and cover nearly all of them", () => {
    const named = new Set(pages.flatMap(({ classes }) => classes));
    const faults = faultClassNames.filter((slug) => !isControl(slug));

    expect([...named].filter((slug) => !isFaultClass(slug))).toEqual([]);
    expect(faults.filter((slug) => !named.has(slug))).toEqual(["custom-resource-misconfigured"]);
  });
});

describe("retrieval over the frozen queries", () => {
  test("finds a right page among the first three for at least 85 of 100", async () => {
    const found = await Promise.all(
      queries.fits.map(async ({ query, right }) => (await ask(query)).some(({ runbook }) => right.includes(runbook))),
    );

    expect(queries.fits.length).toBeGreaterThanOrEqual(60);
    expect(found.filter(Boolean).length / found.length).toBeGreaterThanOrEqual(0.85);
  });

  test("is better with concepts than without", async () => {
    const search = shelve(pages, asShipped);
    const hits = async (concepts: boolean): Promise<number> => {
      const found = await Promise.all(
        queries.fits.map(async ({ query, right }) => {
          const method = { exact: false, concepts, lexicon: false, meaning: false };
          const some = await search({ alerts: [], classes: [], words: query }, 3, method);
          return some.some(({ runbook }) => right.includes(runbook));
        }),
      );
      return found.filter(Boolean).length;
    };

    expect(await hits(true)).toBeGreaterThan(await hits(false));
  });

  test("is sure of most that fit and of none that does not", async () => {
    const sure = await Promise.all(queries.fits.map(async ({ query }) => (await ask(query))[0]?.confident === true));
    const fooled = await Promise.all(
      queries.fitsNothing.map(async (query) => (await ask(query))[0]?.confident === true),
    );

    expect(sure.filter(Boolean).length / sure.length).toBeGreaterThan(0.8);
    expect(fooled).not.toContain(true);
  });
});

test.each([
  "the coffee machine is broken",
  "memory of my grandmother",
  "how do I change my password for the payroll website",
])("one operations word does not make a runbook fit: %s", async (words) => {
  const [best] = await ask(words);

  expect(best?.why).toMatch(/^words: /);
  expect(best?.confident).toBe(false);
});

describe("an exact name", () => {
  test("of a class comes before one of an alert, and both before any number of words", async () => {
    const hits = await ask(
      "dns name resolution lookup getaddrinfo coredns resolver",
      ["volume-full"],
      ["KubeHpaMaxedOut"],
    );

    expect(hits.map(({ runbook }) => runbook)).toEqual(["volume-full.md", "autoscaler.md", "dns.md"]);
    expect(hits.map(({ why }) => why.split(";")[0])).toEqual([
      "class volume-full",
      "alert KubeHpaMaxedOut",
      expect.stringMatching(/^words: .*dns/),
    ]);
  });

  test("is heard in free words too", async () => {
    expect((await ask("what about KubeHpaMaxedOut?"))[0]?.why).toMatch(/^alert KubeHpaMaxedOut/);
  });
});

test("a hostile query of megabytes is cut and answered", async () => {
  const hits = await ask(`oomkilled ${"a".repeat(5_000_000)} ${"oomkilled ".repeat(100_000)}`);

  expect(hits[0]?.runbook).toBe("oom-killed.md");
}, 20_000);

test("an empty shelf and an empty query find nothing", async () => {
  expect(
    await bookshelf([], asShipped).search({ alerts: ["KubePodCrashLooping"], classes: [], words: "oom" }, 3),
  ).toEqual([]);
  expect(await ask("")).toEqual([]);
});

describe("a concept that a page meets only by everyday words", () => {
  const pageWith = (text: string) =>
    bookshelf(parsePages([{ path: "own.md", text: `# Seats\n\n${text}`, base: null }]).pages, asShipped);
  const surely = async (text: string): Promise<boolean> => {
    const [hit] = await pageWith(text).search({ alerts: [], classes: [], words: "CreateContainerConfigError" }, 1);
    return hit?.confident ?? false;
  };

  test.each(["Set the container down, and create a new error list.", "StatefulSets may go."])(
    "does not make it sure: %s",
    async (text) => {
      expect(await surely(text)).toBe(false);
    },
  );

  test("control: said plainly it does", async () => {
    expect(await surely("The settings file of the container is wrong.")).toBe(true);
  });
});

describe("a page that is met by concepts alone", () => {
  const orders = { path: "orders.md", text: "# Certificates\n\nThe orders do not complete." };
  const runners = { path: "runners.md", text: "# Runners\n\nThe builds do not complete." };
  const surely = async (words: string, files: { path: string; text: string }[]): Promise<string[]> => {
    const filler = ["a", "b", "c", "d"].map((name) => ({
      path: `${name}.md`,
      text: `# Page ${name}\n\nprinter ${name}`,
    }));
    const hits = await bookshelf(parsePages([...files, ...filler]).pages, asShipped).search(
      { alerts: [], classes: [], words },
      9,
    );
    return hits.flatMap(({ runbook, confident }) => (confident ? [runbook] : []));
  };

  test("is not sure where another is met as well by them", async () => {
    expect(await surely("overnight warehouse ledger batch has not finished", [orders, runners])).toEqual([]);
  });

  test("control: with a word of its own, or alone, it is", async () => {
    expect(await surely("overnight warehouse ledger batch has not finished", [orders])).toEqual(["orders.md"]);
    expect(await surely("certificates have not finished", [orders, runners])).toContain("orders.md");
  });
});

test("a page that fits comes before any that may not, on one shelf and on two", async () => {
  const wiki = parsePages((await readRunbookFolder(here("wiki"))).files).pages;
  const both = ownFirst(bookshelf(wiki, asShipped), shelf);
  const asked = [...queries.fits.map(({ query }) => query), "certificate of the shop expires", "KubePodCrashLooping"];
  for (const words of asked)
    for (const one of [shelf, both]) {
      const hits = await one.search({ alerts: [], classes: [], words }, 5);
      expect([words, hits.map(({ confident }) => confident)]).toEqual([
        words,
        sureFirst(hits).map(({ confident }) => confident),
      ]);
    }
});
