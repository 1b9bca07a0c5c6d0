import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import type { Pool, PoolClient } from "pg";
import { expect, test } from "vitest";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { freshDatabase } from "../support/database.ts";

const thread = { configurable: { thread_id: "t-1", checkpoint_ns: "" } };

/** Each connection of the pool has read the newest checkpoint once. */
const readByAll = async (pool: Pool, read: () => Promise<unknown>, connections: number): Promise<void> => {
  const taken: PoolClient[] = [];
  for (let n = 0; n < connections; n++) {
    await read();
    taken.push(await pool.connect());
  }
  for (const client of taken) client.release();
};

test("a walk reads its checkpoint although a newer build has changed the tables since it was last read", async () => {
  await using db = await freshDatabase();
  const saver = new Checkpointer(db.pool, { fenced: false });
  const checkpoint = emptyCheckpoint();
  await saver.put(thread, checkpoint, { source: "loop", step: 1, parents: {} }, {});
  await readByAll(db.pool, () => saver.getTuple(thread), 3);

  await db.pool.query("alter table nightshift.checkpoints alter column metadata type json");

  expect(await saver.getTuple(thread)).toMatchObject({ checkpoint: { id: checkpoint.id }, metadata: { step: 1 } });
});

test("what a walk looks at after each step is planned once", async () => {
  await using db = await freshDatabase();
  const saver = new Checkpointer(db.pool, { fenced: false });
  for await (const _ of saver.list(thread, { limit: 1 }));

  const { rows } = await db.pool.query("select name from pg_prepared_statements");

  expect(rows).toEqual([{ name: "checkpoint_list" }]);
});
