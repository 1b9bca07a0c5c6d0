import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { tiesOf } from "../../src/store/families.ts";
import { readIncident } from "../../src/store/incidents.ts";
import { migrate } from "../../src/store/migrate.ts";
import { migrationsFolder } from "../../src/store/migration-files.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";

const folderOf = (files: Record<string, string>): string => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-migrations-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql);
  return folder;
};

const first = { "000001_one.sql": "create table nightshift.one (id int);\n" };
const second = { "000002_two.sql": "create table nightshift.two (id int);\ninsert into nightshift.one values (1);\n" };

const emptyDatabase = async (): Promise<TestDatabase> => {
  const db = await freshDatabase();
  await db.pool.query("drop schema nightshift cascade");
  return db;
};

const tables = async (db: TestDatabase): Promise<string[]> => {
  const { rows } = await db.pool.query("select tablename from pg_tables where schemaname = 'nightshift' order by 1");
  return rows.map(({ tablename }) => tablename);
};

test("applies what is new, in order, and nothing twice", async () => {
  await using db = await emptyDatabase();
  expect(await migrate(db.pool, folderOf(first))).toEqual({ applied: ["000001_one.sql"], version: 1 });

  const folder = folderOf({ ...second, ...first });
  expect(await migrate(db.pool, folder)).toEqual({ applied: ["000002_two.sql"], version: 2 });
  expect(await migrate(db.pool, folder)).toEqual({ applied: [], version: 2 });
  expect(await tables(db)).toEqual(["migrations", "one", "two"]);
});

test("the migrations that ship make a database that needs no more", async () => {
  await using db = await emptyDatabase();
  const { applied } = await migrate(db.pool);
  expect(applied[0]).toBe("000001_checkpoints.sql");
  expect(await migrate(db.pool)).toMatchObject({ applied: [] });
});

/** What the oldest build knew of an incident. */
const keepOne = (db: TestDatabase) =>
  db.pool.query(
    `insert into nightshift.incidents (id, cluster, subject_key, subject, severity, status, graph_version, opened_at, deadline_at)
     values ('inc_old', 'test', 'test/shop/Deployment/api', $1, 'warning', 'awaiting-approval', 1, $2, $3)`,
    [
      JSON.stringify({ cluster: "test", namespace: "shop", kind: "Deployment", name: "api", guessed: false }),
      "2026-11-27T02:00:00Z",
      "2026-11-27T02:15:00Z",
    ],
  );

const shipped = readdirSync(migrationsFolder()).sort();

test.each(shipped.slice(1, -1))(
  "a database that an earlier build left at %s comes up with what it holds",
  async (last) => {
    await using db = await emptyDatabase();
    const names = shipped.slice(0, shipped.indexOf(last) + 1);
    const files = names.map((name) => [name, readFileSync(join(migrationsFolder(), name), "utf8")]);
    await migrate(db.pool, folderOf(Object.fromEntries(files)));
    await keepOne(db);

    const { applied } = await migrate(db.pool);

    expect(applied).toEqual(shipped.slice(names.length));
    const deadlineMs = 15 * 60_000;
    expect(await readIncident(db.pool, "inc_old")).toMatchObject({ status: "awaiting-approval", deadlineMs });
    expect(await tiesOf(db.pool, "inc_old")).toMatchObject({ held: false, closed: false, beginAnew: false });
  },
);

test("six processes that start at once apply each migration once, and all of them come up", async () => {
  await using db = await emptyDatabase();
  const script = join(import.meta.dirname, "migrate-process.ts");
  const run = () => promisify(execFile)(process.execPath, [script, db.url, folderOf({ ...first, ...second })]);

  const outputs = await Promise.all(Array.from({ length: 6 }, run));

  expect(outputs.flatMap(({ stdout }) => JSON.parse(stdout)).sort()).toEqual(["000001_one.sql", "000002_two.sql"]);
  expect((await db.pool.query("select count(*)::int as n from nightshift.one")).rows).toEqual([{ n: 1 }]);
});

test("without a lock six at once fail, so the test above has teeth", async () => {
  await using db = await emptyDatabase();
  await Promise.all(Array.from({ length: 6 }, () => db.pool.query("select pg_sleep(0.05)")));
  const setups = Array.from({ length: 6 }, () => new PostgresSaver(db.pool, undefined, { schema: "stock" }).setup());

  const failed = (await Promise.allSettled(setups)).filter(({ status }) => status === "rejected");
  expect(failed.length).toBeGreaterThan(0);
});

test("refuses a shipped migration that was changed, but not other line ends", async () => {
  await using db = await emptyDatabase();
  await migrate(db.pool, folderOf(first));
  const windows = { "000001_one.sql": first["000001_one.sql"].replaceAll("\n", "\r\n") };
  const changed = { "000001_one.sql": "create table nightshift.uno (id int);\n" };

  expect(await migrate(db.pool, folderOf(windows))).toMatchObject({ applied: [] });
  await expect(migrate(db.pool, folderOf({ ...changed, ...second }))).rejects.toThrow(
    "put the change into a new migration",
  );
  expect(await tables(db)).toEqual(["migrations", "one"]);
});

test("refuses a database that a newer build has migrated", async () => {
  await using db = await emptyDatabase();
  await migrate(db.pool, folderOf({ ...first, ...second }));

  await expect(migrate(db.pool, folderOf(first))).rejects.toThrow(
    "the database is ahead of this build: it holds migration 000002_two.sql, this build ends at 000001_one.sql",
  );
});

test("refuses a migration that was slipped in below the newest one", async () => {
  await using db = await emptyDatabase();
  await migrate(db.pool, folderOf({ "000003_three.sql": "select 1" }));

  await expect(migrate(db.pool, folderOf({ ...first, "000003_three.sql": "select 1" }))).rejects.toThrow(
    "000001_one.sql was added below 000003_three.sql",
  );
});

test("a migration that fails leaves nothing of itself behind", async () => {
  await using db = await emptyDatabase();
  const broken = { "000002_two.sql": "create table nightshift.two (id int); select nonsense" };

  await expect(migrate(db.pool, folderOf({ ...first, ...broken }))).rejects.toThrow(
    'migration 000002_two.sql failed and was rolled back: column "nonsense" does not exist',
  );
  expect(await tables(db)).toEqual(["migrations", "one"]);
  expect(await migrate(db.pool, folderOf({ ...first, ...second }))).toMatchObject({ applied: ["000002_two.sql"] });
});

test("refuses two migrations with one number, and names it does not know", async () => {
  await using db = await emptyDatabase();
  const twins = folderOf({ ...first, "000001_uno.sql": "select 1" });

  await expect(migrate(db.pool, twins)).rejects.toThrow("000001_one.sql and 000001_uno.sql have the same number");
  await expect(migrate(db.pool, folderOf({ "1.sql": "" }))).rejects.toThrow("must be named like");
});

/** One that gives up on a statement sooner than a lock or a migration may take. */
const hasty = (url: string): pg.Pool => {
  const pool = new pg.Pool({ connectionString: url, query_timeout: 300 });
  onTestFinished(() => pool.end());
  return pool;
};

const quick = { allMs: 20_000, tableMs: 50, pauseMs: 20 };

test("neither another's lock nor a migration is cut by the pool's own deadline", async () => {
  await using db = await emptyDatabase();
  const held = db.pool.query("begin; select pg_advisory_xact_lock(1852404837); select pg_sleep(0.7); commit");
  await expect
    .poll(async () => (await db.pool.query("select 1 from pg_locks where locktype = 'advisory'")).rowCount)
    .toBe(1);
  const slow = { "000002_two.sql": "select pg_sleep(0.7)" };

  expect(await migrate(hasty(db.url), folderOf({ ...first, ...slow }), quick)).toMatchObject({ version: 2 });
  await held;
});

test("a table that somebody reads is waited for in short turns, and others read it meanwhile", async () => {
  await using db = await emptyDatabase();
  await migrate(db.pool, folderOf(first));
  const reader = await db.pool.connect();
  await reader.query("begin; select * from nightshift.one");
  const folder = folderOf({ ...first, "000002_two.sql": "alter table nightshift.one add column more int" });
  const inVain = await migrate(db.pool, folder, { ...quick, allMs: 300 }).catch((error: Error) => error.message);
  expect(inVain).toBe("migration 000002_two.sql failed and was rolled back: canceling statement due to lock timeout");

  let ended = false;
  const migrated = migrate(db.pool, folder, quick).finally(() => {
    ended = true;
  });
  for (let turn = 0; turn < 20; turn++) await hastyRead(db);
  expect(ended).toBe(false);
  await reader.query("commit");
  reader.release();

  expect(await migrated).toEqual({ applied: ["000002_two.sql"], version: 2 });
});

const hastyRead = (db: TestDatabase) =>
  db.pool.query("set statement_timeout = '5s'; select * from nightshift.one; reset statement_timeout");
