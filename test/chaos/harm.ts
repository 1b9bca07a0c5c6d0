import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../security/random.ts";
import type { Slot } from "./slot.ts";
import type { Stage } from "./stage.ts";

const nodes = [
  "gather",
  "diagnose",
  "runbook-retrieve",
  "propose",
  "request-approval",
  "await-approval",
  "act",
  "verify",
  "escalate",
  "report",
];

// `await-approval` asks nobody anything, so nothing happens during it.
const inNodes = nodes.flatMap((node) =>
  ["before", "during", "after", "saved"]
    .filter((when) => node !== "await-approval" || when !== "during")
    .map((when) => `${node}:${when}`),
);

const atPorts = ["ledger.openApproval", "ledger.claim", "actuator.perform", "ledger.settle", "outbox.send"].flatMap(
  (call) => [`${call}:before`, `${call}:after`],
);

/** Every moment that a worker is killed at, at least once in a full run. */
export const moments: readonly string[] = [...inNodes, ...atPorts];

/** Which moment the next life ends at: one that nobody died at yet, in an order of the seed's; none when all are done. */
export const deaths = (random: Random) => {
  const given = new Map<string, number>();
  const reached = new Set<string>();
  return {
    reached,
    next: (): Record<string, string> => {
      const open = moments.filter((moment) => !reached.has(moment));
      if (open.length === 0) return {};
      const least = Math.min(...open.map((moment) => given.get(moment) ?? 0));
      const moment = random.pick(open.filter((one) => (given.get(one) ?? 0) === least));
      given.set(moment, least + 1);
      return { KILL_AT: `${moment}:1` };
    },
  };
};

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

/** What happens, and how often of a hundred times. */
const chances: [what: "kill" | "stop" | "cut" | "delay" | "restart", share: number][] = [
  ["kill", 40],
  ["stop", 20],
  ["cut", 18],
  ["delay", 18],
  ["restart", 4],
];

export type What = (typeof chances)[number][0];

const pickWhat = (random: Random): What => {
  let left = random.below(100);
  for (const [what, share] of chances) {
    if (left < share) return what;
    left -= share;
  }
  return "kill";
};

export interface Harmed {
  cuts: number;
  delays: number;
  restarts: number;
}

/** Something bad happens every now and then, until the signal, or until all of the script has happened. Ends when everybody is awake again. */
export const harm = async (
  stage: Stage,
  random: Random,
  { everyMs, script }: { everyMs: number; script?: readonly What[] },
  signal: AbortSignal,
): Promise<Harmed> => {
  const done: Harmed = { cuts: 0, delays: 0, restarts: 0 };
  let still: Promise<void> | null = null;
  const running: Promise<void>[] = [];
  const restart = async (): Promise<void> => {
    await stage.restartPostgres();
    done.restarts += 1;
  };
  const one = async (what: What, slot: Slot): Promise<void> => {
    switch (what) {
      case "kill":
        return slot.kill();
      case "stop":
        if (still !== null) return;
        still = standstill(slot, 11 + random.below(4)).finally(() => {
          still = null;
        });
        running.push(still);
        return;
      case "cut":
        slot.proxy.cut();
        done.cuts += 1;
        return;
      case "delay":
        running.push(slowDown(slot, 5 + random.below(60)));
        done.delays += 1;
        return;
      case "restart":
        return restart();
    }
  };
  const next = [...(script ?? [])];
  const isOver = () => (script === undefined ? signal.aborted : next.length === 0);
  while (!isOver()) {
    await pause(everyMs * (0.5 + random.next()), undefined, script === undefined ? { signal } : {}).catch(
      () => undefined,
    );
    // Whoever is only being born has nothing to lose yet, and on a slow machine nobody would ever come up: the harm keeps
    // pace with the machine and not with the clock.
    const living = stage.slots.filter((slot) => slot.url() !== null);
    if (isOver() || living.length <= stage.slots.length / 2) continue;
    await one(next.shift() ?? pickWhat(random), random.pick(living));
  }
  if (script === undefined && done.restarts === 0) await restart();
  await Promise.all(running);
  return done;
};
