import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readRunbookFolder } from "../../src/adapters/runbook-folder.ts";
import { meaningOf } from "../../src/runbooks/meaning.ts";
import { parsePage, parsePages } from "../../src/runbooks/parse.ts";
import { bookshelf, shelve } from "../../src/runbooks/search.ts";
import { stepsOf } from "../../src/runbooks/steps.ts";
import { ownFirst, yieldTo } from "../../src/runbooks/tiers.ts";
import { vectorsInMemory } from "../../src/runbooks/vectors-in-memory.ts";
import { asShipped } from "../support/lexicon.ts";

const here = (path: string): string => new URL(path, import.meta.url).pathname;
const queries: { fits: { kind: string; query: string; right: string[] }[]; fitsNothing: string[] } = JSON.parse(
  readFileSync(here("wiki-queries.json"), "utf8"),
);
const { pages, warnings } = parsePages((await readRunbookFolder(here("wiki"))).files);
const search = shelve(pages, asShipped);

const share = async (kind: string, concepts: boolean, within: number): Promise<number> => {
  const some = queries.fits.filter((one) => one.kind === kind);
  const found = await Promise.all(
    some.map(async ({ query, right }) => {
      const hits = await search({ alerts: [], classes: [], words: query }, within, {
        exact: concepts,
        concepts,
        lexicon: false,
        meaning: false,
      });
      return hits.some(({ runbook }) => right.includes(runbook));
    }),
  );
  return found.filter(Boolean).length / some.length;
};

describe("a wiki of foreign pages", () => {
  test("is read whole, and every page has a name for people", () => {
    expect(warnings).toEqual([]);
    expect(pages.length).toBeGreaterThanOrEqual(30);
    const title = (path: string) => pages.find((page) => page.path === path)?.title;
    expect(title("kafka/orders-topic-behind.md")).toBe("Orders topic is behind");
    expect(title("nodes/ephemeral-space.md")).toBe("Node runs out of local space");
    expect(title("db/pool-empty.md")).toBe("Connection pool drained (checkout, billing)");
    expect(title("vault-sealed.md")).toBe("Vault is sealed");
  });

  test.each([
    ["alert", 0.95],
    ["log", 0.95],
    ["paraphrase", 0.85],
  ])("finds what a query of kind %s is about among the first three, at least %f of the time", async (kind, least) => {
    expect(await share(kind, true, 3)).toBeGreaterThanOrEqual(least);
  });

  test("needs the concepts for paraphrases: words alone find far fewer", async () => {
    expect(await share("paraphrase", true, 3)).toBeGreaterThan((await share("paraphrase", false, 3)) + 0.2);
  });

  test("says that nothing fits when nothing does", async () => {
    const shelf = bookshelf(pages, asShipped);
    const fooled = await Promise.all(
      queries.fitsNothing.map(async (words) =>
        (await shelf.search({ alerts: [], classes: [], words }, 5)).filter(({ confident }) => confident),
      ),
    );

    expect(fooled.flat()).toEqual([]);
  });

  test("another program's name is another matter", async () => {
    const shelf = bookshelf(
      pages.filter(({ path }) => !path.startsWith("kafka/")),
      asShipped,
    );

    const [best] = await shelf.search({ alerts: [], classes: [], words: "kafka consumers are far behind" }, 3);

    expect(best?.confident).toBe(false);
  });
});

test.each([
  ["underlined", "Pool empty\n==========\n\nText\n\nFix\n---\n\nUndo", ["Pool empty", "Fix"]],
  ["HTML", "<h1>Pool <em>empty</em></h1>\nText\n<h2>Fix</h2>\nUndo", ["Pool empty", "Fix"]],
  ["bold lines", "**Pool empty**\n\nText\n\n*Fix.*\nUndo", ["Pool empty", "Fix."]],
  ["a wiki's own", "h1. Pool empty\nText\nh2. Fix\nUndo", ["Pool empty", "Fix"]],
])("headings: %s", (_, text, headings) => {
  expect(parsePage({ path: "x.md", text }).sections.map(({ heading }) => heading)).toEqual(headings);
});

test("a table's rule and a comment in a code block are no headings", () => {
  const text = "# T\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sh\n# not one\n```";

  expect(parsePage({ path: "x.md", text }).sections).toHaveLength(1);
});

test("a long page without headings is cut at its blank lines", () => {
  const text = `Everything\n\n${"words and words. ".repeat(60)}\n\n${"more of them. ".repeat(60)}`;

  expect(parsePage({ path: "x.md", text }).sections.length).toBe(2);
});

test("the section that answers is linked, below the checkout's address where there is one", async () => {
  const text = "# Disk\n\n## Grow the volume\n\nedit the claim";
  const shelf = (base: string | null) => bookshelf(parsePages([{ path: "a b.md", text, base }]).pages, asShipped);
  const ask = { alerts: [], classes: [], words: "grow the claim" };

  expect((await shelf(null).search(ask, 1))[0]?.link).toBe("a b.md#grow-the-volume");
  expect((await shelf("https://git.example/x/blob/main").search(ask, 1))[0]?.link).toBe(
    "https://git.example/x/blob/main/a%20b.md#grow-the-volume",
  );
});

test.each([
  ["What's up? (part 2)", "whats-up-part-2"],
  ["CPU & memory / I/O", "cpu--memory--io"],
  ["Überlastung der Datenbank – was tun", "überlastung-der-datenbank--was-tun"],
  ["数据库 连接", "数据库-连接"],
  ["Set `max_connections` in [the chart](https://x.example/a_b) _now_", "set-max_connections-in-the-chart-now"],
  ["**Step 1:** `kubectl get <pod>`", "step-1-kubectl-get-pod"],
])("the anchor of %s is GitHub's", (heading, anchor) => {
  expect(parsePage({ path: "x.md", text: `# ${heading}\n\ntext` }).sections[0]?.anchor).toBe(anchor);
});

test("headings that are alike have anchors of their own; what is only bold has that of the heading above", () => {
  const text = "## Check\na\n## Fix\nb\n**Mind**\nc\n## Check\nd\n## Check-1\ne\n## Check\nf";

  expect(parsePage({ path: "x.md", text }).sections.map(({ anchor }) => anchor)).toEqual([
    "check",
    "fix",
    "fix",
    "check-1",
    "check-1-1",
    "check-2",
  ]);
});

test("two folders may hold pages of the same name", async () => {
  const { pages: both } = parsePages([
    { path: "README.md", text: "# Printer\n\nout of toner", base: "https://git.example/a" },
    { path: "README.md", text: "# Lift\n\nstuck between floors", base: "https://git.example/b" },
  ]);
  const meaning = meaningOf(both, { name: "t:one", embed: async (texts) => texts.map(() => [1]) }, vectorsInMemory());
  await meaning.index();

  const hits = await bookshelf(both, { ...asShipped, meaning }).search({ alerts: [], classes: [], words: "toner" }, 5);

  expect(hits.map(({ title, link }) => [title, link])).toEqual([
    ["Printer", "https://git.example/a/README.md#printer"],
    ["Lift", "https://git.example/b/README.md"],
  ]);
});

test("steps name changes of the catalogue, by name or by command, and not what is advised against", () => {
  const text = [
    "# X",
    "1. `kubectl rollout undo deploy/web`",
    "2. raise-memory-limit, once measured",
    "3. do not restart-workload",
    "4. never `kubectl delete pod`",
  ].join("\n");

  expect(stepsOf(parsePage({ path: "x.md", text }))).toEqual(["undo-rollout", "raise-memory-limit"]);
});

describe("the team's pages and the shipped ones", () => {
  const shelf = (path: string, text: string) => bookshelf(parsePages([{ path, text }]).pages, asShipped);
  const own = shelf("own.md", "# Queue of the printer\n\nworkers are slow");
  const shipped = shelf("shipped.md", "# Out of memory\n\nOOMKilled, exit code 137, raise the limit");
  const ask = (words: string) => ownFirst(own, shipped).search({ alerts: [], classes: [], words }, 3);

  test("the team's come first", async () => {
    expect((await ask("queue of the printer, out of memory"))[0]?.runbook).toBe("own.md");
  });

  test("a page of the same file name is another page; only its alert and its class are taken over", async () => {
    const pagesOf = (text: string) => parsePages([{ path: "oom-killed.md", text }]).pages;
    const named = pagesOf("---\nclasses: [oom-limit-too-low]\n---\n# Memory\n\nOOMKilled: ask the payments team");
    const there = pagesOf(
      "---\nclasses: [oom-limit-too-low, oom-memory-leak]\n---\n# Out of memory\n\nOOMKilled, exit code 137, a leak",
    );
    const both = ownFirst(bookshelf(named, asShipped), bookshelf(yieldTo(named, there), asShipped));
    const titles = async (words: string, classes: string[]) =>
      (await both.search({ alerts: [], classes, words }, 3)).map(({ title, why }) => [title, why.includes("class ")]);

    expect(await titles("OOMKilled", ["oom-limit-too-low"])).toEqual([
      ["Memory", true],
      ["Out of memory", false],
    ]);
    expect(await titles("leak", ["oom-memory-leak"])).toContainEqual(["Out of memory", true]);
  });

  test("a shipped page answers where the team's have nothing", async () => {
    expect((await ask("OOMKilled exit code 137"))[0]).toMatchObject({ runbook: "shipped.md", confident: true });
  });
});
