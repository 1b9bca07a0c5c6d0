import type { Runner } from "./transaction.ts";

export interface EmbeddingRow {
  hash: string;
  vector: readonly number[];
}

/** Those of the hashes that are there; they count as used. */
export const knownEmbeddings = async (
  db: Runner,
  model: string,
  dimensions: number,
  hashes: readonly string[],
): Promise<Set<string>> => {
  const { rows } = await db.query<{ hash: string }>(
    `update nightshift.embeddings set used_at = now() where model = $1 and dimensions = $2 and content_hash = any($3)
     returning content_hash as hash`,
    [model, dimensions, hashes],
  );
  return new Set(rows.map(({ hash }) => hash));
};

export const keepEmbeddings = async (db: Runner, model: string, kept: readonly EmbeddingRow[]): Promise<void> => {
  await db.query(
    `insert into nightshift.embeddings (model, content_hash, dimensions, vector)
     select $1, r.hash, array_length(r.vector, 1), r.vector
     from json_to_recordset($2) as r(hash text, vector real[])
     on conflict (model, dimensions, content_hash) do update set vector = excluded.vector, used_at = now()`,
    [model, JSON.stringify(kept.map(({ hash, vector }) => ({ hash, vector })))],
  );
};

/** All of one model and length that are among the hashes. */
export const readEmbeddings = async (
  db: Runner,
  model: string,
  dimensions: number,
  hashes: readonly string[],
): Promise<EmbeddingRow[]> => {
  const { rows } = await db.query<EmbeddingRow>(
    `select content_hash as hash, vector from nightshift.embeddings
     where model = $1 and dimensions = $2 and content_hash = any($3)`,
    [model, dimensions, hashes],
  );
  return rows;
};

export const removeUnusedEmbeddings = async (db: Runner, before: Date): Promise<number> =>
  (await db.query("delete from nightshift.embeddings where used_at < $1", [before])).rowCount ?? 0;
