import type { Clock } from "../../ports/clock.ts";

/** Time as the recorded cluster's controllers see it. `after` must not keep the process alive. */
export interface ClusterClock extends Clock {
  after(ms: number, run: () => void): void;
}

export const wallClock = (): ClusterClock => ({
  now: () => new Date(),
  after: (ms, run) => void setTimeout(run, ms).unref(),
});
