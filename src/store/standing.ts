import type { Pool } from "pg";
import { migrationsFolder, readMigrations } from "./migration-files.ts";

/** Where a database stands against this build's migrations. */
export type Standing = "current" | "behind" | "ahead";

/** Looks only: an empty database is behind, and stays empty. */
export const standing = async (pool: Pool, folder = migrationsFolder()): Promise<Standing> => {
  const newest = (await readMigrations(folder)).at(-1)?.version ?? 0;
  const { rows: there } = await pool.query("select 1 where to_regclass('nightshift.migrations') is not null");
  if (there.length === 0) return "behind";
  const { rows } = await pool.query<{ version: number | null }>(
    "select max(version) as version from nightshift.migrations",
  );
  const version = rows[0]?.version ?? 0;
  if (version === newest) return "current";
  return version < newest ? "behind" : "ahead";
};
