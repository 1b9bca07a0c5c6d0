import type { Pool } from "pg";
import { expect, test } from "vitest";
import { keepEvidence } from "../../src/store/evidence.ts";
import { inTransaction, inUnhurriedTransaction, type Runner } from "../../src/store/transaction.ts";
import { finishTurn, takeTurn } from "../../src/store/turns.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { fresh } from "../support/incidents.ts";

const waits = async (tx: Runner): Promise<string> =>
  (await tx.query<{ word: string }>("select current_setting('synchronous_commit') as word")).rows[0]?.word ?? "";

/** On one connection, so that what one statement leaves behind is seen by the next. */
const onOne = async <T>(pool: Pool, work: (one: Pool) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  try {
    return await work(client as unknown as Pool);
  } finally {
    client.release();
  }
};

test("only what is said to be unhurried does not wait for the disk, and what comes after it does", async () => {
  await using db = await freshDatabase();
  expect(await inTransaction(db.pool, waits)).toBe("on");
  expect(await inUnhurriedTransaction(db.pool, waits)).toBe("off");
  expect(await inTransaction(db.pool, waits)).toBe("on");
});

test("evidence waits for the disk: a checkpoint that does must not name what a crash forgets", async () => {
  await using db = await freshDatabase();
  await openIncidents(db.pool, [fresh(new Date("2026-11-27T02:00:00Z"))]);
  const turn = await takeTurn(db.pool, "inc_1");
  if (turn === null) throw new Error("no turn");
  const after = (work: (one: Pool) => Promise<void>) =>
    onOne(db.pool, async (one) => {
      await one.query("begin");
      await work(one);
      const word = await waits(one);
      await one.query("rollback");
      return word;
    });
  expect(await after((one) => keepEvidence(one, turn, []))).toBe("on");
  // The control: what is unhurried says so until its transaction ends.
  expect(await after((one) => finishTurn(one, turn))).toBe("off");
});

test("the end of a turn is unhurried and leaves the connection as it was; it still asks for the fence", async () => {
  await using db = await freshDatabase();
  await openIncidents(db.pool, [fresh(new Date("2026-11-27T02:00:00Z"))]);
  const old = await takeTurn(db.pool, "inc_1");
  const turn = await takeTurn(db.pool, "inc_1");
  if (old === null || turn === null) throw new Error("no turn");
  const attempts = async () =>
    (await db.pool.query<{ attempts: number }>("select attempts from nightshift.incidents")).rows[0]?.attempts;
  await onOne(db.pool, async (one) => {
    await finishTurn(one, old);
    expect(await attempts()).toBe(2);
    await finishTurn(one, turn);
    expect(await attempts()).toBe(0);
    expect(await waits(one)).toBe("on");
  });
});
