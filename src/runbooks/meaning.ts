import { sha256OfText } from "../incident/canonical.ts";
import type { Embedder } from "../ports/embedder.ts";
import { PortError } from "../ports/port-error.ts";
import type { Vectors } from "../ports/vectors.ts";
import { type Place, topOfPage } from "./by-words.ts";
import type { Page } from "./parse.ts";

/** How near a page is to a question, by its nearest section. */
export interface Likeness {
  similarity: number;
  section: Place;
}

export interface Meaning {
  /** Embeds what is not kept yet; safe to repeat. Strangers are read unless given. Throws PortError when the endpoint does not answer. */
  index(strange?: readonly (readonly number[])[]): Promise<{ added: number; kept: number }>;
  /** By page; nothing before the index is whole. Throws PortError. */
  like(words: string, signal?: AbortSignal): Promise<Map<Page, Likeness>>;
  /** What a question about something else altogether reaches at most: the noise of this model on these pages. */
  noise(): number;
  model: string;
}

// About what a sentence model reads at once.
const mostCharacters = 1_000;
const batch = 16;
// A page stands in the list by its nearest section; this far down, its place says nothing any more.
const mostPieces = 100;

// Measured against these, the numbers of any model can be read: some say .2 for strangers, some say .8.
const strangers = [
  "how to bake bread",
  "who won the football match yesterday",
  "birthday present for my sister",
  "translate this poem into french",
  "quarterly sales report for the board",
  "where to park the car near the office",
  "the new hire needs a laptop",
  "best hiking trails in the alps",
];

/** Asked at each run: a model that answers with vectors of another length than before has to read everything again. */
export const readStrangers = (embedder: Embedder): Promise<number[][]> => embedder.embed(strangers);

interface Piece {
  page: Page;
  section: Place;
  text: string;
  hash: string;
}

const pieceOf = (page: Page, section: Place, text: string): Piece => ({
  page,
  section,
  text,
  hash: sha256OfText(text),
});

/** The title alone, and each section under it: what a section means depends on whose it is. */
const piecesOf = (page: Page): Piece[] => [
  pieceOf(page, topOfPage, page.title),
  ...page.sections
    .filter(({ text }) => text !== "")
    .map((section) => {
      const { heading, text } = section;
      const head = heading === "" || heading === page.title ? page.title : `${page.title}\n${heading}`;
      return pieceOf(page, section, `${head}\n${text.replace(/\s*\n\s*/g, "\n")}`.slice(0, mostCharacters));
    }),
];

/** The pages by meaning. Nothing is asked of the endpoint that was asked before, by whichever replica. */
export const meaningOf = (pages: readonly Page[], embedder: Embedder, vectors: Vectors): Meaning => {
  const pieces = pages.flatMap(piecesOf);
  const byHash = new Map<string, Piece[]>();
  for (const piece of pieces) byHash.set(piece.hash, [...(byHash.get(piece.hash) ?? []), piece]);
  const hashes = [...byHash.keys()];
  let measured: { dimensions: number; noise: number } | null = null;

  const embedMissing = async (dimensions: number): Promise<number> => {
    const known = await vectors.known(embedder.name, dimensions, hashes);
    const missing = hashes.filter((hash) => !known.has(hash));
    for (let at = 0; at < missing.length; at += batch) {
      const some = missing.slice(at, at + batch);
      const found = await embedder.embed(some.map((hash) => byHash.get(hash)?.[0]?.text ?? ""));
      await vectors.keep(
        embedder.name,
        some.map((hash, index) => ({ hash, vector: found[index] ?? [] })),
      );
    }
    return missing.length;
  };

  const best = async (vector: readonly number[], limit: number): Promise<Map<Page, Likeness>> => {
    const found = new Map<Page, Likeness>();
    for (const { hash, similarity } of await vectors.nearest(embedder.name, vector, hashes, limit))
      for (const { page, section } of byHash.get(hash) ?? [])
        if (!found.has(page)) found.set(page, { similarity, section });
    return found;
  };

  const noiseOf = async (strange: readonly (readonly number[])[]): Promise<number> => {
    const tops = await Promise.all(
      strange.map(async (vector) => [...(await best(vector, 1)).values()][0]?.similarity ?? 0),
    );
    return Math.max(0, ...tops);
  };

  return {
    model: embedder.name,
    index: async (given) => {
      const strange = given ?? (await readStrangers(embedder));
      const dimensions = strange[0]?.length ?? 0;
      const added = await embedMissing(dimensions);
      measured = { dimensions, noise: await noiseOf(strange) };
      return { added, kept: hashes.length - added };
    },
    like: async (words, signal) => {
      // Half an index would favour the pages that are in it.
      if (measured === null) return new Map();
      const [vector = []] = await embedder.embed([words.slice(0, mostCharacters)], signal);
      if (vector.length !== measured.dimensions)
        throw new PortError(
          "embedder",
          "invalid",
          `${embedder.name} answers with ${vector.length} dimensions, the runbooks were read with ${measured.dimensions}: run nightshift runbooks index, and start again`,
        );
      return best(vector, mostPieces);
    },
    noise: () => measured?.noise ?? 1,
  };
};
