import type { Pool } from "pg";
import { inTransaction, type Runner } from "./transaction.ts";

export interface Near {
  hash: string;
  similarity: number;
}

// One HNSW index per length of vector; pgvector indexes no more than this many dimensions of type `vector`. Above it,
// the server compares them one by one.
const mostDimensions = 2_000;
// Before it an index scan stops at its first candidates, whoever's they are: those of another shelf would hide ours.
const oldest = [0, 8] as const;
const mostCandidates = 1_000;
const fewestCandidates = 40;
/** One number for all processes that make an index here; spells "vect". */
const lock = 0x76656374;

interface Extension {
  installed: string | null;
}

const extensionIn = async (db: Runner): Promise<Extension | null> => {
  const { rows } = await db.query<Extension>(
    "select installed_version as installed from pg_available_extensions where name = 'vector'",
  );
  return rows[0] ?? null;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Somebody else may have been quicker: then it failed here and is there all the same. */
const install = async (db: Runner): Promise<Extension | string> => {
  const failed = await db.query("create extension if not exists vector").then(
    () => null,
    (error: unknown) => messageOf(error),
  );
  const found = await extensionIn(db);
  return found?.installed ? found : `\`create extension vector\` is for an administrator to run here: ${failed}`;
};

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
};

/** Why this server does not compare vectors itself; null: it does. Makes the extension where it may; never an error. */
export const whyNoPgvector = async (db: Runner): Promise<string | null> => {
  const available = await extensionIn(db);
  if (available === null) return "this server does not have the extension `vector`";
  const found = available.installed === null ? await install(db) : available;
  if (typeof found === "string") return found;
  if (isOld(found.installed ?? "")) return `its pgvector is ${found.installed}, older than ${oldest.join(".")}`;
  return db.query("select '[1]'::vector <=> '[1]'::vector").then(
    () => null,
    (error: unknown) => `its extension \`vector\` is not on the search_path of this user: ${messageOf(error)}`,
  );
};

const sizeOf = (dimensions: number): number => Math.trunc(dimensions);

/** `real[]` casts to `vector`, so the index is one over an expression and the table stays the same everywhere. */
export const indexEmbeddings = async (pool: Pool, dimensions: number): Promise<void> => {
  const size = sizeOf(dimensions);
  if (!(size > 0 && size <= mostDimensions)) return;
  await inTransaction(pool, async (tx) => {
    // Two that make the same index at once: one of them would fail.
    await tx.query("select pg_advisory_xact_lock($1)", [lock]);
    await tx.query(
      `create index if not exists embeddings_near_${size} on nightshift.embeddings
       using hnsw ((vector::vector(${size})) vector_cosine_ops) where dimensions = ${size}`,
    );
  });
};

/** The statement that finds the nearest: model, vector, hashes, limit. Whether the index is worth it is the planner's to say. */
export const nearestSql = (size: number): string =>
  `select content_hash as hash, coalesce(nullif(1 - (vector::vector(${size}) <=> $2::vector(${size})), 'NaN'), 0)::float8 as similarity
   from nightshift.embeddings where dimensions = ${size} and model = $1 and content_hash = any($3)
   order by vector::vector(${size}) <=> $2::vector(${size}) limit $4`;

/** The nearest among the caller's hashes. The scan goes on behind vectors of other shelves and models until it has enough. */
export const nearestByPgvector = (
  pool: Pool,
  model: string,
  vector: readonly number[],
  hashes: readonly string[],
  limit: number,
): Promise<Near[]> =>
  inTransaction(pool, async (tx) => {
    const candidates = Math.min(mostCandidates, Math.max(fewestCandidates, limit));
    await tx.query(
      "select set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', $1, true)",
      [String(candidates)],
    );
    const asked = [model, `[${vector.join(",")}]`, hashes, limit];
    return (await tx.query<Near>(nearestSql(sizeOf(vector.length)), asked)).rows;
  });
