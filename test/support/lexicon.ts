import { readLexicon } from "../../src/adapters/lexicon-file.ts";
import type { ShelfOptions } from "../../src/runbooks/search.ts";

export const shippedLexicon = await readLexicon(new URL("../../lexicon", import.meta.url).pathname);

/** The search as it runs where no model for meanings is configured. */
export const asShipped: ShelfOptions = { lexicon: shippedLexicon, meaning: null, note: () => undefined };
