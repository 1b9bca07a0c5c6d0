import { createHash } from "node:crypto";
import pg from "pg";
import { PgBoss } from "pg-boss";
import { migrate } from "../../src/store/migrate.ts";
import { migrationsFolder, readMigrations } from "../../src/store/migration-files.ts";
import { openPool } from "../../src/store/pool.ts";

const lock = 0x74657374;

/** Makes the database that tests are cloned from, once per state of the migrations folder, and says its name. */
export const ensureTemplate = async (serverUrl: string): Promise<string> => {
  const name = `nightshift_template_${await fingerprint()}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [lock]);
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (!rowCount) await build(client, serverUrl, name);
  } finally {
    await client.end();
  }
  return name;
};

const fingerprint = async (): Promise<string> => {
  const shipped = await readMigrations(migrationsFolder());
  return createHash("sha256").update(JSON.stringify(shipped)).digest("hex").slice(0, 16);
};

const build = async (client: pg.Client, serverUrl: string, name: string): Promise<void> => {
  // Takes its name only when whole, so a killed run leaves no half template to clone from.
  const half = `${name}_half`;
  await client.query(`drop database if exists ${half} with (force)`);
  await client.query(`create database ${half}`);
  const url = withDatabase(serverUrl, half);
  const pool = openPool({ url, onError: () => undefined, max: 1 });
  await migrate(pool).finally(() => pool.end());
  await createQueueSchema(url);
  await client.query(`alter database ${half} rename to ${name}`);
};

const createQueueSchema = async (connectionString: string): Promise<void> => {
  const boss = new PgBoss({ connectionString, schema: "pgboss", supervise: false, schedule: false });
  boss.on("error", () => undefined);
  await boss.start();
  await boss.stop({ graceful: false });
};

export const withDatabase = (url: string, name: string): string => {
  const result = new URL(url);
  result.pathname = `/${name}`;
  return result.href;
};
