import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import type { Checkpoint } from "@langchain/langgraph-checkpoint";
import type pg from "pg";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { takeTurn } from "../../src/store/turns.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { atOnce, line, ms, quantiles, timed } from "./measure.ts";
import { countStatements, totalOf } from "./statements.ts";

const steps = 10;
/** Rounds until the code of both is compiled; a replica lives for days. */
const warming = 10;
const text = "x".repeat(600);

const State = Annotation.Root({ note: Annotation<string>, count: Annotation<number> });

const chain = (checkpointer: Checkpointer | undefined, length = steps) => {
  let graph = new StateGraph(State) as never as StateGraph<
    typeof State.spec,
    typeof State.State,
    typeof State.Update,
    string
  >;
  const names = Array.from({ length }, (_, n) => `n${n}`);
  for (const name of names) {
    graph = graph.addNode(name, ({ count }) => ({ count: count + 1, note: `${count}${text}` })) as typeof graph;
  }
  for (const [n, name] of names.entries()) graph.addEdge(names[n - 1] ?? START, name);
  graph.addEdge(names.at(-1) ?? START, END);
  return graph.compile(checkpointer ? { checkpointer } : {});
};

const openTurn = async (pool: pg.Pool, id: string) => {
  const at = new Date();
  const subject = { cluster: "bench", namespace: id, kind: "Deployment", name: "api", guessed: false };
  await openIncidents(pool, [{ id, subject, severity: "warning", graphVersion: 1, openedAt: at, deadlineAt: at }]);
  const turn = await takeTurn(pool, id);
  return { configurable: { thread_id: id, incident_id: id, fence: turn?.fence }, durability: "sync" as const };
};

const insert = (pool: pg.Pool) => pool.query("insert into bench_rows (body) values ($1)", [text]);

const overhead = async (pool: pg.Pool): Promise<void> => {
  const [bare, durable] = [chain(undefined), chain(new Checkpointer(pool, { fenced: true }))];
  const none: number[] = [];
  const kept: number[] = [];
  const inserts: number[] = [];
  for (let round = -warming; round < 30; round++) {
    const config = await openTurn(pool, `inc_over${round}`);
    const without = (await timed(() => bare.invoke({ count: 0, note: "" }))) / steps;
    const withIt = (await timed(() => durable.invoke({ count: 0, note: "" }, config))) / steps;
    const ones: number[] = [];
    for (let n = 0; n < steps; n++) ones.push(await timed(() => insert(pool)));
    if (round < 0) continue;
    none.push(without);
    kept.push(withIt);
    inserts.push(...ones);
  }
  const [without, withIt, one] = [none, kept, inserts].map((values) => quantiles(values).p50);
  const over = (withIt ?? 0) - (without ?? 0);
  const ratio = over / (one ?? 1);
  line(
    "superstep over none, against one INSERT",
    `${ms(over)} / ${ms(one ?? 0)} = ${ratio.toFixed(1)} x`,
    "<= 4 x",
    ratio <= 4,
  );
};

/** What one superstep more costs: a walk of twice the length against a walk, so that what a run costs once is left out. */
const roundTrips = async (pool: pg.Pool): Promise<void> => {
  const counts = countStatements("nightshift");
  const tripsOf = async (length: number): Promise<number> => {
    const config = await openTurn(pool, `inc_trips${length}`);
    const graph = chain(new Checkpointer(pool, { fenced: true }), length);
    const before = totalOf(counts());
    await graph.invoke({ count: 0, note: "" }, config);
    return totalOf(counts()) - before;
  };
  const [short, long] = [await tripsOf(steps), await tripsOf(2 * steps)];
  const each = (long - short) / steps;
  line(
    "statements per superstep, saver alone",
    `${each.toFixed(2)}, and ${short - each * steps} a run`,
    "<= 1",
    each <= 1,
  );
};

const throughput = async (pool: pg.Pool): Promise<void> => {
  const graph = chain(new Checkpointer(pool, { fenced: true }));
  const { perSecond } = await atOnce(10, 60, async (n) => {
    await graph.invoke({ count: 0, note: "" }, await openTurn(pool, `inc_through${n}`));
  });
  const rate = perSecond * steps;
  line("supersteps/s, one process, 10 threads, saver alone", rate.toFixed(0), ">= 300", rate >= 300);
};

const reading = async (pool: pg.Pool): Promise<void> => {
  const saver = new Checkpointer(pool, { fenced: true });
  const config = await openTurn(pool, "inc_big");
  const channels = ["a", "b", "c", "d", "e"];
  const version = saver.getNextVersion(undefined);
  const versions = Object.fromEntries(channels.map((name) => [name, version]));
  const values = Object.fromEntries(channels.map((name) => [name, "y".repeat(13_000)]));
  const checkpoint: Checkpoint = {
    v: 4,
    id: "1ef00000-0000-6000-8000-000000000000",
    ts: new Date().toISOString(),
    channel_values: values,
    channel_versions: versions,
    versions_seen: {},
  };
  await saver.put(config, checkpoint, { source: "loop", step: 1, parents: {} }, versions);
  const { times } = await atOnce(1, 300, () => saver.getTuple({ configurable: { thread_id: "inc_big" } }));
  line("getTuple, 64 KB", `p50 ${ms(times.p50)}, p99 ${ms(times.p99)}`, "p99 <= 10 ms", times.p99 <= 10);
};

/** The saver by itself: what a superstep costs over one that is not kept. */
export const benchSaver = async (pool: pg.Pool): Promise<void> => {
  await pool.query(
    "create table if not exists bench_rows (id bigint generated always as identity primary key, body text)",
  );
  await overhead(pool);
  await throughput(pool);
  await reading(pool);
  await roundTrips(pool);
};
