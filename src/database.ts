import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Pool } from "pg";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import { startEmbeddedPostgres } from "./store/embedded-postgres.ts";
import { migrate } from "./store/migrate.ts";
import { openPool, type PoolOptions } from "./store/pool.ts";
import { migrationsAfter, newestMigration, type Standing, standing } from "./store/standing.ts";

export interface Database {
  url: string;
  pool: Pool;
  /** Connections of its own for what comes in: walks that take all others keep no alert and no decision waiting. */
  intake: Pool;
  /** Migrations of a newer build, run since this one opened the database. */
  newer(): Promise<string[]>;
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

const hints: Record<Exclude<Standing, "current">, string> = {
  behind: "the database is not migrated to this version: run `nightshift migrate`, or `nightshift serve`",
  ahead: "the database is ahead of this version: use the nightshift that serves it",
};

const refuseUnlessCurrent = async (pool: Pool): Promise<void> => {
  const found = await standing(pool);
  if (found !== "current") throw new Error(hints[found]);
};

/** A pooler in between may drop what a connection asks for when it begins. */
export const refuseWritable = async (pool: Pool): Promise<void> => {
  const { rows } = await pool.query<{ only: string }>("select current_setting('transaction_read_only') as only");
  if (rows[0]?.only !== "on")
    throw new Error(
      "the connection is not read-only: name the Postgres itself in DATABASE_URL, not a pooler before it",
    );
};

/** Who only looks must not make an embedded database either. */
const refuseAbsent = ({ DATABASE_URL, dataDir }: Config): void => {
  if (DATABASE_URL === undefined && !existsSync(join(dataDir, "postgres", "data", "PG_VERSION")))
    throw new Error(`there is no database in ${dataDir} yet, and DATABASE_URL is not set: ${hints.behind}`);
};

/** By their classes: 08 connection, 28 who asks, 3D which database, 57P03 still starting. */
const unusable = /^(08|28|3D)|^57P03$/;

/** What Postgres or the network says of an address, with the variable that holds it. Never the address itself: a password is in it. */
const named = (error: unknown): unknown => {
  const [one] = error instanceof AggregateError ? error.errors : [error];
  const { code, syscall } = (one ?? {}) as { code?: string; syscall?: string };
  if (!(one instanceof Error) || (syscall === undefined && !unusable.test(code ?? ""))) return error;
  return new Error(`the database cannot be reached: ${one.message}; check DATABASE_URL`, { cause: error });
};

/** Two lanes of deliveries, and people who decide meanwhile. */
const intakeConnections = 4;

/** A pool of its own for what comes in. */
export const openIntake = (options: Pick<PoolOptions, "url" | "readOnly" | "onError">): Pool =>
  openPool({ ...options, max: intakeConnections, applicationName: "nightshift intake", brisk: true });

interface OpenOptions {
  /** False for who only looks: the schema is left as it is, and one of another version is refused. */
  migrate?: boolean;
  /** Every connection is read-only at the server, too; with `migrate: false`. */
  readOnly?: boolean;
}

/** The database at this version. The embedded one is stopped last, after everything that writes to it. */
export const openDatabase = async (config: Config, log: Log, options: OpenOptions = {}): Promise<Database> => {
  const looksOnly = options.migrate === false;
  const { readOnly = false } = options;
  if (looksOnly) refuseAbsent(config);
  // Read now: an upgrade may put other files there while this process runs.
  const own = await newestMigration();
  const { url, stop } = await server(config, log);
  // `pool.end` does not wait for its sockets: what the embedded server says to them as it stops is our own doing.
  let closing = false;
  const onError = (error: Error): void => {
    if (!closing) log("a database connection was lost", { error: error.message }, "error");
  };
  const pool = openPool({ url, readOnly, onError });
  const intake = openIntake({ url, readOnly, onError });
  try {
    if (readOnly) await refuseWritable(pool);
    await (looksOnly ? refuseUnlessCurrent(pool) : migrate(pool));
  } catch (error) {
    await pool.end();
    await stop();
    throw config.DATABASE_URL === undefined ? error : named(error);
  }
  return {
    url,
    pool,
    intake,
    newer: () => migrationsAfter(pool, own),
    close: async () => {
      closing = true;
      await Promise.all([pool.end(), intake.end()]);
      await stop();
    },
  };
};
