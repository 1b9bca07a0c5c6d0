import { setTimeout as pause } from "node:timers/promises";
import type { Pool, PoolClient, QueryConfig } from "pg";
import { type Migration, migrationsFolder, readMigrations } from "./migration-files.ts";
import { codeOf, inTransaction } from "./transaction.ts";

export interface Migrated {
  /** File names run by this call, in order. */
  applied: string[];
  /** Where the database stands now. */
  version: number;
}

/** One number for all processes that migrate this database; spells "nite". */
const lock = 0x6e697465;

interface Patience {
  /** How long to wait for others who migrate, and for the tables, in all. */
  allMs: number;
  /** How long to stand in the queue of one table: whoever comes after us to that table waits as well. */
  tableMs: number;
  /** How long to leave the tables to the others before the next try. */
  pauseMs: number;
}

const patient: Patience = { allMs: 120_000, tableMs: 1_000, pauseMs: 1_000 };

/** Brings the database to the newest migration. Any number of processes may call this at once. */
export const migrate = async (pool: Pool, folder = migrationsFolder(), patience = patient): Promise<Migrated> => {
  const shipped = await readMigrations(folder);
  const applied: string[] = [];
  await exclusively(pool, patience, async (client) => refuseForeign(shipped, await prepare(client)));
  for (const migration of shipped) {
    const isNew = await exclusively(pool, patience, (client) => applyOnce(client, migration, shipped));
    if (isNew) applied.push(migration.name);
  }
  return { applied, version: shipped.at(-1)?.version ?? 0 };
};

/** Longer than any migration takes; only for a server that no longer answers. The pool's own would end a long one. */
const longest = 6 * 60 * 60_000;

const long = (text: string, values?: unknown[]): QueryConfig & { query_timeout: number } => ({
  text,
  ...(values ? { values } : {}),
  query_timeout: longest,
});

/** The lock lives and dies with the transaction, so nobody is left behind it, and poolers between us do no harm. */
const exclusively = async <T>(
  pool: Pool,
  { allMs, tableMs, pauseMs }: Patience,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> => {
  const deadline = Date.now() + allMs;
  for (;;) {
    try {
      return await inTransaction(pool, async (client) => {
        const left = Math.max(1, deadline - Date.now());
        await client.query(`set local lock_timeout = ${left}; set local statement_timeout = 0`);
        await client.query(long("select pg_advisory_xact_lock($1)", [lock]));
        await client.query(`set local lock_timeout = ${tableMs}`);
        return work(client);
      });
    } catch (error) {
      if (!isLocked(error) || Date.now() + pauseMs >= deadline) throw error;
      await pause(pauseMs);
    }
  }
};

const isLocked = (error: unknown): boolean =>
  codeOf(error) === "55P03" || (error instanceof Error && isLocked(error.cause));

interface Recorded {
  version: number;
  name: string;
  sha256: string;
}

const prepare = async (client: PoolClient): Promise<Recorded[]> => {
  await client.query("create schema if not exists nightshift");
  await client.query(`create table if not exists nightshift.migrations (
    version integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
  )`);
  return recorded(client);
};

const recorded = async (client: PoolClient): Promise<Recorded[]> =>
  (await client.query<Recorded>("select version, name, sha256 from nightshift.migrations order by version")).rows;

const applyOnce = async (client: PoolClient, migration: Migration, shipped: Migration[]): Promise<boolean> => {
  const done = await recorded(client);
  refuseForeign(shipped, done);
  if (done.some(({ version }) => version === migration.version)) return false;
  refuseGap(migration, done);
  const row = [migration.version, migration.name, migration.sha256];
  await client.query("insert into nightshift.migrations (version, name, sha256) values ($1, $2, $3)", row);
  await client.query(long(migration.sql)).catch((cause: Error) => {
    throw new Error(`migration ${migration.name} failed and was rolled back: ${cause.message}`, { cause });
  });
  return true;
};

const refuseForeign = (shipped: Migration[], done: Recorded[]): void => {
  for (const row of done) {
    const file = shipped.find(({ version }) => version === row.version);
    if (!file) {
      throw new Error(
        `the database is ahead of this build: it holds migration ${row.name}, this build ends at ` +
          `${shipped.at(-1)?.name ?? "nothing"}. Start the newer build, or restore the backup made before the upgrade.`,
      );
    }
    if (file.sha256 !== row.sha256) {
      throw new Error(
        `migration ${file.name} is not the one this database was made with (as ${row.name}). ` +
          "Restore the file as it was released and put the change into a new migration.",
      );
    }
  }
};

const refuseGap = (migration: Migration, done: Recorded[]): void => {
  const newest = done.at(-1);
  if (!newest || newest.version < migration.version) return;
  throw new Error(
    `migration ${migration.name} was added below ${newest.name}, which this database already has. ` +
      "Give it a number above the newest one.",
  );
};
