import type { LogQuery, Logs, LogText } from "./logs.ts";
import { PortError } from "./port-error.ts";

/** After that the next store is asked beside the one that has not answered yet. */
const patienceMs = 3_000;

const later = (ms: number): { over: Promise<null>; stop: () => void } => {
  const { promise: over, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), ms);
  return { over, stop: () => clearTimeout(timer) };
};

/** What became of asking one store, or several: a log, or none and perhaps why. */
interface Heard {
  log: LogText | null;
  failure: PortError | null;
}

const ask = async (store: Logs, query: LogQuery, signal: AbortSignal): Promise<Heard> => {
  try {
    return { log: await store.logs(query, signal), failure: null };
  } catch (failure) {
    if (!(failure instanceof PortError)) throw failure;
    return { log: null, failure };
  }
};

/** The first of both that has the log; where neither has, the failure of the one asked first. */
const either = async (first: Promise<Heard>, next: Promise<Heard>): Promise<Heard> => {
  const found = (one: Promise<Heard>): Promise<Heard> => one.then((heard) => (heard.log ? heard : Promise.reject()));
  return Promise.any([found(first), found(next)]).catch(async () => {
    const [one, other] = await Promise.all([first, next]);
    return { log: null, failure: one.failure ?? other.failure };
  });
};

const askFrom = async (
  [store, ...rest]: readonly Logs[],
  query: LogQuery,
  signal: AbortSignal,
  ms: number,
): Promise<Heard> => {
  if (store === undefined) return { log: null, failure: null };
  const asked = ask(store, query, signal);
  if (rest.length === 0) return asked;
  const patience = later(ms);
  const heard = await Promise.race([asked, patience.over]).finally(patience.stop);
  return heard?.log ? heard : either(asked, askFrom(rest, query, signal, ms));
};

/**
 * Several stores as one: each is asked in turn until one has the log, and one that takes long keeps none behind it waiting.
 * That one could not be asked is told when none has it.
 */
export const firstWithLog = (stores: readonly Logs[], ms = patienceMs): Logs => ({
  name: stores.map(({ name }) => name).join(", "),
  logs: async (query, signal) => {
    const done = new AbortController();
    const inner = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
    try {
      const { log, failure } = await askFrom(stores, query, inner, ms);
      if (log === null && failure !== null) throw failure;
      return log;
    } finally {
      done.abort();
    }
  },
});
