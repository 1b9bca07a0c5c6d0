import { describe, expect, test } from "vitest";
import { openLibrary } from "../../src/library.ts";
import type { Embedder } from "../../src/ports/embedder.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { meaningOf } from "../../src/runbooks/meaning.ts";
import { parsePages } from "../../src/runbooks/parse.ts";
import { bookshelf } from "../../src/runbooks/search.ts";
import { vectorsInMemory } from "../../src/runbooks/vectors-in-memory.ts";
import { asShipped } from "../support/lexicon.ts";

/** A model of three thoughts: ships, fruit, everything else. */
const thoughts = [/ship|harbour|vessel/i, /apple|pear|orchard/i];
const embedderOf = (): Embedder & { asked: string[] } => {
  const asked: string[] = [];
  return {
    name: "test:three",
    asked,
    embed: async (texts) => {
      asked.push(...texts);
      return texts.map((text) => [...thoughts.map((about) => (about.test(text) ? 1 : 0)), 0.1]);
    },
  };
};
const down: Embedder = {
  name: "test:down",
  embed: async () => {
    throw new PortError("embedder", "unreachable", "nobody listens");
  },
};
const pagesOf = (pages: Record<string, string>) =>
  parsePages(Object.entries(pages).map(([path, text]) => ({ path, text }))).pages;
const pages = pagesOf({
  "fruit.md": "# Apples rot\n\n## Do\n\nThrow them away.",
  "boats.md": "# The ship does not leave\n\n## Wake\n\nWake the captain.",
});
const ask = (words: string) => ({ alerts: [], classes: [], words });

describe("meaning", () => {
  test("finds a page that shares no word with the question, and says how near it is", async () => {
    const meaning = meaningOf(pages, embedderOf(), vectorsInMemory());
    await meaning.index();
    const shelf = bookshelf(pages, { ...asShipped, meaning });

    const [hit] = await shelf.search(ask("vessel stays at anchor"), 3);

    expect(hit).toMatchObject({ runbook: "boats.md", confident: true });
    expect(hit?.why).toContain("meaning 1.00 (test:three)");
    expect(await bookshelf(pages, { ...asShipped, lexicon: null }).search(ask("vessel stays at anchor"), 3)).toEqual(
      [],
    );
  });

  test("asks only for what has changed", async () => {
    const vectors = vectorsInMemory();
    await meaningOf(pages, embedderOf(), vectors).index();
    const again = embedderOf();
    const changed = pagesOf({
      "moved/fruit.md": "# Apples rot\n\n## Do\n\nThrow them away.",
      "boats.md": "# The ship does not leave\n\n## Wake\n\nWake the pilot.",
    });

    const done = await meaningOf(changed, again, vectors).index();

    expect(done).toEqual({ added: 1, kept: 3 });
    expect(again.asked.filter((text) => text.includes("pilot"))).toHaveLength(1);
    expect(again.asked.filter((text) => text.includes("Apples"))).toEqual([]);
  });

  test("asks what is strange once for all shelves, and again at each run", async () => {
    const embedder = embedderOf();
    const strange = () => embedder.asked.filter((text) => text === "how to bake bread").length;
    const handbook = new URL("handbook", import.meta.url).pathname;
    const library = await openLibrary(handbook, () => undefined, { embedder, vectors: vectorsInMemory() });

    await library.index();
    expect(strange()).toBe(1);
    await library.index();
    expect(strange()).toBe(2);
  });

  test("of another model is another set of vectors", async () => {
    const vectors = vectorsInMemory();
    await meaningOf(pages, embedderOf(), vectors).index();

    expect(await meaningOf(pages, { ...embedderOf(), name: "test:other" }, vectors).index()).toMatchObject({
      added: 4,
    });
  });

  test("is left out before the index is whole, and while the endpoint is down: the hits are those of the words", async () => {
    const words = await bookshelf(pages, asShipped).search(ask("rotten apples"), 3);
    const fresh = meaningOf(pages, embedderOf(), vectorsInMemory());
    const answering = embedderOf();
    const breaking = { ...answering, embed: (...given: Parameters<Embedder["embed"]>) => stand.embed(...given) };
    let stand: Embedder = answering;
    const broken = meaningOf(pages, breaking, vectorsInMemory());
    await broken.index();
    stand = down;
    const notes: string[] = [];

    const before = await bookshelf(pages, { ...asShipped, meaning: fresh }).search(ask("rotten apples"), 3);
    const without = await bookshelf(pages, { ...asShipped, meaning: broken, note: (line) => notes.push(line) }).search(
      ask("rotten apples"),
      3,
    );

    expect(before.map(({ runbook, confident }) => [runbook, confident])).toEqual(
      words.map(({ runbook, confident }) => [runbook, confident]),
    );
    expect(without).toEqual(words);
    expect(notes).toEqual([expect.stringContaining("words only: embedder: nobody listens")]);
  });

  test("takes sureness from a page that has the words by chance, while another is far nearer", async () => {
    const shelfPages = pagesOf({
      "fruit.md": "# Apples rot\n\n## Do\n\nThrow them away, anchor the rest, wake the gardener.",
      "boats.md": "# The ship does not leave\n\n## Wake\n\nWake the captain.",
    });
    const meaning = meaningOf(shelfPages, embedderOf(), vectorsInMemory());
    await meaning.index();
    const found = async (words: string, meant: typeof meaning | null) =>
      (await bookshelf(shelfPages, { ...asShipped, lexicon: null, meaning: meant }).search(ask(words), 3))
        .filter(({ confident }) => confident)
        .map(({ runbook }) => runbook);

    expect(await found("anchor for the gardener of a vessel", null)).toEqual(["fruit.md"]);
    expect(await found("anchor for the gardener of a vessel", meaning)).toEqual(["boats.md"]);
    expect(await found("anchor for the gardener of an orchard", meaning)).toEqual(["fruit.md"]);
  });
});
