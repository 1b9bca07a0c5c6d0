import pg from "pg";
import { expect, test } from "vitest";
import { openPool } from "../../src/store/pool.ts";
import { inFreshTransaction, inOneGo, inTransaction, prepared } from "../../src/store/transaction.ts";
import { freshDatabase } from "../support/database.ts";

test("a database that drops its connections is reported, and the pool goes on with new ones", async () => {
  await using db = await freshDatabase();
  const heard: Error[] = [];
  const broken = Promise.withResolvers<void>();
  const onError = (error: Error) => {
    heard.push(error);
    broken.resolve();
  };
  const pool = openPool({ url: db.url, onError, applicationName: "doomed", max: 1 });
  await pool.query("select 1");

  await db.pool.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'doomed'");
  await broken.promise;

  expect(heard[0]?.message).toContain("terminating connection");
  expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

test("a statement has a deadline", async () => {
  await using db = await freshDatabase();
  const ours = await db.pool.query("show statement_timeout");
  const plain = new pg.Client({ connectionString: db.url });
  await plain.connect();
  const theirs = await plain.query("show statement_timeout");
  await plain.end();

  expect([ours.rows[0], theirs.rows[0]]).toEqual([{ statement_timeout: "30s" }, { statement_timeout: "0" }]);
});

test("what a frozen process holds by a brisk connection is let go before others give up waiting for it", async () => {
  await using db = await freshDatabase();
  const pool = openPool({ url: db.url, onError: () => undefined, max: 1, brisk: true });
  const name = "idle_in_transaction_session_timeout";
  const both = await Promise.all([pool, db.pool].map((one) => one.query(`show ${name}`)));
  await pool.end();

  expect(both.map(({ rows }) => rows[0])).toEqual([{ [name]: "10s" }, { [name]: "1min" }]);
});

test("a connection that breaks in the middle of a transaction fails that transaction and nothing else", async () => {
  await using db = await freshDatabase();
  const broken = inTransaction(db.pool, async (tx) => {
    const { rows } = await tx.query<{ pid: number }>("select pg_backend_pid() as pid");
    const ended = new Promise((end) => tx.once("end", end));
    await db.pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    await ended;
    await tx.query("select 1");
  });

  await expect(broken).rejects.toThrow();
  expect((await db.pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test("of statements sent in one go none comes after the rollback, whichever fails", async () => {
  await using db = await freshDatabase();
  const pool = openPool({ url: db.url, onError: () => undefined, max: 1, brisk: true });
  await pool.query("create table kept (what text)");
  const inTwo = async (tx: pg.PoolClient, what: string) => {
    const { rows } = await tx.query<{ word: string }>("select $1::text as word", [what]);
    await tx.query("insert into kept values ($1)", [rows[0]?.word]);
  };

  const failing = inTransaction(pool, (tx) =>
    inOneGo(
      tx,
      () => tx.query("insert into kept values ('before')"),
      () => tx.query("insert into nowhere values (1)"),
      () => inTwo(tx, "after"),
    ),
  );
  await expect(failing).rejects.toThrow('relation "nowhere" does not exist');
  expect((await pool.query("select * from kept")).rows).toEqual([]);

  // Whoever waits only until the first fails: the rest goes on, outside of the transaction.
  const careless = inTransaction(pool, async (tx) => {
    await Promise.all([Promise.reject(new Error("early")), inTwo(tx, "stray")]);
  });
  await expect(careless).rejects.toThrow("early");
  await expect.poll(async () => (await pool.query("select * from kept")).rows).toEqual([{ what: "stray" }]);
  await pool.end();
});

test("what was prepared before a newer build changed a table is prepared anew", async () => {
  await using db = await freshDatabase();
  const pool = openPool({ url: db.url, onError: () => undefined, max: 1 });
  const change = (type: string) => db.pool.query(`alter table counted alter column n type ${type}`);
  const read = async (tx: pg.PoolClient) => (await tx.query(prepared("select n from counted", []))).rows;
  await db.pool.query("create table counted (n int); insert into counted values (1)");
  await inTransaction(pool, read);

  await change("text");
  expect(await inFreshTransaction(pool, read)).toEqual([{ n: "1" }]);

  // The control: without a second try it fails, once.
  await change("int using n::int");
  await expect(inTransaction(pool, read)).rejects.toThrow("cached plan must not change result type");
  expect(await inTransaction(pool, read)).toEqual([{ n: 1 }]);
  await pool.end();
});

test("a brisk connection answers in order, and keeps no plan that reads a whole table", async () => {
  await using db = await freshDatabase();
  const pool = openPool({ url: db.url, onError: () => undefined, max: 1, brisk: true });
  const tx = await pool.connect();
  const [first, second] = await inOneGo(
    tx,
    () => tx.query("select 1 as n"),
    () => tx.query("select 2 as n"),
  );
  tx.release();

  expect([first.rows, second.rows]).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  // As the connection began with it, not by a statement that may fail.
  const how = "select setting, source from pg_settings where name = 'enable_seqscan'";
  expect((await pool.query(how)).rows).toEqual([{ setting: "off", source: "client" }]);
  await pool.end();
});
