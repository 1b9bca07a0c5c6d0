import { PgBoss } from "pg-boss";
import { PlanningOnce } from "./planning-once.ts";
import { beginningWith, noWholeTables } from "./pool.ts";
import { type Handler, listenForJobs, openLoops, tellOfJobs } from "./queue-loops.ts";
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
/** Queues from which jobs are taken. */
export type WorkName = QueueName | "advance-dead" | "notify-dead";

export interface Queue {
  /** Enqueues in the caller's transaction; collapses into a job of the same key that waits already. */
  send(tx: Runner, name: QueueName, id: string, at?: Date): Promise<void>;
  /** The same, before all others that wait. */
  sendFirst(tx: Runner, name: QueueName, id: string): Promise<void>;
  /** The same as `send` for many, in one statement. */
  sendAll(tx: Runner, name: QueueName, ids: readonly string[], at?: Date): Promise<void>;
  /** Hands jobs to `handle`, `slots` at a time. The signal aborts when the job is taken away or may take no longer. */
  work(name: WorkName, slots: number, handle: Handler): Promise<void>;
  /** Aborted once it stops: what runs may end what it is at, and begins nothing more. */
  ending: AbortSignal;
  /** Stops taking jobs, gives running ones `graceMs` to end, hands the rest over at once. */
  stop(graceMs: number): Promise<void>;
}

// The settings that held under chaos: one active and one waiting job per incident, a dead worker found after its
// heartbeat, retries for crashes only. A delayed job sends no NOTIFY: who sent it looks when it is due, all others by the clock.
const stately = { policy: "stately", partition: true, notify: true, heartbeatSeconds: 10, retryDelay: 0 } as const;
const manyRetries = 1_000_000;
const hour = 3600;
const schema = "pgboss";
/** For a job that may take no longer, to say so. */
const lastWordsMs = 500;

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

/** Starts pg-boss on the database. Several processes may start at once on an empty one. */
export const startQueue = async (url: string, onError: (error: Error) => void): Promise<Queue> => {
  // Handed on to its connections. One that a network lost would hold a loop for good.
  const connections = { query_timeout: 60_000, Client: PlanningOnce };
  const boss = new PgBoss({
    ...connections,
    // What it writes need not reach the disk before it goes on: jobs are sent in transactions of ours, whose commits take
    // everything before them along. What a crash of the server forgets is that a job was taken or done, and then it runs again.
    // A plan that was made while a queue was empty is kept, so none goes through a whole table.
    connectionString: beginningWith(url, ["synchronous_commit=off", ...noWholeTables]),
    schema,
    application_name: "nightshift-queue",
    max: 6,
    // It would wake every loop of a queue for one job; we listen ourselves.
    useListenNotify: false,
    // How soon a worker that lost its heartbeat is found; each round is some twenty statements of a quiet replica.
    superviseIntervalSeconds: 1.5,
    monitorIntervalSeconds: 1.5,
    schedule: false,
  });
  // Without a listener a lost connection would end the process.
  boss.on("error", onError);
  await boss.start();
  await createQueues(boss);
  const [ending, overdue] = [new AbortController(), new AbortController()];
  const loops = openLoops(boss, overdue.signal);
  // Without it there are looks by the clock.
  const listening = await listenForJobs(boss, schema, loops.wake)?.catch((error: Error) => void onError(error));
  const stop = async (graceMs: number): Promise<void> => {
    ending.abort();
    loops.close();
    const timer = setTimeout(() => overdue.abort(), graceMs);
    await listening?.close();
    await boss.stop({ graceful: true, timeout: graceMs + lastWordsMs, close: false });
    clearTimeout(timer);
    // What was handed over would wait for somebody to look.
    await tellOfJobs(boss, schema, "advance").catch(onError);
    await boss.stop();
  };
  let stopped: Promise<void> | undefined;
  const insert = async (tx: Runner, name: QueueName, ids: readonly string[], options: object): Promise<void> => {
    if (ids.length === 0) return;
    const db = { executeSql: (text: string, values: unknown[] = []) => tx.query(prepared(text, values)) };
    const jobs = ids.map((id) => ({ data: { id }, singletonKey: id, ...options }));
    await boss.insert(name, jobs, { db });
  };
  const sendAll: Queue["sendAll"] = async (tx, name, ids, at) => {
    await insert(tx, name, ids, at ? { startAfter: at } : {});
    if (at) loops.wakeAt(name, at);
  };
  return {
    send: (tx, name, id, at) => sendAll(tx, name, [id], at),
    sendFirst: (tx, name, id) => insert(tx, name, [id], { priority: 1 }),
    sendAll,
    work: loops.open,
    ending: ending.signal,
    stop: (graceMs) => {
      stopped ??= stop(graceMs);
      return stopped;
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
