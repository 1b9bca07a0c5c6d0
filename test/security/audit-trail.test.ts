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
  const asked = (node: string): { command: string; result: string }[] =>
    journal
      .filter(({ kind, actor }) => kind === "step" && actor === node)
      .flatMap(({ data }) => (data as { asked: { command: string; result: string }[] }).asked);
  const commands = (node: string): string[] => asked(node).map(({ command }) => command);
  // Every request that reached the API server is on the chain, those before a write included.
  expect(commands("gather")).toContain("kubectl get deployment storefront -n storefront -o json");
  expect(commands("propose")).toContain("kubectl get deployment storefront -n storefront -o json");
  expect(commands("propose")).toContain("kubectl patch deployment/storefront -n storefront --dry-run=server");
  expect(asked("act")).toContainEqual({
    command: "kubectl patch deployment/storefront -n storefront",
    result: "answered",
  });
  expect(commands("act").length).toBeGreaterThan(2);
  expect([...commands("gather"), ...commands("verify")].filter((one) => !/^(kubectl|promtool) /.test(one))).toEqual([]);
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
