import { readFile, stat } from "node:fs/promises";
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

const dimensions = 128;
/** Ours takes 4 MB; what is far more than that is something else. */
const mostBytes = 64 * 1024 * 1024;

const bytesOf = async (path: string): Promise<Buffer> => {
  const { size } = await stat(path);
  if (size > mostBytes) throw new Error(`${path} has ${size} bytes, more than the ${mostBytes} of any lexicon`);
  return readFile(path);
};

/** `words.txt` has a word a line, or a piece of one (`##ing`); `vectors.bin` a scale for each, then a row of bytes for each. */
export const readLexicon = async (folder: string): Promise<Lexicon> => {
  const words = await bytesOf(join(folder, "words.txt"));
  const bytes = await bytesOf(join(folder, "vectors.bin"));
  const names = words.toString("utf8").trimEnd().split("\n");
  const size = names.length * (4 + dimensions);
  if (bytes.length !== size)
    throw new Error(
      `${folder}: words.txt and vectors.bin do not belong together: ${names.length} words of ${dimensions} dimensions take ${size} bytes, not ${bytes.length}`,
    );
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const scales = new Float32Array(data, 0, names.length);
  if (!scales.every(Number.isFinite)) throw new Error(`${folder}: vectors.bin has scales that are no numbers`);
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
