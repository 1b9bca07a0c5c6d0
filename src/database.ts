import { join } from "node:path";
import type { Pool } from "pg";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import { startEmbeddedPostgres } from "./store/embedded-postgres.ts";
import { migrate } from "./store/migrate.ts";
import { openPool } from "./store/pool.ts";

export interface Database {
  url: string;
  pool: Pool;
  close(): Promise<void>;
}

const server = async (config: Config, log: Log): Promise<{ url: string; stop(): Promise<void> }> => {
  if (config.DATABASE_URL !== undefined) return { url: config.DATABASE_URL, stop: async () => undefined };
  const dataDir = join(config.dataDir, "postgres");
  log("starting the embedded Postgres", { dataDir });
  // What it says matters when it does not start, and then the error carries it.
  const heard = config.LOG_LEVEL === "debug" ? (line: string) => log("postgres", { line }) : () => undefined;
  return startEmbeddedPostgres({ dataDir, log: heard });
};

/** The database, migrated. The embedded one is stopped last, after everything that writes to it. */
export const openDatabase = async (config: Config, log: Log): Promise<Database> => {
  const { url, stop } = await server(config, log);
  const pool = openPool({
    url,
    onError: (error) => log("a database connection was lost", { error: error.message }, "error"),
  });
  try {
    await migrate(pool);
  } catch (error) {
    await pool.end();
    await stop();
    throw error;
  }
  return {
    url,
    pool,
    close: async () => {
      await pool.end();
      await stop();
    },
  };
};
