import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { IncidentRow } from "../../src/responder/responder.ts";
import { firstBreak, read } from "../../src/store/journal.ts";
import { random as seeded } from "../security/random.ts";
import { type Board, board } from "../storm/board.ts";
import { alertOn, alertOnNode, onDeadNode, type Sent, town, withoutImage } from "../storm/town.ts";
import { anyone, deliver } from "./people.ts";
import { type Stage, setStage } from "./stage.ts";

const random = seeded(11);
const namespaces = ["storm-a", "storm-b"];
const victims = Array.from({ length: 10 }, (_, n) => `victim-${n}`);
const own = ["own-0", "own-1", "own-2"];
const kinds = ["KubePodNotReady", "KubeDeploymentReplicasMismatch"];

const alerts: Sent[] = kinds.flatMap((kind) => [
  ...namespaces.flatMap((namespace) => victims.map((name) => alertOn(namespace, name, kind))),
  ...own.map((name) => alertOn("calm", name, kind)),
  ...(kind === "KubePodNotReady" ? [alertOnNode()] : []),
]);

/** The first lives end where families are made, by whoever comes there first. */
const deaths = ["diagnose:saved:1", "gather:during:2", "diagnose:after:2", "outbox.send:after:1", "diagnose:saved:3"];

let stage: Stage;
let seen: Board;
const stormy: IncidentRow[] = [];
const paged: string[] = [];
const calm: IncidentRow[] = [];

const sendAll = async (all: readonly Sent[]): Promise<void> => {
  for (let at = 0; at < all.length; at += 4) {
    for (;;) {
      const server = anyone(stage.slots, random);
      // A copy more or less: whoever was not told that it is kept sends it again.
      if (server && (await deliver(server, all.slice(at, at + 4)))) break;
      await pause(100);
    }
  }
};

/** Kills one of two that live, that often; gives up after a minute, and the count of the killed tells. */
const bothKilledNowAndThen = async (times: number): Promise<void> => {
  const deadline = Date.now() + 60_000;
  for (let killed = 0; killed < times && Date.now() < deadline; ) {
    await pause(700);
    const living = stage.slots.filter((slot) => slot.url() !== null);
    if (living.length < 2) continue;
    random.pick(living).kill();
    killed++;
  }
};

beforeAll(async () => {
  stage = await setStage({
    houses: 0,
    worlds: town({
      ...Object.fromEntries(namespaces.map((namespace) => [namespace, victims.map(onDeadNode)])),
      calm: own.map((name) => withoutImage(name)),
    }),
    workers: 2,
    nextLife: () => {
      const next = deaths.shift();
      return next === undefined ? {} : { KILL_AT: next };
    },
    measured: false,
  });
  seen = await board(stage);
  await Promise.all([sendAll(alerts), bothKilledNowAndThen(3)]);
  await seen.atRest(150);
  stormy.push(...(await seen.list()));
  paged.push(...(await seen.paged()));
  await Promise.all([sendAll(alerts.map((one) => ({ ...one, status: "resolved" }))), bothKilledNowAndThen(2)]);
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline && (await seen.list()).some(({ closedAt }) => closedAt === null)) await pause(500);
  calm.push(...(await seen.list()));
}, 400_000);

afterAll(() => stage.close());

test("a storm over two replicas that die where families are made: no alert is lost, and each victim has one parent", () => {
  const killed = stage.slots.reduce((sum, { tally }) => sum + tally.killed, 0);
  expect(killed).toBeGreaterThan(4);
  expect(stage.slots.flatMap(({ tally }) => tally.died)).toEqual([]);

  const heads = stormy.filter(({ parentId }) => parentId === null);
  const ofStorm = heads.filter(({ subject }) => subject.namespace !== "calm");
  expect(ofStorm.map(({ subject }) => `${subject.kind}/${subject.name}`)).toContain("Node/node-dead");
  expect(ofStorm.length).toBeLessThanOrEqual(3);
  expect(heads.reduce((sum, { alertCount }) => sum + alertCount, 0)).toBe(alerts.length);
  const ofHeads = new Set(heads.map(({ id }) => id));
  for (const { id, parentId } of stormy) expect([id, parentId === null || ofHeads.has(parentId)]).toEqual([id, true]);
});

test("no unrelated one is swallowed", () => {
  const alone = stormy.filter((one) => one.parentId === null && one.class === "image-not-found");
  expect(alone.map(({ subject }) => subject.name).sort()).toEqual(own);
});

test("people are paged for those that nobody holds, once for each, and every journal is whole", async () => {
  const heads = stormy.filter(({ parentId }) => parentId === null).map(({ id }) => id);
  expect(paged.sort()).toEqual(heads.sort());
  for (const { id } of stormy) expect(firstBreak(id, await read(stage.pool, id))).toBeNull();
});

test("when all has resolved at its source everything is over", () => {
  expect(calm.length).toBe(stormy.length);
  expect(calm.filter(({ closedAt }) => closedAt === null)).toEqual([]);
});
