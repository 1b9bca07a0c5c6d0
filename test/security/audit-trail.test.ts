import { expect, test } from "vitest";
import { read } from "../../src/store/journal.ts";
import { freshDatabase } from "../support/database.ts";
import { startWalk } from "./walk.ts";

test("every read and every write of a walk is on the chain: who, why, command, result", async () => {
  const db = await freshDatabase();
  await using walk = await startWalk(db, { story: "bad-rollout", change: (story) => story, model: null });
  const id = await walk.receive();
  const waiting = await walk.settled(id);
  expect(await walk.approve(waiting)).toBe(202);
  await walk.done(id);
  const journal = await read(db.pool, id);
  const evidence = await db.pool.query<{ id: string; entry: { command: string; askedAt: string; answer: unknown } }>(
    "select id, entry from nightshift.evidence where incident_id = $1",
    [id],
  );

  const reads = journal.flatMap(({ kind, data }) => (kind === "step" ? (data as { reads: string[] }).reads : []));
  const [intent] = journal.filter(({ kind }) => kind === "intent");
  const [outcome] = journal.filter(({ kind }) => kind === "outcome");
  const [approval] = journal.filter(({ kind }) => kind === "approval");
  const planHash = waiting.plan?.kind === "actions" ? waiting.plan.hash : "";

  expect(evidence.rows.length).toBeGreaterThan(5);
  expect(evidence.rows.filter((row) => !reads.includes(row.id))).toEqual([]);
  expect(evidence.rows.every(({ entry }) => entry.command !== "" && entry.askedAt !== "" && entry.answer)).toBe(true);
  expect(approval).toMatchObject({ actor: "local", data: { planHash } });
  expect(intent).toMatchObject({ actor: "act", line: expect.stringContaining("kubectl "), data: { planHash } });
  expect(outcome?.data).toHaveProperty("key", (intent?.data as { key: string } | undefined)?.key);
  expect(intent?.data).toHaveProperty("key", expect.any(String));
  const keysOf = (wanted: string): string[] =>
    journal.filter(({ kind }) => kind === wanted).map(({ data }) => (data as { key: string }).key);
  // The change, and its undo when it did not help in the short time it had: no write without its own intent.
  expect(keysOf("intent")).toHaveLength(walk.cluster.writes().length);
  expect(keysOf("outcome")).toEqual(keysOf("intent"));
});
