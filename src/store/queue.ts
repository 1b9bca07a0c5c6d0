import { PgBoss } from "pg-boss";
import type { Runner } from "./transaction.ts";

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
  /** Prune or remove this incident, which is over. */
  retain: { id: string };
}
type QueueName = keyof Jobs;

export interface Queue {
  /** Enqueues in the caller's transaction; collapses into a job of the same key that waits already. */
  send(tx: Runner, name: QueueName, id: string, at?: Date): Promise<void>;
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
  await boss.createQueue("notify", {
    ...stately,
    retryLimit: 12,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 300,
    expireInSeconds: 120,
    deleteAfterSeconds: hour,
    deadLetter: "notify-dead",
  });
};

const workOne = async (boss: PgBoss, name: string, handle: Handler): Promise<void> => {
  let me = "";
  const beats = name === "advance" || name === "notify" ? { heartbeatRefreshSeconds: 3 } : {};
  me = await boss.work<{ id: string }>(
    name,
    { batchSize: 1, localConcurrency: 1, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1, ...beats },
    async ([job]) => {
      if (job === undefined) return;
      // Look again at once when this one is done; else a loop sleeps a whole poll after each job.
      boss.notifyWorker(me);
      await handle(job.data.id, job.signal);
    },
  );
};

/** Starts pg-boss on the database. Several processes may start at once on an empty one. */
export const startQueue = async (url: string, onError: (error: Error) => void): Promise<Queue> => {
  const boss = new PgBoss({
    connectionString: url,
    schema: "pgboss",
    application_name: "nightshift-queue",
    max: 6,
    useListenNotify: true,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    schedule: false,
  });
  // Without a listener a lost connection would end the process.
  boss.on("error", onError);
  await boss.start();
  await createQueues(boss);
  return {
    send: async (tx, name, id, at) => {
      const db = { executeSql: (text: string, values?: unknown[]) => tx.query(text, values) };
      await boss.send(name, { id }, { singletonKey: id, db, ...(at ? { startAfter: at } : {}) });
    },
    work: async (name, slots, handle) => {
      for (let slot = 0; slot < slots; slot++) await workOne(boss, name, handle);
    },
    stop: (graceMs) => boss.stop({ graceful: true, timeout: graceMs }),
  };
};

/** Raises a signal: the counter first (it locks the row), then the job, in the caller's transaction. */
export const signal = async (tx: Runner, queue: Queue, incidentId: string): Promise<void> => {
  await tx.query("update nightshift.incidents set counter = counter + 1 where id = $1", [incidentId]);
  await queue.send(tx, "advance", incidentId);
};
