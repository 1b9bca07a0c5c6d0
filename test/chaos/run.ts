import { setTimeout as pause } from "node:timers/promises";
import { type Random, random as seeded } from "../security/random.ts";
import { type Harmed, harm, nextDeath } from "./harm.ts";
import { answers, anyone, decide, deliver, questions } from "./people.ts";
import { type Stage, setStage } from "./stage.ts";
import { type Tally, tally, unfinished } from "./tally.ts";
import type { House } from "./town.ts";

export interface ChaosOptions {
  incidents: number;
  seed: number;
  workers: number;
  /** Protections taken away, e.g. `ledger,locks`; for controls. */
  without: string | null;
  /** About how often something bad happens. */
  everyMs: number;
  /** Told now and then how far it is. */
  say(line: string): void;
}

export interface ChaosResult extends Tally, Harmed {
  kills: number;
  stops: number;
  /** Times that a worker found its turn gone and changed nothing more. */
  turnsLost: number;
  /** Decisions that were told to count, beyond one for one question. */
  decidedTwice: number;
  /** Workers that ended without being killed, and what they said last. */
  died: string[];
  seconds: number;
}

/** Each alert once or more, over any worker, until somebody has said that it is kept; some resolve before they fire. */
const send = async (stage: Stage, random: Random, house: House): Promise<string[]> => {
  const kept: string[] = [];
  const until202 = async (alert: object): Promise<void> => {
    for (;;) {
      const server = anyone(stage.slots, random);
      const ids = server && (await deliver(server, [alert]));
      if (ids) return void kept.push(...ids);
      await pause(100);
    }
  };
  if (random.next() < 0.1) {
    const ghost = { ...house.firing, fingerprint: `ghost ${house.namespace}` };
    await until202({ ...ghost, status: "resolved", endsAt: new Date().toISOString() });
    await until202(ghost);
  }
  const times = random.next() < 0.3 ? 3 : 1;
  await Promise.all(Array.from({ length: times }, () => until202(house.firing)));
  return kept;
};

const sendAll = async (stage: Stage, random: Random, signal: AbortSignal): Promise<Set<string>> => {
  const accepted = new Set<string>();
  const most = Math.min(40, Math.ceil(stage.town.length / 2));
  for (const house of stage.town) {
    while (!signal.aborted && (await unfinished(stage).catch(() => most)) >= most) await pause(300);
    for (const id of await send(stage, random, house)) accepted.add(id);
  }
  return accepted;
};

/** Answers every question there is, until the signal. */
const answerAll = async (stage: Stage, random: Random, signal: AbortSignal): Promise<number> => {
  let twice = 0;
  while (!signal.aborted) {
    const asked = await questions(stage.pool).catch(() => []);
    const counted = await Promise.all(
      asked.map((question) => decide(question, answers(random), () => anyone(stage.slots, random))),
    );
    twice += counted.filter((count) => count > 1).length;
    await pause(200);
  }
  return twice;
};

const finished = async (stage: Stage, say: (line: string) => void, seconds: number): Promise<void> => {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const open = await Promise.all([unfinished(stage), questions(stage.pool)]).catch(() => null);
    if (open !== null && open[0] === 0 && open[1].length === 0) return;
    say(`${open?.[0] ?? "?"} to go`);
    await pause(500);
  }
};

/** Alerts, people and bad luck at the same time; then calm, until everything is over; then it is counted. */
export const runChaos = async (options: ChaosOptions): Promise<ChaosResult> => {
  const begun = Date.now();
  const random = seeded(options.seed);
  let calm = false;
  const begunIn = new Set<number>();
  // Each first life ends between a write and its record: that is the moment all protections are there for.
  const fate = (slot: number): Record<string, string> =>
    begunIn.has(slot) ? nextDeath(random) : { KILL_AT: "actuator.perform:after:1" };
  const nextLife = (slot: number): Record<string, string> => ({
    ...(calm && begunIn.has(slot) ? {} : fate(slot)),
    ...(options.without === null ? {} : { WITHOUT: options.without }),
    ...(begunIn.add(slot) && {}),
  });
  const stage = await setStage({ houses: options.incidents, workers: options.workers, nextLife, fsync: false });
  const over = new AbortController();
  const quiet = new AbortController();
  try {
    const deciding = answerAll(stage, random, over.signal);
    const harming = harm(stage, random, options.everyMs, quiet.signal);
    const accepted = await sendAll(stage, random, over.signal);
    options.say("all alerts are in");
    calm = true;
    quiet.abort();
    const harmed = await harming;
    await finished(stage, options.say, 150);
    over.abort();
    const decidedTwice = await deciding;
    const sum = (count: (slot: Stage["slots"][number]["tally"]) => number) =>
      stage.slots.reduce((all, slot) => all + count(slot.tally), 0);
    return {
      ...(await tally(stage, accepted)),
      ...harmed,
      kills: sum(({ killed }) => killed),
      stops: sum(({ stopped }) => stopped),
      turnsLost: sum(({ lost }) => lost),
      decidedTwice,
      died: stage.slots.flatMap((slot) => slot.tally.died),
      seconds: Math.round((Date.now() - begun) / 1000),
    };
  } finally {
    over.abort();
    quiet.abort();
    await stage.close();
  }
};

/** What is not as it must be, in words; nothing when all holds. */
export const broken = (result: ChaosResult, expected: number): string[] => {
  const must: [boolean, string][] = [
    [result.incidents === expected, `${result.incidents} incidents for ${expected} sick workloads`],
    [result.lost === 0, `${result.lost} accepted alerts belong to no incident`],
    [result.unfinished === 0, `${result.unfinished} incidents are neither over nor waiting`],
    [result.writesPerAction <= 1, `${result.writesPerAction} writes for one approved action`],
    [result.writesForRejected === 0, `${result.writesForRejected} writes that nobody approved`],
    [result.chainsBroken === 0, `${result.chainsBroken} journals whose chain does not hold`],
    [result.decidedTwice === 0, `${result.decidedTwice} questions where more than one answer counted`],
    [result.died.length === 0, `${result.died.length} workers ended by themselves: ${result.died[0] ?? ""}`],
  ];
  return must.filter(([holds]) => !holds).map(([, words]) => words);
};
