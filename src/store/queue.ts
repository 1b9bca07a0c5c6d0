import { PgBoss } from "pg-boss";
import { prepared, type Runner } from "./transaction.ts";

/** What each kind of job carries. The job is a hint: the rows it points to are the truth. */
interface Jobs {
  /** Advance this incident. */
  advance: { id: string };
  /** Raise a signal on this incident at a later time. */
  wake: { id: string };
  /** The incident's deadline has come. */
  deadline: { id: string };
  /** Deliver this notice. */
  notify: { id: string };
  /** The same for what rings and what silences: it waits behind no other channel. */
  page: { id: string };
  /** Prune or remove this incident, which is over. */
  retain: { id: string };
}
type QueueName = keyof Jobs;

export interface Queue {
  /** Enqueues in the caller's transaction; collapses into a job of the same key that waits already. */
  send(tx: Runner, name: QueueName, id: string, at?: Date): Promise<void>;
  /** The same, before all others that wait. */
  sendFirst(tx: Runner, name: QueueName, id: string): Promise<void>;
  /** The same as `send` for many, in one statement. */
  sendAll(tx: Runner, name: QueueName, ids: readonly string[], at?: Date): Promise<void>;
  /** Hands jobs to `handle`, `slots` at a time. The signal aborts when the job is taken away or the queue stops. */
  work(name: QueueName | "advance-dead" | "notify-dead", slots: number, handle: Handler): Promise<void>;
  /** Stops taking jobs, gives running ones `graceMs` to end, hands the rest over at once. */
  stop(graceMs: number): Promise<void>;
}
type Handler = (id: string, signal: AbortSignal) => Promise<void>;

// The settings that held under chaos: one active and one waiting job per incident, a dead worker found after its
// heartbeat, retries for crashes only. A delayed job sends no NOTIFY, so queues with timers are polled each second.
const stately = { policy: "stately", partition: true, notify: true, heartbeatSeconds: 10, retryDelay: 0 } as const;
const manyRetries = 1_000_000;
const hour = 3600;

const createQueues = async (boss: PgBoss): Promise<void> => {
  await boss.createQueue("advance-dead");
  await boss.createQueue("notify-dead");
  await boss.createQueue("advance", {
    ...stately,
    retryLimit: manyRetries,
    expireInSeconds: hour,
    deleteAfterSeconds: hour,
    deadLetter: "advance-dead",
  });
  const timer = { retryLimit: manyRetries, retryDelay: 1, expireInSeconds: 60, deleteAfterSeconds: hour };
  await boss.createQueue("wake", timer);
  await boss.createQueue("deadline", timer);
  await boss.createQueue("retain", {
    policy: "short",
    retryLimit: manyRetries,
    retryDelay: 60,
    expireInSeconds: 300,
    deleteAfterSeconds: hour,
  });
  const delivery = {
    ...stately,
    retryLimit: 12,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 300,
    expireInSeconds: 120,
    deleteAfterSeconds: hour,
    deadLetter: "notify-dead",
  };
  await boss.createQueue("notify", delivery);
  await boss.createQueue("page", delivery);
};

type WorkName = Parameters<Queue["work"]>[0];

// A retry (what a stopping replica hands over is one), a timer that is due and a dead letter send no NOTIFY.
const lookEvery: Record<WorkName, number> = {
  advance: 0.5,
  wake: 1,
  deadline: 5,
  notify: 1,
  page: 1,
  "advance-dead": 5,
  "notify-dead": 5,
  retain: 60,
};
const nap = { pollingIntervalSeconds: 60, notifyPollingIntervalSeconds: 60 };

/**
 * One idle loop of a queue looks for jobs by the clock; polling by each would be most of what a quiet replica says to the
 * database. Who finds a job wakes itself, for else it would sleep after it, and the next loop, which does the same.
 */
const workAll = async (boss: PgBoss, name: WorkName, slots: number, handle: Handler): Promise<NodeJS.Timeout> => {
  const loops: string[] = [];
  const busy = new Set<number>();
  const wakeOne = (): void => {
    const idle = loops.find((_, slot) => !busy.has(slot));
    if (idle !== undefined) boss.notifyWorker(idle);
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
  return setInterval(wakeOne, lookEvery[name] * 1_000);
};

/** Starts pg-boss on the database. Several processes may start at once on an empty one. */
export const startQueue = async (url: string, onError: (error: Error) => void): Promise<Queue> => {
  const boss = new PgBoss({
    connectionString: url,
    schema: "pgboss",
    application_name: "nightshift-queue",
    max: 6,
    useListenNotify: true,
    // How soon a worker that lost its heartbeat is found; each round is some twenty statements of a quiet replica.
    superviseIntervalSeconds: 1.5,
    monitorIntervalSeconds: 1.5,
    schedule: false,
  });
  // Without a listener a lost connection would end the process.
  boss.on("error", onError);
  await boss.start();
  await createQueues(boss);
  const timers: NodeJS.Timeout[] = [];
  const insert = async (tx: Runner, name: QueueName, ids: readonly string[], options: object): Promise<void> => {
    if (ids.length === 0) return;
    const db = { executeSql: (text: string, values: unknown[] = []) => tx.query(prepared(text, values)) };
    const jobs = ids.map((id) => ({ data: { id }, singletonKey: id, ...options }));
    await boss.insert(name, jobs, { db });
  };
  const sendAll: Queue["sendAll"] = (tx, name, ids, at) => insert(tx, name, ids, at ? { startAfter: at } : {});
  return {
    send: (tx, name, id, at) => sendAll(tx, name, [id], at),
    sendFirst: (tx, name, id) => insert(tx, name, [id], { priority: 1 }),
    sendAll,
    work: async (name, slots, handle) => {
      timers.push(await workAll(boss, name, slots, handle));
    },
    stop: async (graceMs) => {
      for (const timer of timers) clearInterval(timer);
      await boss.stop({ graceful: true, timeout: graceMs });
    },
  };
};

/** Raises a signal: the counter first (it locks the row), then the job, in the caller's transaction. */
export const signal = async (tx: Runner, queue: Queue, incidentId: string): Promise<void> => {
  await raiseCounter(tx, incidentId);
  await queue.send(tx, "advance", incidentId);
};

/** Somebody waits for it: it goes before the walks of all others. */
export const signalFirst = async (tx: Runner, queue: Queue, incidentId: string): Promise<void> => {
  await raiseCounter(tx, incidentId);
  await queue.sendFirst(tx, "advance", incidentId);
};

const raiseCounter = (tx: Runner, incidentId: string) =>
  tx.query("update nightshift.incidents set counter = counter + 1 where id = $1", [incidentId]);
