import type { Pool, PoolClient } from "pg";
import { type Migration, migrationsFolder, readMigrations } from "./migration-files.ts";
import { inTransaction } from "./transaction.ts";

export interface Migrated {
  /** File names run by this call, in order. */
  applied: string[];
  /** Where the database stands now. */
  version: number;
}

/** One number for all processes that migrate this database; spells "nite". */
const lock = 0x6e697465;
const lockWait = "120s";

/** Brings the database to the newest migration. Any number of processes may call this at once. */
export const migrate = async (pool: Pool, folder = migrationsFolder()): Promise<Migrated> => {
  const shipped = await readMigrations(folder);
  const applied: string[] = [];
  await exclusively(pool, async (client) => refuseForeign(shipped, await prepare(client)));
  for (const migration of shipped) {
    if (await exclusively(pool, (client) => applyOnce(client, migration, shipped))) applied.push(migration.name);
  }
  return { applied, version: shipped.at(-1)?.version ?? 0 };
};

/** The lock lives and dies with the transaction, so nobody is left behind it, and poolers between us do no harm. */
const exclusively = <T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> =>
  inTransaction(pool, async (client) => {
    await client.query(`set local lock_timeout = '${lockWait}'; set local statement_timeout = 0`);
    await client.query("select pg_advisory_xact_lock($1)", [lock]);
    return work(client);
  });

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
  await client.query(migration.sql).catch((cause: Error) => {
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
