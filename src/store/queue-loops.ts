import { createHash } from "node:crypto";
import type { PgBoss } from "pg-boss";
import type { WorkName } from "./queue.ts";

export type Handler = (id: string, signal: AbortSignal) => Promise<void>;

// A retry, a timer of another process and a dead letter send no NOTIFY.
const lookEvery: Record<WorkName, number> = {
  advance: 0.5,
  wake: 1,
  deadline: 5,
  notify: 2,
  page: 1,
  "advance-dead": 5,
  "notify-dead": 5,
  retain: 60,
};
// What is due later than this is found by the looks of whoever is there then.
const soonMs = 120_000;
// The database, whose clock counts, may be a little behind.
const apartMs = 20;
const nap = { pollingIntervalSeconds: 60, notifyPollingIntervalSeconds: 60 };

/** A look of one loop of the queue that is idle. */
type Wake = () => void;

/**
 * One idle loop of a queue looks for jobs, by the clock and when one is told of; looking by each would be most of what a quiet
 * replica says to the database. Who finds a job wakes the next loop, which does the same. Who ends one looks again: what came for
 * the same incident meanwhile is given to nobody before, and all loops may have been busy. They take turns, so that one whose look
 * hangs does not keep the others asleep.
 */
const workAll = async (boss: PgBoss, name: WorkName, slots: number, handle: Handler): Promise<Wake> => {
  const loops: string[] = [];
  const busy = new Set<number>();
  let last = -1;
  const wakeOne = (): void => {
    for (let step = 1; step <= loops.length; step++) {
      const slot = (last + step) % loops.length;
      const idle = busy.has(slot) ? undefined : loops[slot];
      if (idle === undefined) continue;
      last = slot;
      boss.notifyWorker(idle);
      return;
    }
  };
  const beats = name === "advance" || name === "notify" || name === "page" ? { heartbeatRefreshSeconds: 3 } : {};
  for (let slot = 0; slot < slots; slot++) {
    loops[slot] = await boss.work<{ id: string }>(
      name,
      { batchSize: 1, localConcurrency: 1, ...nap, ...beats },
      async ([job]) => {
        if (job === undefined) return;
        busy.add(slot);
        wakeOne();
        try {
          await handle(job.data.id, job.signal);
        } finally {
          busy.delete(slot);
          boss.notifyWorker(loops[slot] ?? "");
        }
      },
    );
  }
  return wakeOne;
};

/** The loops of all queues. A job that still runs when `overdue` aborts is handed over. */
export const openLoops = (boss: PgBoss, overdue: AbortSignal) => {
  const wakes = new Map<string, Wake>();
  const timers = new Set<NodeJS.Timeout>();
  return {
    open: async (name: WorkName, slots: number, handle: Handler): Promise<void> => {
      const work: Handler = (id, signal) => handle(id, AbortSignal.any([signal, overdue]));
      const wake = await workAll(boss, name, slots, work);
      wakes.set(name, wake);
      timers.add(setInterval(wake, lookEvery[name] * 1_000));
    },
    /** Null: something may have been missed in any queue. */
    wake: (name: string | null): void => {
      for (const [own, wake] of wakes) if (name === null || name === own) wake();
    },
    /** Looks when a job that is sent now is due: by the looks alone, all that fall due within a second begin at once. */
    wakeAt: (name: string, at: Date): void => {
      const wait = Math.max(0, at.getTime() - Date.now() + apartMs);
      if (wait > soonMs) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        wakes.get(name)?.();
      }, wait).unref();
      timers.add(timer);
    },
    close: (): void => {
      for (const timer of timers) clearTimeout(timer);
      wakes.clear();
    },
  };
};

/** Where pg-boss tells of a job, in the transaction that sends it. */
export const channelOf = (schema: string): string =>
  `pgboss_${createHash("sha224").update(schema).digest("hex").slice(0, 24)}`;

export const listenForJobs = (boss: PgBoss, schema: string, wake: (name: string | null) => void) =>
  boss.getDb().listen?.(channelOf(schema), wake, () => wake(null));

export const tellOfJobs = async (boss: PgBoss, schema: string, name: WorkName): Promise<void> => {
  await boss.getDb().executeSql("select pg_notify($1, $2)", [channelOf(schema), name]);
};
