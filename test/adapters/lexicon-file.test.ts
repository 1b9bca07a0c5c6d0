import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readLexicon } from "../../src/adapters/lexicon-file.ts";
import { lexiconOrNone } from "../../src/library.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lexicon-"));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (words: string[], scales: number[], rows: number[][], dimensions = 128): Promise<void> => {
  await writeFile(join(folder, "words.txt"), `${words.join("\n")}\n`);
  const floats = Buffer.alloc(4 * scales.length);
  for (const [at, scale] of scales.entries()) floats.writeFloatLE(scale, 4 * at);
  const bytes = rows.map((row) => Buffer.from(Int8Array.from({ length: dimensions }, (_, d) => row[d] ?? 0).buffer));
  await writeFile(join(folder, "vectors.bin"), Buffer.concat([floats, ...bytes]));
};

test("a word is itself, or the mean of its longest pieces, or unknown", async () => {
  await write(
    ["fail", "##over", "##o"],
    [1, 0.5, 9],
    [
      [2, 0],
      [0, -4],
      [1, 1],
    ],
  );
  const { dimensions, vectorOf } = await readLexicon(folder);
  const start = (word: string): number[] => [...(vectorOf(word) ?? [])].slice(0, 2);

  expect(dimensions).toBe(128);
  expect(start("fail")).toEqual([2, 0]);
  expect(start("failover")).toEqual([1, -1]);
  expect(vectorOf("xyz")).toBe(null);
});

describe("what is damaged", () => {
  const two = [[1], [1]];

  test("control: two whole words are read, and nothing is said", async () => {
    await write(["a", "b"], [1, 1], two);
    const lines: string[] = [];

    expect((await lexiconOrNone(folder, (line) => lines.push(line)))?.vectorOf("b")?.[0]).toBe(1);
    expect(lines).toEqual([]);
  });

  test.each<[string, () => Promise<void>, RegExp]>([
    ["a word too few", () => write(["a"], [1, 1], two), /do not belong together: 1 words .* 132 bytes, not 264/],
    ["one byte a word", () => write(["a", "b"], [1, 1], two, 1), /do not belong together/],
    ["no scale", () => write(["a", "b"], [], two, 2), /do not belong together/],
    ["scales that are no numbers", () => write(["a", "b"], [1, Number.NaN], two), /no numbers/],
    [
      "far too much",
      async () => {
        await write(["a", "b"], [1, 1], two);
        await truncate(join(folder, "words.txt"), 65 * 1024 * 1024);
      },
      /words.txt has \d+ bytes/,
    ],
    ["nothing there", async () => undefined, /words.txt/],
  ])("is named in the log and left out: %s", async (_what, damage, why) => {
    await damage();
    const lines: string[] = [];

    expect(await lexiconOrNone(folder, (line) => lines.push(line))).toBe(null);
    expect(lines).toEqual([expect.stringMatching(why)]);
  });
});
