import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { decide, deliver, questions } from "../../test/chaos/people.ts";
import type { Slot } from "../../test/chaos/slot.ts";
import { type Stage, setStage } from "../../test/chaos/stage.ts";
import type { House } from "../../test/chaos/town.ts";
import { until } from "../../test/durability/stage.ts";
import { line, ms, quantiles, timed } from "./measure.ts";

const listening = (slot: Slot): Promise<string> => until("a worker listens", async () => slot.url());

const first = (slots: readonly Slot[], n: number): Slot => {
  const slot = slots[n];
  if (slot === undefined) throw new Error(`no slot ${n}`);
  return slot;
};

/** When somebody next asks the cluster about this namespace. */
const asksAbout = async ({ cluster }: Stage, { namespace }: House, since: number): Promise<number> => {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    const asked = cluster.requests.slice(since).some(({ path }) => path.includes(`/${namespace}/`));
    if (asked) return performance.now();
    await pause(2);
  }
  throw new Error(`nobody asked about ${namespace} within a minute`);
};

/** The first listing of the ReplicaSets of this house hangs, and its node with it. Resolves when that has happened. */
const hangAt = ({ cluster }: Stage, { namespace }: House): (() => Promise<unknown>) => {
  const path = new RegExp(`/${namespace}/replicasets$`);
  cluster.misbehave({ method: "GET", path, how: "hang", times: 1 });
  const from = cluster.requests.length;
  return () =>
    until("it is in a node", async () => cluster.requests.slice(from).some((asked) => path.test(asked.path)));
};

/** Eight incidents in the middle of a node of a worker that then ends in this way; how long until another carries each on. */
const afterEnd = async (stage: Stage, houses: House[], end: (slot: Slot) => void): Promise<number[]> => {
  const [going, staying] = [first(stage.slots, 0), first(stage.slots, 1)];
  await listening(staying);
  staying.stop();
  const server = await listening(going);
  const hanging = houses.map((house) => hangAt(stage, house));
  for (const house of houses) await deliver(server, [house.firing]);
  await Promise.all(hanging.map((inANode) => inANode()));
  staying.wake();
  await pause(500);
  const since = stage.cluster.requests.length;
  const begun = performance.now();
  end(going);
  const at = await Promise.all(houses.map((house) => asksAbout(stage, house, since)));
  return at.map((one) => one - begun);
};

const waiting = (stage: Stage, count: number) =>
  until("all of them ask", async () => {
    const asked = await questions(stage.pool).catch(() => []);
    return asked.length >= count && asked;
  });

/** Nobody walks: what the approval before set going has come to its next pause. */
const atRest = (stage: Stage) =>
  until("no walk goes on", async () => {
    const { rows } = await stage.pool.query(
      "select 1 from pgboss.job where name in ('advance', 'notify') and state in ('created', 'retry', 'active') limit 1",
    );
    return rows.length === 0 && rows;
  });

// Of the hundred before them, p99 is the slowest but one.
const inARow = 16;
const asking = 100 + inARow;

const approvals = async (stage: Stage): Promise<void> => {
  const times = { "at rest": [] as number[], "in a row": [] as number[] };
  const house = new Map(
    (
      await stage.pool.query<{ id: string; namespace: string }>(
        "select id, subject ->> 'namespace' as namespace from nightshift.incidents",
      )
    ).rows.map(({ id, namespace }) => [id, namespace]),
  );
  const all = await questions(stage.pool);
  for (const [n, asked] of all.entries()) {
    const how = n < all.length - inARow ? "at rest" : "in a row";
    if (how === "at rest") await atRest(stage);
    const own = stage.town.find(({ namespace }) => namespace === house.get(asked.id));
    if (own === undefined) continue;
    const since = stage.cluster.requests.length;
    const begun = performance.now();
    const [at] = await Promise.all([
      asksAbout(stage, own, since),
      decide(asked, ["approve"], () => first(stage.slots, n % 2).url()),
    ]);
    times[how].push(at - begun);
  }
  for (const [how, those] of Object.entries(times)) {
    const { p50, p99 } = quantiles(those);
    const told = `p50 ${ms(p50)}, p99 ${ms(p99)}`;
    line(`approval -> next node, ${how} (${those.length})`, told, "p99 <= 250 ms", p99 <= 250);
  }
};

const idle = async (stage: Stage): Promise<void> => {
  const count = async () =>
    Number(
      (
        await stage.pool.query(
          "select sum(xact_commit + xact_rollback) as n from pg_stat_database where datname is not null",
        )
      ).rows[0].n,
    );
  // A connection with nothing to do tells what it has said up to ten seconds late: what a start says must not count.
  await pause(12_000);
  const [before, seconds] = [await count(), 10];
  await pause(seconds * 1_000);
  const rate = ((await count()) - before - 1) / seconds;
  line("idle queries/s of three replicas, in all", rate.toFixed(0), "<= 60", rate <= 60);
};

const memoryOf = (slot: Slot): number => {
  const status = readFileSync(`/proc/${slot.pid()}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
};

/** Copies of a paused incident: as many rows, threads and open questions as 10 000 nights would leave. */
const clonePaused = async (stage: Stage, copies: number): Promise<void> => {
  const { rows } = await stage.pool.query<{ id: string }>(
    "select incident_id as id from nightshift.approvals where state = 'pending' limit 1",
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error("nothing is paused");
  const each = "cross join generate_series(1, $2::int) n";
  await stage.pool.query(
    `insert into nightshift.incidents (id, cluster, subject_key, subject, severity, status, graph_version, opened_at, deadline_at, counter, seen, state, checkpoint_id)
     select 'inc_copy' || n, cluster, subject_key || n, subject, severity, status, graph_version, opened_at, deadline_at, 1, 1, state, checkpoint_id
     from nightshift.incidents ${each} where id = $1`,
    [id, copies],
  );
  await stage.pool.query(
    `insert into nightshift.checkpoints select 'inc_copy' || n, checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, metadata, created_at
     from (select * from nightshift.checkpoints where thread_id = $1 order by checkpoint_id desc limit 1) c ${each}`,
    [id, copies],
  );
  await stage.pool.query(
    `insert into nightshift.approvals (incident_id, round, plan_hash, interrupt_id, requested_at, expires_at, state)
     select 'inc_copy' || n, round, plan_hash, interrupt_id, requested_at, expires_at, state from nightshift.approvals ${each} where incident_id = $1`,
    [id, copies],
  );
};

const paused = async (stage: Stage): Promise<void> => {
  const slot = first(stage.slots, 2);
  await pause(2_000);
  const before = memoryOf(slot);
  await clonePaused(stage, 10_000);
  // The sweep comes every half minute.
  await pause(32_000);
  const after = memoryOf(slot);
  line(
    "memory of a replica, 10 000 incidents paused",
    `${before.toFixed(0)} MB -> ${after.toFixed(0)} MB`,
    "flat",
    after < before * 1.2,
  );
};

const stored = async (stage: Stage): Promise<void> => {
  const size = (table: string) => `(select sum(pg_column_size(t.*)) from nightshift.${table} t)`;
  const { rows } = await stage.pool.query<{ bytes: number; steps: number }>(
    `select (${size("checkpoints")} + ${size("checkpoint_blobs")} + coalesce(${size("checkpoint_writes")}, 0))::float as bytes,
       (select count(*)::float from nightshift.checkpoints) as steps`,
  );
  const each = (rows[0]?.bytes ?? 0) / (rows[0]?.steps ?? 1);
  line("bytes per superstep, real walks", each.toFixed(0), "<= 2048", each <= 2048);
};

const replays = async (stage: Stage): Promise<void> => {
  const { rows } = await stage.pool.query<{ id: string }>(
    "select id from nightshift.incidents where status = 'resolved' limit 10",
  );
  const server = await listening(first(stage.slots, 0));
  const body = JSON.stringify({ mode: "faithful" });
  const ask = async (id: string): Promise<void> => {
    const asked = { method: "POST", headers: { "content-type": "application/json" }, body };
    const { status } = await fetch(`${server}/api/incidents/${id}/replays`, asked);
    if (status !== 201) throw new Error(`a replay was answered ${status}`);
  };
  const times: number[] = [];
  for (const { id } of [...rows, ...rows]) times.push(await timed(() => ask(id)));
  const [cold = Number.NaN] = times.splice(0, 1);
  line("the first replay of a process, over HTTP", ms(cold), "(no bar)", true);
  const { p50, p95 } = quantiles(times);
  const told = `p50 ${ms(p50)}, p95 ${ms(p95)}`;
  line(`replay of one incident (${times.length}), over HTTP`, told, "<= 100 ms", p95 <= 100);
};

/** From the start of a process, as `npm run build` makes it, to the first question a carried-on incident asks, with nobody else there. */
const coldStart = async (): Promise<void> => {
  const program = ["dist/cli.js", "serve"];
  const stage = await setStage({ houses: 5, workers: 1, nextLife: () => ({}), measured: true, program });
  const own = first(stage.slots, 0);
  const times: number[] = [];
  try {
    for (const house of stage.town) {
      const server = await listening(own);
      const inANode = hangAt(stage, house);
      await deliver(server, [house.firing]);
      await inANode();
      const { lives } = own.tally;
      own.end();
      await until("the next one begins", async () => own.tally.lives > lives);
      const begun = performance.now();
      times.push((await asksAbout(stage, house, stage.cluster.requests.length)) - begun);
    }
  } finally {
    await stage.close();
  }
  const { p50, max } = quantiles(times);
  line(
    `cold start -> first resumed node (${times.length})`,
    `p50 ${ms(p50)}, max ${ms(max)}`,
    "<= 1500 ms",
    max <= 1500,
  );
};

/** Real processes: how fast another carries on, how fast an answer is heard, and what standing by costs. */
export const benchRecovery = async (): Promise<void> => {
  await coldStart();
  const stage = await setStage({ houses: asking + 1, workers: 3, nextLife: () => ({}), measured: true });
  try {
    const third = first(stage.slots, 2);
    await Promise.all(stage.slots.map(listening));
    await idle(stage);
    third.stop();
    const rounds = [0, 1, 2].map((n) => stage.town.slice(n * 8, n * 8 + 8));
    const killed: number[] = [];
    for (const houses of rounds) killed.push(...(await afterEnd(stage, houses, (slot) => slot.kill())));
    const { p50, p95, max } = quantiles(killed);
    line(
      `takeover after kill -9 (${killed.length})`,
      `p50 ${ms(p50)}, p95 ${ms(p95)}, max ${ms(max)}`,
      "p95 <= 12 s",
      p95 <= 12_000,
    );
    const handed = quantiles(await afterEnd(stage, stage.town.slice(24, 32), (slot) => slot.end()));
    line(
      "SIGTERM in a node -> carried on elsewhere (8)",
      `p50 ${ms(handed.p50)}, max ${ms(handed.max)}`,
      "<= 2 s (1 s to drain)",
      handed.max <= 2_000,
    );
    // The one that was asked to end listens no more and has not ended yet.
    await until("its next life begins", async () => first(stage.slots, 0).tally.ended > 0);
    await Promise.all(stage.slots.slice(0, 2).map(listening));
    const server = await listening(first(stage.slots, 0));
    for (const { firing } of stage.town.slice(32, -1)) await deliver(server, [firing]);
    await waiting(stage, asking);
    await approvals(stage);
    third.wake();
    await until(
      "they are over",
      async () => {
        const { rows } = await stage.pool.query(
          "select 1 from nightshift.incidents where status not in ('resolved', 'escalated')",
        );
        return rows.length === 0;
      },
      90,
    );
    await stored(stage);
    await replays(stage);
    await deliver(await listening(first(stage.slots, 0)), [stage.town.at(-1)?.firing ?? {}]);
    await waiting(stage, 1);
    await paused(stage);
  } finally {
    // A stopped process hears no request to end.
    for (const slot of stage.slots) slot.wake();
    await stage.close();
  }
};
