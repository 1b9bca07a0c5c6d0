import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { callsTool, callsTools, startFakeOpenAi, type Turn } from "../support/fake-openai.ts";
import { dump, foundIn } from "./dump.ts";
import { channels, markOf, planted } from "./plant.ts";
import { puzzling } from "./puzzling.ts";
import { reviewed } from "./reviewed-secrets.ts";
import { canaries } from "./secrets.ts";
import { startWalk } from "./walk.ts";

const corpus = [...canaries(200), ...reviewed()];
const secrets = corpus.map(({ secret }) => secret);
const pod = "storefront-9bd4cbcfd-pf5vk";

/** What was kept for people and programs has gone out. */
const everybodyTold = async ({ pool }: TestDatabase): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    const { rowCount } = await pool.query("select 1 from nightshift.notices where version > sent_version limit 1");
    if (rowCount === 0) return;
    await pause(50);
  }
  throw new Error("a notice was not delivered in 15 s");
};

/** A walk to its end, and every place where something of it may have stayed. */
const placesAfter = async (db: TestDatabase, turns: Turn[], puzzle: boolean) => {
  const provider = await startFakeOpenAi(turns);
  await using walk = await startWalk(db, {
    story: "bad-rollout",
    change: (story) => planted(puzzle ? puzzling(story) : story, corpus, "9bd4cbcfd"),
    model: provider.url,
  });
  const id = await walk.receive();
  const waiting = await walk.settled(id);
  if (waiting.status === "awaiting-approval") expect(await walk.approve(waiting)).toBe(202);
  const ended = await walk.done(id);
  await everybodyTold(db);
  const places: Record<string, string[]> = {
    ...Object.fromEntries(await dump(db.pool)),
    api: await walk.apiAnswers(id, ended.evidence),
    told: walk.outside.told.map(({ body }) => body),
    log: walk.logged,
    model: provider.heard.map((heard) => JSON.stringify(heard)),
  };
  provider.close();
  return { places, ended, writes: walk.cluster.writes() };
};

const leaksIn = (places: Record<string, string[]>): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(places)
      .map(([place, texts]) => [place, foundIn(texts, secrets)] as const)
      .filter(([, found]) => found.length > 0),
  );

/** Which events were posted; the messages of Slack and PagerDuty are none. */
const waysIn = (told: readonly string[] = []): string[] =>
  told.flatMap((body) => /^\{"type":"(incident\.[a-z-]+)"/.exec(body)?.[1] ?? []);

const everywhere = (places: Record<string, string[]>): string[] => Object.values(places).flat();
const unread = (texts: readonly string[]): string[] =>
  channels.filter((channel) => foundIn(texts, [markOf(channel)]).length === 0);

test("of 200 secrets in 8 channels none is found after an approved change, in what is kept, said or logged", async () => {
  const db = await freshDatabase();
  const { places, ended, writes } = await placesAfter(db, [callsTool("conclude", "{}")], false);

  expect(leaksIn(places)).toEqual({});
  // Every channel was read, a dry run was shown, a change was made: there was something to leak.
  expect(unread(everywhere(places))).toEqual([]);
  expect([ended.plan?.kind, writes.length > 0]).toEqual(["actions", true]);
  expect(foundIn(places.told ?? [], ["[redacted:"])).toHaveLength(1);
  // The thread of the card, the mark on the dashboard.
  expect(places.told?.some((body) => body.includes("thread_ts=1.1"))).toBe(true);
  expect(places.told?.some((body) => body.includes('"tags":["nightshift"'))).toBe(true);
  expect(waysIn(places.told)).toEqual(expect.arrayContaining(["incident.opened", "incident.acted"]));
});

test("nor after a model was asked and a person paged", async () => {
  const db = await freshDatabase();
  const asks = callsTools(
    ["logs", { pod, namespace: null, container: null, previous: false, lines: 2000 }],
    ["logs", { pod, namespace: null, container: null, previous: true, lines: 2000 }],
    ["describe", { kind: "Pod", namespace: null, name: pod }],
    ["get", { kind: "Deployment", namespace: null, name: "storefront" }],
  );
  const { places, ended } = await placesAfter(db, [asks, callsTool("conclude", "{}")], true);

  expect(leaksIn(places)).toEqual({});
  expect(unread(everywhere(places))).toEqual([]);
  expect(ended.status).toBe("escalated");
  expect(places.model?.length).toBeGreaterThan(0);
  expect(foundIn(places.model ?? [], ["[redacted:"])).toHaveLength(1);
});

test("a secret in any table, also in a packed body, would be found", async () => {
  const db = await freshDatabase();
  const [first = "", second = ""] = secrets;
  await db.pool.query("insert into nightshift.settings (name, value) values ('x', $1)", [JSON.stringify({ a: first })]);
  await db.pool.query("insert into nightshift.bodies (hash, packed) values ('h', $1)", [gzipSync(`x ${second} y`)]);

  expect(leaksIn(Object.fromEntries(await dump(db.pool)))).toEqual({
    "nightshift.settings": [first],
    "nightshift.bodies": [second],
  });
});
