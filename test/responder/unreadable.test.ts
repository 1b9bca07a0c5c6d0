import { expect, test } from "vitest";
import { Happening } from "../../src/incident/notice.ts";
import { onDeadline } from "../../src/responder/give-up.ts";
import { alertsOf } from "../../src/store/alerts.ts";
import { firstBreak } from "../../src/store/journal.ts";
import { takeTurn } from "../../src/store/turns.ts";
import { type Walking, walkStory } from "./walking.ts";

const told = { follows: { event: Happening.options }, desk: ["acknowledge" as const, "resolve" as const] };

/** As another build might leave it: no alert of the incident can be read. */
const spoil = async ({ db }: Walking): Promise<void> => {
  const year = `'"+099999-01-01T00:00:00.000Z"'`;
  await db.pool.query(`update nightshift.alerts set body = jsonb_set(body::jsonb, '{startsAt}', ${year}::jsonb)::json`);
};

const pages = async (walking: Walking) => (await walking.notices()).filter(({ channel }) => channel === "page");

test.each([true, false])(
  "an alert that cannot be read (%s): the walk goes on, and the page says so",
  async (spoilt) => {
    const walking = await walkStory("bad-rollout", {}, told);
    if (spoilt) await spoil(walking);
    await walking.walk();
    walking.cluster.clock.advance(15 * 60_000);

    await onDeadline(walking.deps, walking.id);

    expect(await alertsOf(walking.db.pool, walking.id, 9)).toHaveLength(spoilt ? 0 : walking.alerts().length);
    const besides = spoilt ? [expect.stringMatching(/^\d+ stored alerts? could not be read\.$/)] : [];
    expect(await pages(walking)).toMatchObject([{ body: { besides } }]);
  },
);

test("a walk given up before it began pages although no alert can be read, and its subject takes the next", async () => {
  const walking = await walkStory("bad-rollout", {}, told);
  await spoil(walking);
  for (let turns = 0; turns < 5; turns++) await takeTurn(walking.db.pool, walking.id);

  expect(await walking.turn()).toMatchObject({ state: null, status: "escalated" });

  expect(await pages(walking)).toHaveLength(1);
  const next = walking.alerts().map((one) => ({ ...one, fingerprint: `${one.fingerprint}-2` }));
  expect(await walking.deliver(next)).not.toEqual([]);
});

test("giving up that fails is tried again after a pause, and pages as soon as it can", async () => {
  const fails = { search: () => Promise.reject(new Error("broken for ever")) };
  const walking = await walkStory("bad-rollout", { wrap: (ports) => ({ ...ports, bookshelf: fails }) });
  for (let turns = 1; turns <= 4; turns++) await walking.turn();
  await walking.db.pool.query("alter table nightshift.notices rename to elsewhere");

  for (let turns = 5; turns <= 6; turns++) expect(await walking.turn()).toMatchObject({ status: "investigating" });

  const { rows } = await walking.db.pool.query(
    "select extract(epoch from start_after - created_on)::int as pause from pgboss.job where name = 'wake' order by 1",
  );
  // 2, 4, 8, 16, 32 and 60 seconds, less what it took to write them.
  expect(rows).toHaveLength(6);
  expect(rows[4]?.pause).toBeGreaterThan(16);
  expect(rows[5]?.pause).toBeGreaterThan(32);
  await walking.db.pool.query("alter table nightshift.elsewhere rename to notices");
  expect(await walking.turn()).toMatchObject({ status: "escalated" });
  expect(await pages(walking)).toHaveLength(1);
  expect(firstBreak(walking.id, await walking.journal())).toBeNull();
});
