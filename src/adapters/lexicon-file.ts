import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lexicon } from "../ports/lexicon.ts";

/** The longest known pieces from the left: `failover` is `fail` and `##over`. */
const piecesOf = (word: string, at: ReadonlyMap<string, number>): number[] => {
  const found: number[] = [];
  for (let from = 0; from < word.length; ) {
    const prefix = from === 0 ? "" : "##";
    let to = word.length;
    while (to > from && !at.has(prefix + word.slice(from, to))) to--;
    if (to === from) return found;
    found.push(at.get(prefix + word.slice(from, to)) ?? 0);
    from = to;
  }
  return found;
};

/** `words.txt` has a word a line, or a piece of one (`##ing`); `vectors.bin` a scale for each, then a row of bytes for each. */
export const readLexicon = async (folder: string): Promise<Lexicon> => {
  const [words, bytes] = await Promise.all([
    readFile(join(folder, "words.txt"), "utf8"),
    readFile(join(folder, "vectors.bin")),
  ]);
  const names = words.trimEnd().split("\n");
  const dimensions = bytes.length / names.length - 4;
  if (!Number.isInteger(dimensions)) throw new Error(`${folder}: words.txt and vectors.bin do not belong together`);
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const scales = new Float32Array(data, 0, names.length);
  const rows = new Int8Array(data, 4 * names.length);
  const at = new Map(names.map((name, place) => [name, place]));
  return {
    dimensions,
    vectorOf: (word) => {
      const pieces = piecesOf(word, at);
      if (pieces.length === 0) return null;
      const mean = new Float32Array(dimensions);
      for (const piece of pieces) {
        const scale = (scales[piece] ?? 0) / pieces.length;
        for (let d = 0; d < dimensions; d++) mean[d] = (mean[d] ?? 0) + scale * (rows[piece * dimensions + d] ?? 0);
      }
      return mean;
    },
  };
};
