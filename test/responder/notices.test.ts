import { expect, test, vi } from "vitest";
import type { Notice } from "../../src/incident/notice.ts";
import { type DeliverDeps, deliver, undeliverable } from "../../src/responder/deliver.ts";
import { sweep } from "../../src/responder/service.ts";
import { firstBreak } from "../../src/store/journal.ts";
import { walkStory } from "./walking.ts";

const signal = new AbortController().signal;

/** An incident that has paged, with people whose line is as good as the test says. */
const paged = async (page: (notice: Notice) => Promise<Record<string, string>>) => {
  const walking = await walkStory("missing-setting");
  await walking.walk();
  const people: DeliverDeps = {
    ...walking.deps,
    clock: walking.cluster.clock,
    notifier: { post: async () => ({}) },
    pager: { page, note: async () => ({}) },
  };
  return { walking, people, key: `page:${walking.id}` };
};

const standing = async ({ db }: Awaited<ReturnType<typeof walkStory>>, key: string) =>
  (await db.pool.query("select version, sent_version, last_error from nightshift.notices where key = $1", [key]))
    .rows[0];

test("a notice that could not be delivered is tried again with growing pauses, and kept until somebody has it", async () => {
  const page = vi.fn().mockRejectedValueOnce(new Error("no line")).mockResolvedValue({ id: "1" });
  const { walking, people, key } = await paged(page);

  await expect(deliver(people)(key, signal)).rejects.toThrow("no line");
  expect(await standing(walking, key)).toMatchObject({ version: 1, sent_version: 0, last_error: "no line" });
  const { rows } = await walking.db.pool.query(
    "select retry_limit, retry_backoff, dead_letter from pgboss.job where name = 'page' and singleton_key = $1",
    [key],
  );
  expect(rows).toEqual([{ retry_limit: 12, retry_backoff: true, dead_letter: "notify-dead" }]);

  await deliver(people)(key, signal);
  await deliver(people)(key, signal);
  expect(await standing(walking, key)).toMatchObject({ sent_version: 1, last_error: null });
  expect(page).toHaveBeenCalledTimes(2);
});

test("after all tries it is declared dead, loudly, and a later sweep begins again", async () => {
  const { walking, people, key } = await paged(() => Promise.reject(new Error("no line")));
  await deliver(people)(key, signal).catch(() => undefined);

  await undeliverable(people)(key);

  expect((await walking.journal()).at(-1)?.line).toContain("could not be delivered after all tries");
  expect(walking.log).toContain("a notice could not be delivered; nobody has seen it");
  expect(firstBreak(walking.id, await walking.journal())).toBeNull();
  // The queue keeps what failed for an hour and longer: nobody sleeps on for that.
  const ofPage = "name = 'page' and singleton_key = $1";
  await walking.db.pool.query(`update pgboss.job set state = 'failed' where ${ofPage}`, [key]);
  await sweep(walking.deps);
  await sweep(walking.deps);
  const jobs = await walking.db.pool.query(`select state from pgboss.job where ${ofPage} order by state`, [key]);
  expect(jobs.rows).toEqual([{ state: "created" }, { state: "failed" }]);

  await undeliverable(people)(key);
  const lines = (await walking.journal()).filter(({ line }) => line.includes("could not be delivered"));
  expect(lines).toHaveLength(1);
});

test("a notice that was delivered is neither sent nor mourned again", async () => {
  const page = vi.fn().mockResolvedValue({ id: "1" });
  const { walking, people, key } = await paged(page);
  await deliver(people)(key, signal);
  const told = (await walking.journal()).length;

  await deliver(people)(key, signal);
  await undeliverable(people)(key);

  expect(page).toHaveBeenCalledTimes(1);
  expect(await walking.journal()).toHaveLength(told);
});
