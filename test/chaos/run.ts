import { setTimeout as pause } from "node:timers/promises";
import { nextBuild } from "../durability/next-build.ts";
import { type Random, random as seeded } from "../security/random.ts";
import { deaths, type Harmed, harm, type What } from "./harm.ts";
import { anyone, decide, deliver, type Mood, moodOf, questions, wordsOf } from "./people.ts";
import { type Stage, setStage } from "./stage.ts";
import { progress, type Tally, tally, unfinished } from "./tally.ts";
import type { House } from "./town.ts";

export interface ChaosOptions {
  incidents: number;
  seed: number;
  workers: number;
  /** Protections taken away, e.g. `ledger,locks`; for controls. */
  without: string | null;
  /** About how often something bad happens. */
  everyMs: number;
  /** The share of lives that end at a named moment, while one is left at which nobody died; the others end by bad luck. */
  doomed: number;
  /** All that happens, in this order; absent: chance decides. */
  script?: readonly What[];
  /** Told now and then how far it is. */
  say(line: string): void;
}

/** How often each kind of trouble was made. */
export interface Made {
  duplicates: number;
  /** Alerts whose resolve arrived before them. */
  reordered: number;
  tenApprovals: number;
  approvalsAgainstRejections: number;
}

export interface ChaosResult extends Tally, Harmed, Made {
  kills: number;
  /** Of the named moments, those at which a worker was killed. */
  momentsKilledAt: number;
  stops: number;
  /** Times that a worker found its turn gone and changed nothing more. */
  turnsLost: number;
  /** Incidents that an older build was asked to walk and left to the newer one. */
  leftToNewerBuild: number;
  /** Decisions that were told to count, beyond one for one question. */
  decidedTwice: number;
  /** Workers that ended without being killed, and what they said last. */
  died: string[];
  seconds: number;
}

/** Each alert once or more, over any worker, until somebody has said that it is kept; some resolve before they fire. */
const send = async (stage: Stage, random: Random, nth: number, house: House, made: Made): Promise<string[]> => {
  const kept: string[] = [];
  const until202 = async (alert: object): Promise<void> => {
    for (;;) {
      // In turn, so that each build begins some.
      const server = stage.slots[nth % stage.slots.length]?.url() ?? anyone(stage.slots, random);
      const ids = server && (await deliver(server, [alert]));
      if (ids) return void kept.push(...ids);
      await pause(100);
    }
  };
  if (nth % 8 === 3) {
    made.reordered += 1;
    const ghost = { ...house.firing, fingerprint: `ghost ${house.namespace}` };
    await until202({ ...ghost, status: "resolved", endsAt: new Date().toISOString() });
    await until202(ghost);
  }
  const times = nth % 3 === 1 ? 3 : 1;
  made.duplicates += times - 1;
  await Promise.all(Array.from({ length: times }, () => until202(house.firing)));
  return kept;
};

const sendAll = async (stage: Stage, random: Random, made: Made, signal: AbortSignal): Promise<Set<string>> => {
  const accepted = new Set<string>();
  const most = 40;
  for (const [nth, house] of stage.town.entries()) {
    while (!signal.aborted && (await unfinished(stage).catch(() => most)) >= most) await pause(300);
    for (const id of await send(stage, random, nth, house, made)) accepted.add(id);
  }
  return accepted;
};

/** Answers every question there is, until the signal; one that was asked again is answered as before. */
const answerAll = async (stage: Stage, random: Random, made: Made, signal: AbortSignal): Promise<number> => {
  const moods = new Map<string, Mood>();
  const moodFor = (id: string): Mood => {
    const mood = moods.get(id) ?? moodOf(moods.size);
    if (!moods.has(id)) {
      moods.set(id, mood);
      if (mood === "ten approve at once") made.tenApprovals += 1;
      if (mood === "five approve, five reject at once") made.approvalsAgainstRejections += 1;
    }
    return mood;
  };
  let twice = 0;
  while (!signal.aborted) {
    const asked = await questions(stage.pool).catch(() => []);
    const counted = await Promise.all(
      asked.map((question) => decide(question, wordsOf[moodFor(question.id)], () => anyone(stage.slots, random))),
    );
    twice += counted.filter((count) => count > 1).length;
    await pause(200);
  }
  return twice;
};

const allUp = async ({ slots }: Stage): Promise<void> => {
  const deadline = Date.now() + 120_000;
  while (slots.some((slot) => slot.url() === null) && Date.now() < deadline) await pause(50);
};

/** Longer than the longest pause an incident makes by itself: 32 s, after its fourth failure. */
const stuckAfterMs = 90_000;
const longestMs = 900_000;

/** Until all is over or nothing moves any more: how fast the machine is says nothing about either. */
const finished = async (stage: Stage, say: (line: string) => void): Promise<void> => {
  const deadline = Date.now() + longestMs;
  let moved = Date.now();
  let before = -1;
  while (Date.now() < Math.min(deadline, moved + stuckAfterMs)) {
    const open = await Promise.all([unfinished(stage), questions(stage.pool), progress(stage)]).catch(() => null);
    if (open !== null && open[0] === 0 && open[1].length === 0) return;
    if (open !== null && open[2] !== before) {
      before = open[2];
      moved = Date.now();
    }
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
  const { next: nextDeath, reached } = deaths(random);
  const worst = "actuator.perform:after";
  // A first life ends between a write and its record, until one has: that is the moment all protections are there for.
  const isFirst = (slot: number): boolean => !begunIn.has(slot) || !reached.has(worst);
  const fate = (): Record<string, string> => (random.next() < options.doomed ? nextDeath() : {});
  const nextLife = (slot: number): Record<string, string> => ({
    ...(isFirst(slot) ? { KILL_AT: `${worst}:1` } : calm ? {} : fate()),
    // The last place is that of the next release, beside which this one keeps running.
    ...(slot === options.workers - 1 ? nextBuild : {}),
    ...(options.without === null ? {} : { WITHOUT: options.without }),
    ...(begunIn.add(slot) && {}),
  });
  const stage = await setStage({
    houses: options.incidents,
    workers: options.workers,
    nextLife,
    onDeath: (moment) => reached.add(moment),
    measured: false,
  });
  const made: Made = { duplicates: 0, reordered: 0, tenApprovals: 0, approvalsAgainstRejections: 0 };
  const over = new AbortController();
  const quiet = new AbortController();
  try {
    await allUp(stage);
    const deciding = answerAll(stage, random, made, over.signal);
    const harming = harm(stage, random, options, quiet.signal);
    const accepted = await sendAll(stage, random, made, over.signal);
    options.say("all alerts are in");
    calm = true;
    quiet.abort();
    const harmed = await harming;
    await finished(stage, options.say);
    over.abort();
    const decidedTwice = await deciding;
    const sum = (count: (slot: Stage["slots"][number]["tally"]) => number) =>
      stage.slots.reduce((all, slot) => all + count(slot.tally), 0);
    return {
      ...(await tally(stage, accepted)),
      ...harmed,
      ...made,
      momentsKilledAt: reached.size,
      leftToNewerBuild: sum(({ refused }) => refused),
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
