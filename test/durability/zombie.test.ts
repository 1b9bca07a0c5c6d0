import { beforeAll, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { allDelivered, carryThrough, type Ending, endingOf, hashOf, isAsking } from "./night.ts";
import { type Life, type Stage, setStage, until } from "./stage.ts";

interface Point {
  /** Where it stands still. */
  point: string;
  /** What it says when it has found out that its turn is over. */
  noticed: RegExp;
}

/** What stood there when the successor had finished, and what after the zombie had woken and noticed. */
interface Waking {
  before: Ending & { object: string | undefined };
  after: Ending & { object: string | undefined };
}

const standing = async (stage: Stage, id: string) => ({
  ...(await endingOf(stage, id)),
  object: stage.cluster.shelf.get("Deployment", "storefront", "storefront")?.metadata.resourceVersion,
});

const says = (life: Life, words: RegExp): Promise<true> =>
  until(`the process says: ${words}`, async () => life.lines.some((line) => words.test(line)) || null);

/** Takes the incident as far as the moment where the process stops itself. */
const untilStopped = async (life: Life, id: string, point: string): Promise<void> => {
  if (point.startsWith("actuator.perform")) {
    const asking = await until("it asks", async () => {
      const incident = await life.client.show(id);
      return isAsking(incident) && incident;
    });
    await life.client.decide(id, "approve", hashOf(asking));
  }
  await says(life, /stops here/);
};

/** A worker stands still in the middle of a turn, longer than the queue waits for it; another one finishes; it wakes. */
const wake = async ({ point, noticed }: Point, db: TestDatabase): Promise<Waking> => {
  const stage = await setStage("bad-rollout", db);
  try {
    const zombie = await stage.start({ STOP_AT: point });
    const id = await stage.alert(zombie);
    await untilStopped(zombie, id, point);
    await carryThrough(await stage.start(), id, "approve");
    await allDelivered(stage);
    const before = await standing(stage, id);
    zombie.process.kill("SIGCONT");
    await says(zombie, noticed);
    return { before, after: await standing(stage, id) };
  } finally {
    await stage.close();
  }
};

const points: Record<string, Point> = {
  "before its write": { point: "actuator.perform:before", noticed: /"ledger.settle","error":"TurnLost"/ },
  "before its checkpoint": { point: "bookshelf.search:before", noticed: /another worker has taken over/ },
};
const wakings = new Map<string, Promise<Waking>>();

beforeAll(async () => {
  for (const [name, point] of Object.entries(points)) {
    const waking = wake(point, await freshDatabase());
    waking.catch(() => undefined);
    wakings.set(name, waking);
  }
});

test.each(Object.keys(points))(
  "a worker that stood still %s changes nothing when it wakes",
  async (name) => {
    const { before, after } = (await wakings.get(name)) ?? {};

    expect(before).toMatchObject({ status: "resolved", verdict: "recovered", incidents: 1, journalBreak: null });
    expect(before?.writes).toBe(1);
    // Its own request may still reach the API server, which then refuses it: the object is as it was.
    expect({ ...after, writes: 1 }).toEqual(before);
  },
  120_000,
);
