import { expect, test } from "vitest";
import { advance } from "../../src/responder/advance.ts";
import { closeIfOver } from "../../src/responder/close.ts";
import { firstBreak } from "../../src/store/journal.ts";
import { inTransaction } from "../../src/store/transaction.ts";
import { walkStory } from "./walking.ts";

test("an incident that ends says so on its record, once", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  await walking.answer("approve");
  expect(await walking.walk()).toMatchObject({ status: "resolved", closedAt: expect.any(Date) });
  await walking.turn();

  const closed = (await walking.journal()).filter(({ kind }) => kind === "closed");
  expect(closed).toMatchObject([{ line: "closed: resolved" }]);
  expect(firstBreak(walking.id, await walking.journal())).toBeNull();
});

test("an escalated incident stays open while it fires and closes when it is quiet", async () => {
  const walking = await walkStory("missing-setting");
  await walking.walk();
  await walking.turn();
  expect(await walking.row()).toMatchObject({ status: "escalated", closedAt: null });

  await walking.quiet();
  expect(await walking.turn()).toMatchObject({ closedAt: expect.any(Date) });
  expect((await walking.journal()).at(-1)).toMatchObject({ kind: "closed" });
});

test("the count that closes is taken under the lock: an alert that joins at that moment keeps it open", async () => {
  const walking = await walkStory("missing-setting");
  await walking.walk();
  await walking.quiet();
  const { pool } = walking.db;

  const joining = await pool.connect();
  await joining.query("begin");
  await joining.query("select 1 from nightshift.incidents where id = $1 for update", [walking.id]);
  const closing = inTransaction(pool, (tx) =>
    closeIfOver(tx, walking.deps.store, walking.id, walking.cluster.clock.now()),
  );
  await joining.query(
    `insert into nightshift.alerts (incident_id, episode, status, body, received_at)
     select incident_id, 'another', 'firing', body, received_at from nightshift.alerts where incident_id = $1 limit 1`,
    [walking.id],
  );
  await joining.query("commit");
  joining.release();
  await closing;

  expect(await walking.row()).toMatchObject({ closedAt: null });
  await advance(walking.deps)(walking.id, new AbortController().signal);
  expect(await walking.row()).toMatchObject({ closedAt: null });
});
