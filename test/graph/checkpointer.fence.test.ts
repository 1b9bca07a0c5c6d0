import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import type { Pool } from "pg";
import { expect, test } from "vitest";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { TurnLost } from "../../src/incident/turn-lost.ts";
import { freshDatabase } from "../support/database.ts";
import { untilWaiting } from "../support/until-waiting.ts";
import { openIncident, rowCounts } from "./open-incident.ts";

const State = Annotation.Root({ first: Annotation<string>, second: Annotation<string> });
const turn = (fence: number) => ({ configurable: { thread_id: "i-1", incident_id: "i-1", fence } });
const sync = { durability: "sync" } as const;
const metadata = { source: "loop", step: 1, parents: {} } as const;

const takeOver = (pool: Pool) => pool.query("update nightshift.incidents set fence = fence + 1 where id = 'i-1'");

/** Two nodes; the turn is taken away while the first one works. */
const zombie = (pool: Pool, checkpointer: Checkpointer) => {
  const seen = { secondRan: false, rowsAtTakeOver: [] as number[] };
  const graph = new StateGraph(State)
    .addNode("one", async () => {
      await takeOver(pool);
      seen.rowsAtTakeOver = await rowCounts(pool);
      return { first: "done by a zombie" };
    })
    .addNode("two", () => {
      seen.secondRan = true;
      return { second: "done by a zombie" };
    })
    .addEdge(START, "one")
    .addEdge("one", "two")
    .addEdge("two", END)
    .compile({ checkpointer });
  return { graph, seen };
};

test("a worker that lost its turn writes nothing more and stops before its next node", async () => {
  await using db = await freshDatabase();
  await openIncident(db.pool, "i-1", { fence: 7, attempts: 1 });
  const { graph, seen } = zombie(db.pool, new Checkpointer(db.pool, { fenced: true }));

  await expect(graph.invoke({}, { ...turn(7), ...sync })).rejects.toThrow(TurnLost);

  expect(seen.secondRan).toBe(false);
  expect(await rowCounts(db.pool)).toEqual(seen.rowsAtTakeOver);
});

test("without the fence the same worker goes on, so the test above has teeth", async () => {
  await using db = await freshDatabase();
  await openIncident(db.pool, "i-1", { fence: 7, attempts: 1 });
  const { graph, seen } = zombie(db.pool, new Checkpointer(db.pool, { fenced: false }));

  await graph.invoke({}, { ...turn(7), ...sync });

  expect(seen.secondRan).toBe(true);
  expect(await rowCounts(db.pool)).not.toEqual(seen.rowsAtTakeOver);
});

test("a checkpoint that waits for a take-over to commit is lost, not written", async () => {
  await using db = await freshDatabase();
  await openIncident(db.pool, "i-1", { fence: 7, attempts: 1 });
  const saver = new Checkpointer(db.pool, { fenced: true });
  const successor = await db.pool.connect();
  await successor.query("begin");
  await successor.query("update nightshift.incidents set fence = 8 where id = 'i-1'");

  const put = saver.put(turn(7), { ...emptyCheckpoint(), id: "c-1" }, metadata, {});
  const writes = saver.putWrites({ configurable: { ...turn(7).configurable, checkpoint_id: "c-0" } }, [["a", 1]], "t");
  const settled = Promise.allSettled([put, writes]);
  await untilWaiting(db.pool, 2);
  await successor.query("commit");
  successor.release();

  const reasons = (await settled).map((result) => result.status === "rejected" && result.reason);
  expect(reasons).toEqual([expect.any(TurnLost), expect.any(TurnLost)]);
  expect(await rowCounts(db.pool)).toEqual([0, 0, 0]);
});

test("a checkpoint is progress: it clears the attempts, and touches nothing else", async () => {
  await using db = await freshDatabase();
  await openIncident(db.pool, "i-1", { fence: 7, attempts: 4 });
  await openIncident(db.pool, "i-2", { fence: 7, attempts: 4 });

  await new Checkpointer(db.pool, { fenced: true }).put(turn(7), { ...emptyCheckpoint(), id: "c-1" }, metadata, {});

  const { rows } = await db.pool.query("select id, fence, attempts from nightshift.incidents order by id");
  expect(rows).toEqual([
    { id: "i-1", fence: "7", attempts: 0 },
    { id: "i-2", fence: "7", attempts: 4 },
  ]);
});

test("a fenced saver refuses to write without a turn, or with the turn of another incident", async () => {
  await using db = await freshDatabase();
  await openIncident(db.pool, "i-1", { fence: 7, attempts: 1 });
  const saver = new Checkpointer(db.pool, { fenced: true });
  const put = (configurable: Record<string, unknown>) =>
    saver.put({ configurable }, { ...emptyCheckpoint(), id: "c-1" }, metadata, {});

  await expect(put({ thread_id: "i-1" })).rejects.toThrow("carries no fence");
  await expect(put({ thread_id: "i-2", incident_id: "i-1", fence: 7 })).rejects.toThrow("its turn is for i-1");
  expect(await rowCounts(db.pool)).toEqual([0, 0, 0]);
});
