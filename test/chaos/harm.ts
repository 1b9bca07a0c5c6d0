import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../security/random.ts";
import type { Slot } from "./slot.ts";
import type { Stage } from "./stage.ts";

const points = [
  "cluster.list:before",
  "cluster.list:after",
  "archive.keep:before",
  "archive.keep:after",
  "archive.open:before",
  "bookshelf.search:before",
  "actuator.dryRun:before",
  "actuator.dryRun:after",
  "ledger.openApproval:before",
  "ledger.openApproval:after",
  "ledger.claim:before",
  "ledger.claim:after",
  "actuator.perform:before",
  "actuator.perform:after",
  "ledger.settle:before",
  "ledger.settle:after",
  "outbox.send:before",
  "outbox.send:after",
];

/** Half of the lives end at a named moment of the walk, the others whenever it happens. */
export const nextDeath = (random: Random): Record<string, string> =>
  random.next() < 0.5 ? { KILL_AT: `${random.pick(points)}:${1 + random.below(8)}` } : {};

/** Longer than the queue waits for a worker: when it wakes, its jobs are somebody else's. */
const standstill = async (slot: Slot, seconds: number): Promise<void> => {
  if (!slot.stop()) return;
  await pause(seconds * 1000);
  slot.wake();
};

const slowDown = async ({ proxy }: Slot, ms: number): Promise<void> => {
  proxy.delay(ms);
  await pause(2_000);
  proxy.delay(0);
};

export interface Harmed {
  cuts: number;
  delays: number;
  restarts: number;
}

/** Something bad happens every now and then, until the signal. Ends when everybody is awake again. */
export const harm = async (stage: Stage, random: Random, everyMs: number, signal: AbortSignal): Promise<Harmed> => {
  const done: Harmed = { cuts: 0, delays: 0, restarts: 0 };
  let still: Promise<void> | null = null;
  const running: Promise<void>[] = [];
  const one = async (): Promise<void> => {
    const slot = random.pick(stage.slots);
    const what = random.next();
    if (what < 0.45) slot.kill();
    else if (what < 0.6) {
      if (still !== null) return;
      still = standstill(slot, 11 + random.below(4)).finally(() => {
        still = null;
      });
      running.push(still);
    } else if (what < 0.78) {
      slot.proxy.cut();
      done.cuts += 1;
    } else if (what < 0.96) {
      running.push(slowDown(slot, 5 + random.below(60)));
      done.delays += 1;
    } else {
      await stage.restartPostgres();
      done.restarts += 1;
    }
  };
  while (!signal.aborted) {
    await pause(everyMs * (0.5 + random.next()), undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await one();
  }
  if (done.restarts === 0) {
    await stage.restartPostgres();
    done.restarts += 1;
  }
  await Promise.all(running);
  return done;
};
