import type { Pool, PoolClient } from "pg";
import { expect, test } from "vitest";
import { ThreadLine } from "../../src/graph/thread-line.ts";
import { freshDatabase } from "../support/database.ts";

const backend = { text: "select pg_backend_pid() as pid, pg_sleep(0.05)" };
const pidsOf = async (asked: Promise<{ pid: number }[]>[]): Promise<(number | undefined)[]> =>
  (await Promise.all(asked)).map(([row]) => row?.pid);

const inUse = ({ totalCount, idleCount }: Pool): number => totalCount - idleCount;

test("statements of one thread that come at once share a connection; those of another have their own", async () => {
  await using db = await freshDatabase();
  const line = new ThreadLine(db.pool);

  const [first, second, other] = await pidsOf(["t-1", "t-1", "t-2"].map((thread) => line.query(thread, backend)));

  expect(second).toBe(first);
  expect(other).not.toBe(first);
  expect(inUse(db.pool)).toBe(0);
});

test("a statement that fails takes none with it, and its connection is not used again", async () => {
  await using db = await freshDatabase();
  const line = new ThreadLine(db.pool);

  const [failed, asked] = await Promise.allSettled([
    line.query("t-1", { text: "select 1 / 0" }),
    line.query<{ pid: number }>("t-1", backend),
  ]);

  expect(failed).toMatchObject({ status: "rejected", reason: { code: "22012" } });
  const pid = asked.status === "fulfilled" ? asked.value[0]?.pid : undefined;
  expect(pid).toEqual(expect.any(Number));
  expect(await pidsOf([line.query("t-1", backend)])).not.toEqual([pid]);
});

test("where no connection can be had every statement says so, and the next one asks anew", async () => {
  await using db = await freshDatabase();
  const { pool } = db;
  let refuses = true;
  const connect = (): Promise<PoolClient> => (refuses ? Promise.reject(new Error("none left")) : pool.connect());
  const line = new ThreadLine(Object.assign(Object.create(pool) as Pool, { connect }));

  const both = await Promise.allSettled(["t-1", "t-1"].map((thread) => line.query(thread, backend)));
  expect(both).toMatchObject([{ reason: { message: "none left" } }, { reason: { message: "none left" } }]);

  refuses = false;
  expect(await line.query("t-1", backend)).toHaveLength(1);
});
