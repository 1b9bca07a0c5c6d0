const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

// npm passes on a Ctrl-C that the terminal has sent us already: what follows at once is the same one.
const sameMs = 1_000;

/** Aborts at the first request to stop: a signal, or nobody left to read what we print. A later one ends the process at once. */
export const stopSignal = (): AbortSignal => {
  const stop = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    if (!stop.signal.aborted) first = performance.now();
    else if (performance.now() - first > sameMs) process.exit(1);
    stop.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  process.stdout.on("error", () => stop.abort());
  return stop.signal;
};

export const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
