import { expect, test } from "vitest";
import { onDeadline } from "../../src/responder/give-up.ts";
import { sweep } from "../../src/responder/service.ts";
import { projectState } from "../../src/store/incidents.ts";
import { forgottenNotices } from "../../src/store/notices.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { alert, fresh } from "../support/incidents.ts";
import { testQueue } from "../support/queue.ts";
import { type Walking, walkStory } from "./walking.ts";

const minute = 60_000;

const jobs = async ({ db, id }: Walking, name: string): Promise<number> => {
  const { rowCount } = await db.pool.query("select 1 from pgboss.job where name = $1 and singleton_key = $2", [
    name,
    id,
  ]);
  return rowCount ?? 0;
};

const loseJobs = ({ db }: Walking) => db.pool.query("delete from pgboss.job");

test("an expiry whose timer was lost is found, and not a moment early", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  await loseJobs(walking);
  walking.cluster.clock.advance(50 * minute);
  await sweep(walking.deps);
  expect(await jobs(walking, "advance")).toBe(0);

  walking.cluster.clock.advance(20 * minute);
  await sweep(walking.deps);

  expect(await jobs(walking, "advance")).toBe(1);
  await walking.turn();
  expect((await walking.row()).status).not.toBe("awaiting-approval");
});

test("a NUL in the state of one incident does not blind the sweep", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  const { state } = await walking.row();
  if (state === null) throw new Error("it has walked");
  const odd = { ...state, alerts: [alert({ summary: "before\0after" })] };
  await projectState(walking.db.pool, walking.id, { state: odd, status: "awaiting-approval", checkpointId: "c" });
  await loseJobs(walking);
  walking.cluster.clock.advance(70 * minute);

  await sweep(walking.deps);

  expect(await jobs(walking, "advance")).toBe(1);
});

test("a look whose timer was lost is taken, and one that is only late is left alone", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  await walking.answer("approve");
  await walking.turn();
  expect(await walking.row()).toMatchObject({ status: "verifying" });
  expect(await jobs(walking, "wake")).toBeGreaterThan(0);
  await walking.db.pool.query("delete from pgboss.job where name = 'advance'");
  await walking.db.pool.query("update pgboss.job set start_after = now() where name = 'wake'");
  walking.cluster.clock.advance(10 * minute);
  await sweep(walking.deps);
  expect(await jobs(walking, "advance")).toBe(0);

  await loseJobs(walking);
  await sweep(walking.deps);

  expect(await jobs(walking, "advance")).toBe(1);
});

test("a walk that failed is tried again though the timer of its next try was lost", async () => {
  const fails = { search: () => Promise.reject(new Error("not today")) };
  const walking = await walkStory("bad-rollout", { wrap: (ports) => ({ ...ports, bookshelf: fails }) });
  await walking.turn();
  expect(await jobs(walking, "wake")).toBe(1);
  await walking.db.pool.query("delete from pgboss.job where name = 'advance'");
  await sweep(walking.deps);
  expect(await jobs(walking, "advance")).toBe(0);

  await loseJobs(walking);
  await sweep(walking.deps);

  expect(await jobs(walking, "advance")).toBe(1);
});

test("an alert that fires again after a silent deadline pages somebody", async () => {
  const walking = await walkStory("bad-rollout");
  const { labels } = (await walking.walk()).state?.alerts[0] ?? { labels: {} };
  await walking.quiet();
  walking.cluster.clock.advance(20 * minute);
  await onDeadline(walking.deps, walking.id);
  await loseJobs(walking);
  await sweep(walking.deps);
  expect(await jobs(walking, "deadline")).toBe(0);

  await walking.deliver([alert({ labels, fingerprint: "again", startsAt: "2026-11-22T15:20:00.000Z" })]);
  await sweep(walking.deps);

  expect(await jobs(walking, "deadline")).toBe(1);
  await onDeadline(walking.deps, walking.id);
  expect(await walking.row()).toMatchObject({ pagedAt: expect.any(Date) });
  await loseJobs(walking);
  await sweep(walking.deps);
  expect(await jobs(walking, "deadline")).toBe(0);
});

test("notices that cannot go out keep no other waiting", async () => {
  await using db = await freshDatabase();
  const queue = await testQueue(db.url);
  await openIncidents(db.pool, [fresh(new Date())]);
  await db.pool.query(
    `insert into nightshift.notices (key, incident_id, channel, body, last_error)
     values ('card:a', 'inc_1', 'card', '{}', 'refused'), ('card:b', 'inc_1', 'card', '{}', null)`,
  );

  await forgottenNotices(db.pool, queue, 1);

  const { rows } = await db.pool.query("select singleton_key as key from pgboss.job where name = 'notify'");
  expect(rows).toEqual([{ key: "card:b" }]);
});
