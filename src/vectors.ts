import type { Pool } from "pg";
import type { Vectors } from "./ports/vectors.ts";
import { nearestOf } from "./runbooks/vectors-in-memory.ts";
import { keepEmbeddings, knownEmbeddings, readEmbeddings, removeUnusedEmbeddings } from "./store/embeddings.ts";
import { hasPgvector, indexEmbeddings, nearestByPgvector } from "./store/pgvector.ts";

const unusedDays = 30;

/** Read once, compared here: a few thousand vectors take some twenty milliseconds. */
const comparedHere = (pool: Pool): Vectors["nearest"] => {
  const kept = new Map<string, readonly number[]>();
  return async (model, vector, hashes, limit) => {
    const key = (hash: string): string => `${model}\n${vector.length}\n${hash}`;
    const absent = hashes.filter((hash) => !kept.has(key(hash)));
    if (absent.length > 0)
      for (const row of await readEmbeddings(pool, model, vector.length, absent)) kept.set(key(row.hash), row.vector);
    const those = hashes.flatMap((hash) => {
      const one = kept.get(key(hash));
      return one === undefined ? [] : [[hash, one] as const];
    });
    return nearestOf(vector, those, limit);
  };
};

/** Vectors in Postgres: compared by its `vector` extension where it has one, in process where not. */
export const vectorsIn = async (pool: Pool, now: Date): Promise<Vectors & { by: "pgvector" | "process" }> => {
  const able = await hasPgvector(pool);
  await removeUnusedEmbeddings(pool, new Date(now.getTime() - unusedDays * 86_400_000));
  return {
    by: able ? "pgvector" : "process",
    known: (model, hashes) => knownEmbeddings(pool, model, hashes),
    keep: async (model, rows) => {
      await keepEmbeddings(pool, model, rows);
      const dimensions = rows[0]?.vector.length;
      if (able && dimensions !== undefined) await indexEmbeddings(pool, dimensions);
    },
    nearest: able ? (...question) => nearestByPgvector(pool, ...question) : comparedHere(pool),
  };
};
