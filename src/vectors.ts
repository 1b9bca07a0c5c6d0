import type { Pool } from "pg";
import type { Vectors } from "./ports/vectors.ts";
import { nearestOf } from "./runbooks/vectors-in-memory.ts";
import { keepEmbeddings, knownEmbeddings, readEmbeddings, removeUnusedEmbeddings } from "./store/embeddings.ts";
import { indexEmbeddings, nearestByPgvector, whyNoPgvector } from "./store/pgvector.ts";

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

const rowsOf = (pool: Pool): Pick<Vectors, "known" | "keep"> => ({
  known: (...asked) => knownEmbeddings(pool, ...asked),
  keep: (model, rows) => keepEmbeddings(pool, model, rows),
});

/** The index is asked for at each start: rows may be older than the extension. */
const comparedThere = (pool: Pool): Vectors => {
  const rows = rowsOf(pool);
  return {
    ...rows,
    known: async (model, dimensions, hashes) => {
      await indexEmbeddings(pool, dimensions);
      return rows.known(model, dimensions, hashes);
    },
    nearest: (...question) => nearestByPgvector(pool, ...question),
  };
};

/** Vectors in Postgres, and who compares them. */
export interface KeptVectors extends Vectors {
  by: "pgvector" | "process";
  /** Why not by pgvector; null: it is. */
  why: string | null;
}

/** Compared by the server's `vector` extension where it has one, in process where not. */
export const vectorsIn = async (pool: Pool, now: Date): Promise<KeptVectors> => {
  const why = await whyNoPgvector(pool);
  await removeUnusedEmbeddings(pool, new Date(now.getTime() - unusedDays * 86_400_000));
  return why === null
    ? { ...comparedThere(pool), by: "pgvector", why }
    : { ...rowsOf(pool), nearest: comparedHere(pool), by: "process", why };
};
