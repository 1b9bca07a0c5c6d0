import { expect, test } from "vitest";
import { Happening } from "../../src/incident/notice.ts";
import { onDeadline } from "../../src/responder/give-up.ts";
import { firstBreak } from "../../src/store/journal.ts";
import { walkStory } from "./walking.ts";

test("the deadline passes while nobody answers: a person is paged, once, and the question stays open", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  const { rows } = await walking.db.pool.query("select start_after from pgboss.job where name = 'deadline'");
  expect(rows).toEqual([{ start_after: (await walking.row()).deadlineAt }]);

  walking.cluster.clock.advance(15 * 60_000);
  await onDeadline(walking.deps, walking.id);
  await onDeadline(walking.deps, walking.id);

  const pages = (await walking.notices()).filter(({ channel }) => channel === "page");
  expect(pages).toMatchObject([{ version: 1, body: { title: expect.stringContaining("image-not-found") } }]);
  expect((await walking.journal()).filter(({ kind }) => kind === "escalation")).toHaveLength(1);
  expect(await walking.answer("approve")).toEqual({ kind: "accepted" });
  expect(await walking.walk()).toMatchObject({ status: "resolved" });
  expect(firstBreak(walking.id, await walking.journal())).toBeNull();
});

test("nobody is woken for an incident that is over, or whose alerts are silent", async () => {
  const over = await walkStory("missing-setting");
  await over.walk();
  const paged = await over.notices();
  await onDeadline(over.deps, over.id);
  expect(await over.notices()).toEqual(paged);

  const silent = await walkStory("bad-rollout");
  await silent.walk();
  await silent.quiet();
  await onDeadline(silent.deps, silent.id);
  expect(await silent.row()).toMatchObject({ pagedAt: null });
});

test("a person is paged and whoever follows hears of it although the database does not give the evidence", async () => {
  const walking = await walkStory("bad-rollout", {}, { follows: { event: Happening.options } });
  await walking.walk();
  await walking.db.pool.query("alter table nightshift.evidence rename to elsewhere");
  walking.cluster.clock.advance(15 * 60_000);

  await onDeadline(walking.deps, walking.id);

  const told = await walking.notices();
  expect(told.filter(({ channel }) => channel === "page")).toMatchObject([
    { body: { report: expect.stringContaining("evidence could not be opened") } },
  ]);
  expect(told.map(({ body }) => body.text)).toContain(
    "paged a person: the time is up and it is still waiting for a decision",
  );
});
