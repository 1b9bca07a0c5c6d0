import type { ClusterClock } from "../../src/demo/recorded-cluster/cluster-clock.ts";

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
