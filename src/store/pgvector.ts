import type { Runner } from "./transaction.ts";

export interface Near {
  hash: string;
  similarity: number;
}

// One HNSW index per length of vector; pgvector indexes no more than this many dimensions of type `vector`.
const mostDimensions = 2_000;

/** Whether this server can compare vectors itself. Makes the extension where it may; never an error. */
export const hasPgvector = async (db: Runner): Promise<boolean> => {
  const installed = async (): Promise<boolean> =>
    (await db.query("select 1 from pg_extension where extname = 'vector'")).rows.length > 0;
  const { rows } = await db.query("select 1 from pg_available_extensions where name = 'vector'");
  if (rows.length === 0) return false;
  if (await installed()) return true;
  try {
    await db.query("create extension if not exists vector");
  } catch {
    // Not ours to install here; somebody else may have been quicker.
  }
  return installed();
};

/** `real[]` casts to `vector`, so the index is one over an expression and the table stays the same everywhere. */
export const indexEmbeddings = async (db: Runner, dimensions: number): Promise<void> => {
  const size = Math.trunc(dimensions);
  if (!(size > 0 && size <= mostDimensions)) return;
  await db.query(
    `create index if not exists embeddings_near_${size} on nightshift.embeddings
     using hnsw ((vector::vector(${size})) vector_cosine_ops) where dimensions = ${size}`,
  );
};

/** Whatever is near, of whichever page; the caller's hashes are the shelf. */
export const nearestByPgvector = async (
  db: Runner,
  model: string,
  vector: readonly number[],
  hashes: readonly string[],
  limit: number,
): Promise<Near[]> => {
  const size = vector.length;
  const { rows } = await db.query<Near>(
    `select content_hash as hash, (1 - (vector::vector(${size}) <=> $1::vector(${size})))::float8 as similarity
     from nightshift.embeddings where dimensions = ${size} and model = $2 and content_hash = any($3)
     order by vector::vector(${size}) <=> $1::vector(${size}) limit $4`,
    [`[${vector.join(",")}]`, model, hashes, limit],
  );
  return rows;
};
