import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { startQueue } from "../../src/store/queue.ts";
import { channelOf } from "../../src/store/queue-loops.ts";
import { freshDatabase } from "../support/database.ts";
import { testQueue } from "../support/queue.ts";
import { openGate } from "./silent-gate.ts";

const listenTo = async (url: string, channel: string): Promise<pg.Client> => {
  const client = new pg.Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`listen "${channel}"`);
  return client;
};

test("pg-boss tells of a job where we listen, and of a timer nowhere", async () => {
  await using db = await freshDatabase();
  const queue = await testQueue(db.url);
  const client = await listenTo(db.url, channelOf("pgboss"));
  const told = once(client, "notification") as Promise<[pg.Notification]>;
  await queue.send(db.pool, "wake", "inc_a", new Date(Date.now() + 60_000));
  await queue.send(db.pool, "advance", "inc_a");
  expect((await told)[0].payload).toBe("advance");
});

test("a loop whose connection a network lost without a word keeps no other from taking jobs", async () => {
  await using db = await freshDatabase();
  const gate = await openGate(db.url);
  const queue = await startQueue(gate.url, () => undefined);
  const taken = new Set<string>();
  const all = Promise.withResolvers<void>();
  await queue.work("advance", 4, async (id) => {
    if (taken.add(id).size === 3) all.resolve();
  });
  await gate.loseNext("SKIP LOCKED");
  for (const id of ["inc_1", "inc_2", "inc_3"]) await queue.send(db.pool, "advance", id);
  await all.promise;
  expect(taken).toEqual(new Set(["inc_1", "inc_2", "inc_3"]));
  gate.close();
  await queue.stop(100).catch(() => undefined);
});

test("jobs that wait while all loops are busy are taken as soon as one ends, and not at the next look by the clock", async () => {
  await using db = await freshDatabase();
  const queue = await testQueue(db.url);
  const all = Promise.withResolvers<void>();
  const taken: string[] = [];
  const ids = ["inc_1", "inc_2", "inc_3"];
  // It is looked at once a minute, and no job of it is told of.
  for (const id of ids) await queue.send(db.pool, "retain", id);
  await queue.work("retain", 1, async (id) => {
    if (taken.push(id) === ids.length) all.resolve();
  });
  await all.promise;
  expect(taken.toSorted()).toEqual(ids);
}, 30_000);

test("a timer is looked for when it is due, and not at the next look by the clock", async () => {
  await using db = await freshDatabase();
  const queue = await testQueue(db.url);
  const taken = Promise.withResolvers<string>();
  // It is looked at when its work begins and then once a minute.
  await queue.work("retain", 1, async (id) => taken.resolve(id));
  await queue.send(db.pool, "retain", "inc_1", new Date(Date.now() + 1_000));
  expect(await taken.promise).toBe("inc_1");
}, 30_000);

test("a job that comes for an incident whose job runs is taken as soon as that ends, though other loops look in vain", async () => {
  await using db = await freshDatabase();
  const queue = await testQueue(db.url);
  const all = Promise.withResolvers<void>();
  let rounds = 0;
  await queue.work("notify", 4, async (id) => {
    if (++rounds === 4) return all.resolve();
    await queue.send(db.pool, "notify", id);
    // Until the loops that were told have looked: the queue lives by real time.
    await setTimeout(200);
  });
  const begun = performance.now();
  await queue.send(db.pool, "notify", "card:inc_1");
  await all.promise;
  // By the clock it is looked at every two seconds.
  expect(performance.now() - begun).toBeLessThan(4_000);
});

const jobs = async (pool: pg.Pool) =>
  (await pool.query<{ key: string; state: string }>(`select singleton_key as key, state from pgboss.job order by 1`))
    .rows;

test("a queue that stops lets a job end what it is at, hands over what does not end, and tells of that", async () => {
  await using db = await freshDatabase();
  const queue = await startQueue(db.url, () => undefined);
  const began = Promise.withResolvers<void>();
  const running = new Set<string>();
  const ended: string[] = [];
  await queue.work("advance", 2, async (id, signal) => {
    running.add(id);
    if (running.size === 2) began.resolve();
    const stop = id === "inc_hangs" ? signal : queue.ending;
    await once(stop, "abort");
    ended.push(id);
    signal.throwIfAborted();
  });
  for (const id of ["inc_hangs", "inc_ends"]) await queue.send(db.pool, "advance", id);
  await began.promise;
  const client = await listenTo(db.url, channelOf("pgboss"));
  const told = once(client, "notification") as Promise<[pg.Notification]>;
  await queue.stop(200);
  expect(ended).toEqual(["inc_ends", "inc_hangs"]);
  expect(await jobs(db.pool)).toEqual([
    { key: "inc_ends", state: "completed" },
    { key: "inc_hangs", state: "retry" },
  ]);
  expect((await told)[0].payload).toBe("advance");
});
