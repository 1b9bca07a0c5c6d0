import type pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { nearestOf } from "../../src/runbooks/vectors-in-memory.ts";
import { nearestSql } from "../../src/store/pgvector.ts";
import { vectorsIn } from "../../src/vectors.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { openVectorDatabase, type VectorDatabase } from "../support/pglite.ts";
import { now, vectorsExam, vectorsOf } from "./vectors-exam.ts";

let plain: TestDatabase;
let able: VectorDatabase;
beforeAll(async () => {
  plain = await freshDatabase();
  able = await openVectorDatabase();
});
afterAll(async () => {
  await able?.close();
  await plain?.[Symbol.asyncDispose]();
});

// A server of your own (DATABASE_URL_TEST) may have the extension: then both sit the exam with it.
const { keeps } = inject("database");
vectorsExam("this process", () => plain.pool, keeps ? "pgvector" : "process");
vectorsExam("pgvector", () => able.pool, "pgvector");

const size = 8;
const indexes = async (pool: pg.Pool): Promise<string[]> =>
  (
    await pool.query<{ name: string }>(
      "select indexname as name from pg_indexes where indexname like 'embeddings_near_%'",
    )
  ).rows.map(({ name }) => name);

const explained = async (pool: pg.Pool, hashes: readonly string[], vector: readonly number[]): Promise<string> => {
  const asked = ["a:many", `[${vector.join(",")}]`, hashes, 5];
  const { rows } = await pool.query(`explain ${nearestSql(vector.length)}`, asked);
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
};

describe("the index of pgvector", () => {
  const ours = vectorsOf(1_200, size, 11);
  const hashes = ours.map(({ hash }) => hash);
  const questions = vectorsOf(20, size, 12).map(({ vector }) => vector);

  beforeAll(async () => {
    const vectors = await vectorsIn(able.pool, now);
    await vectors.known("a:many", size, hashes);
    await vectors.keep("a:many", ours);
    await vectors.keep("a:other", vectorsOf(200, size, 13));
    await able.pool.query("analyze nightshift.embeddings");
  });

  test("is used where a shelf is large, and left alone where it is small", async () => {
    expect(await explained(able.pool, hashes, questions[0] ?? [])).toContain(`embeddings_near_${size}`);
    expect(await explained(able.pool, hashes.slice(0, 5), questions[0] ?? [])).not.toContain("embeddings_near_");
  });

  test("finds what one by one finds, nearly always, and in order", async () => {
    const vectors = await vectorsIn(able.pool, now);
    let same = 0;
    for (const question of questions) {
      const found = await vectors.nearest("a:many", question, hashes, 20);
      const wanted = nearestOf(
        question,
        ours.map(({ hash, vector }) => [hash, vector] as const),
        20,
      );
      const similarities = found.map(({ similarity }) => similarity);
      expect(similarities).toEqual(similarities.toSorted((left, right) => right - left));
      same += found.filter(({ hash }) => wanted.some((one) => one.hash === hash)).length;
    }
    expect(same / (20 * questions.length)).toBeGreaterThan(0.95);
  });

  test("is made again for rows that are older than it", async () => {
    await able.pool.query(`drop index nightshift.embeddings_near_${size}`);
    await (await vectorsIn(able.pool, now)).known("a:many", size, hashes);

    expect(await indexes(able.pool)).toContain(`embeddings_near_${size}`);
  });

  test("does not hide a small shelf behind a large one, though it is walked", async () => {
    const vectors = await vectorsIn(able.pool, now);
    const small = vectorsOf(3, size, 14);
    await vectors.keep("a:many", small);
    await able.pool.query("set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off");
    const few = small.map(({ hash }) => hash);

    const plan = await explained(able.pool, few, ours[0]?.vector ?? []);
    const found = await vectors.nearest("a:many", ours[0]?.vector ?? [], few, 3);
    await able.pool.query("reset enable_seqscan; reset enable_bitmapscan; reset enable_sort");

    expect(plan).toContain("embeddings_near_");
    expect(found.map(({ hash }) => hash).sort()).toEqual(few.sort());
  });
});

describe("without pgvector", () => {
  test.skipIf(keeps)("a server that does not have it compares nothing, and says so", async () => {
    expect(await vectorsIn(plain.pool, now)).toMatchObject({
      by: "process",
      why: expect.stringContaining("does not have"),
    });
  });

  test("who may not make the extension does without, and is told who may", async () => {
    await able.pool.query("drop extension vector cascade; create role plain");
    await able.pool.query("grant usage on schema nightshift to plain; grant all on nightshift.embeddings to plain");
    await able.pool.query("set role plain");

    const vectors = await vectorsIn(able.pool, now);
    await vectors.keep("a:plain", [{ hash: "x", vector: [0, 1] }]);
    const found = await vectors.nearest("a:plain", [0, 1], ["x"], 1);
    await able.pool.query("reset role");

    expect(vectors).toMatchObject({ by: "process", why: expect.stringContaining("administrator") });
    expect(found[0]?.similarity).toBeCloseTo(1);
  });

  test("an extension that this user does not see is as good as none", async () => {
    await able.pool.query("create schema apart; create extension vector schema apart");
    const hidden = await vectorsIn(able.pool, now);
    await able.pool.query("drop extension vector cascade");

    expect(hidden).toMatchObject({ by: "process", why: expect.stringContaining("search_path") });
  });
});
