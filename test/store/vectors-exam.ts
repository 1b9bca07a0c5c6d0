import type pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import type { Near } from "../../src/ports/vectors.ts";
import { nearestOf } from "../../src/runbooks/vectors-in-memory.ts";
import { vectorsIn } from "../../src/vectors.ts";

export const now = new Date("2026-05-01T00:00:00Z");

/** Numbers between -1 and 1, the same in every run. */
const numbers = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 1_073_741_824 - 1;
  };
};

export const vectorsOf = (count: number, dimensions: number, seed: number): { hash: string; vector: number[] }[] => {
  const next = numbers(seed);
  return Array.from({ length: count }, (_, at) => ({
    hash: `h${seed}-${at}`,
    vector: Array.from({ length: dimensions }, next),
  }));
};

const hashesOf = (rows: readonly { hash: string }[]): string[] => rows.map(({ hash }) => hash);

/** Compared one by one, here. */
const plainly = (rows: readonly { hash: string; vector: number[] }[], vector: readonly number[], limit: number) =>
  nearestOf(
    vector,
    rows.map((row) => [row.hash, row.vector] as const),
    limit,
  );

/** Single precision on one side, double on the other: the same order but where two are that close. */
const expectSame = (found: readonly Near[], wanted: readonly Near[]): void => {
  expect(hashesOf(found).sort()).toEqual(hashesOf(wanted).sort());
  for (const [at, { similarity }] of found.entries()) expect(similarity).toBeCloseTo(wanted[at]?.similarity ?? 2, 4);
};

/** What every place for vectors must do, whoever compares them. */
export const vectorsExam = (name: string, open: () => pg.Pool, by: "pgvector" | "process"): void => {
  describe(`vectors compared by ${name}`, () => {
    beforeEach(async () => {
      await open().query("truncate nightshift.embeddings");
    });
    const opened = () => vectorsIn(open(), now);

    test("are compared by it", async () => {
      expect((await opened()).by).toBe(by);
    });

    test("the nearest come first, with their cosine, as one by one", async () => {
      const rows = vectorsOf(300, 48, 1);
      const vectors = await opened();
      await vectors.keep("a:one", rows);

      for (const { vector } of vectorsOf(5, 48, 2))
        expectSame(await vectors.nearest("a:one", vector, hashesOf(rows), 20), plainly(rows, vector, 20));
    });

    test("only those of the shelf that was asked, however near the others are", async () => {
      const [ours, others] = [vectorsOf(20, 16, 3), vectorsOf(200, 16, 4)];
      const vectors = await opened();
      await vectors.keep("a:one", [...others, ...ours]);
      const question = others[0]?.vector ?? [];

      expectSame(await vectors.nearest("a:one", question, hashesOf(ours), 5), plainly(ours, question, 5));
      expect(await vectors.nearest("a:one", question, [], 5)).toEqual([]);
    });

    test("another model has vectors of its own", async () => {
      const vectors = await opened();
      await vectors.keep("a:one", [{ hash: "x", vector: [1, 0] }]);
      await vectors.keep("a:two", [{ hash: "x", vector: [0, 1] }]);

      expect(await vectors.known("a:three", 2, ["x"])).toEqual(new Set());
      expect((await vectors.nearest("a:two", [1, 0], ["x"], 1))[0]?.similarity).toBeCloseTo(0);
      expect(await vectors.nearest("a:three", [1, 0], ["x"], 1)).toEqual([]);
    });

    test("a model whose vectors change their length starts afresh", async () => {
      const vectors = await opened();
      await vectors.keep("a:one", [{ hash: "x", vector: [1, 0] }]);

      expect(await vectors.known("a:one", 3, ["x"])).toEqual(new Set());
      expect(await vectors.nearest("a:one", [1, 0, 0], ["x"], 1)).toEqual([]);
      await vectors.keep("a:one", [{ hash: "x", vector: [0, 1, 0] }]);
      expect((await vectors.nearest("a:one", [0, 1, 0], ["x"], 1))[0]?.similarity).toBeCloseTo(1);
    });

    test("outlive the process; a changed one takes the place of the old", async () => {
      await (await opened()).keep("a:one", [{ hash: "x", vector: [0, 1] }]);
      await (await opened()).keep("a:one", [{ hash: "x", vector: [1, 0] }]);

      const later = await opened();

      expect(await later.known("a:one", 2, ["x", "y"])).toEqual(new Set(["x"]));
      expect((await later.nearest("a:one", [1, 0], ["x"], 1))[0]?.similarity).toBeCloseTo(1);
    });

    test("what nobody asks for in a month goes", async () => {
      await (await opened()).keep("a:one", [{ hash: "x", vector: [0, 1] }]);
      await open().query("update nightshift.embeddings set used_at = $1", [new Date("2026-03-01T00:00:00Z")]);

      expect(await (await opened()).known("a:one", 2, ["x"])).toEqual(new Set());
    });

    test("a vector of zeros is near nothing, and hides nothing", async () => {
      const vectors = await opened();
      await vectors.keep("a:one", [
        { hash: "none", vector: [0, 0, 0] },
        { hash: "far", vector: [-1, 0, 0] },
        { hash: "near", vector: [1, 0, 0] },
      ]);

      const found = await vectors.nearest("a:one", [1, 0, 0], ["none", "far", "near"], 3);

      expect(found[0]).toMatchObject({ hash: "near" });
      expect(found.find(({ hash }) => hash === "none")?.similarity ?? 0).toBe(0);
    });

    test("vectors too long for an index are compared all the same", async () => {
      const rows = vectorsOf(12, 3_072, 5);
      const vectors = await opened();
      await vectors.known("a:one", 3_072, hashesOf(rows));
      await vectors.keep("a:one", rows);
      const question = rows[7]?.vector ?? [];

      expectSame(await vectors.nearest("a:one", question, hashesOf(rows), 4), plainly(rows, question, 4));
    });
  });
};
