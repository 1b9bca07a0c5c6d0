import type { Clock } from "../../ports/clock.ts";

/** Time as the recorded cluster's controllers see it. `after` must not keep the process alive. */
export interface ClusterClock extends Clock {
  after(ms: number, run: () => void): void;
}

export const wallClock = (): ClusterClock => ({
  now: () => new Date(),
  after: (ms, run) => void setTimeout(run, ms).unref(),
});

/** A clock that stands still until it is advanced; everything that falls due runs in order, at its own time. */
export const handClock = (start: Date): ClusterClock & { advance(ms: number): void } => {
  let now = start.getTime();
  let due: { at: number; run: () => void }[] = [];
  const advance = (ms: number): void => {
    const until = now + ms;
    for (;;) {
      const next = due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      due = due.filter((other) => other !== next);
      now = next.at;
      next.run();
    }
    now = until;
  };
  return { now: () => new Date(now), after: (ms, run) => void due.push({ at: now + ms, run }), advance };
};
