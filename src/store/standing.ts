import type { Pool } from "pg";
import { migrationsFolder, readMigrations } from "./migration-files.ts";

/** Where a database stands against this build's migrations. */
export type Standing = "current" | "behind" | "ahead";

/** What this build brings a database to. */
export const newestMigration = async (folder = migrationsFolder()): Promise<number> =>
  (await readMigrations(folder)).at(-1)?.version ?? 0;

/** Names of the migrations that a database has beyond this one, oldest first. */
export const migrationsAfter = async (pool: Pool, version: number): Promise<string[]> => {
  const { rows } = await pool.query<{ name: string }>(
    "select name from nightshift.migrations where version > $1 order by version",
    [version],
  );
  return rows.map(({ name }) => name);
};

/** Looks only: an empty database is behind, and stays empty. */
export const standing = async (pool: Pool, folder = migrationsFolder()): Promise<Standing> => {
  const newest = await newestMigration(folder);
  const { rows: there } = await pool.query("select 1 where to_regclass('nightshift.migrations') is not null");
  if (there.length === 0) return "behind";
  const { rows } = await pool.query<{ version: number | null }>(
    "select max(version) as version from nightshift.migrations",
  );
  const version = rows[0]?.version ?? 0;
  if (version === newest) return "current";
  return version < newest ? "behind" : "ahead";
};
