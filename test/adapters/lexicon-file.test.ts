import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readLexicon } from "../../src/adapters/lexicon-file.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lexicon-"));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (words: string[], scales: number[], rows: number[]): Promise<void> => {
  await writeFile(join(folder, "words.txt"), `${words.join("\n")}\n`);
  const floats = Buffer.alloc(4 * scales.length);
  for (const [at, scale] of scales.entries()) floats.writeFloatLE(scale, 4 * at);
  await writeFile(join(folder, "vectors.bin"), Buffer.concat([floats, Buffer.from(Int8Array.from(rows).buffer)]));
};

test("a word is itself, or the mean of its longest pieces, or unknown", async () => {
  await write(["fail", "##over", "##o"], [1, 0.5, 9], [2, 0, 0, -4, 1, 1]);
  const { dimensions, vectorOf } = await readLexicon(folder);

  expect(dimensions).toBe(2);
  expect([...(vectorOf("fail") ?? [])]).toEqual([2, 0]);
  expect([...(vectorOf("failover") ?? [])]).toEqual([1, -1]);
  expect(vectorOf("xyz")).toBe(null);
});

test("files that do not belong together are refused", async () => {
  await write(["a", "b"], [1], [1]);

  await expect(readLexicon(folder)).rejects.toThrow("do not belong together");
});
