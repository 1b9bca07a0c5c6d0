import { expect, test } from "vitest";
import { Happening, type Notice } from "../../src/incident/notice.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { type DeliverDeps, deliver } from "../../src/responder/deliver.ts";
import { onDeadline } from "../../src/responder/give-up.ts";
import { type Walking, walkStory } from "./walking.ts";

const all = { follows: { event: Happening.options } };
const signal = new AbortController().signal;

const happenings = async ({ db }: Walking) =>
  (
    await db.pool.query<{ key: string; version: number; body: Notice }>(
      "select key, version, body from nightshift.notices where channel = 'event' order by body->'happened'->>'at', key",
    )
  ).rows;

const whats = async (walking: Walking): Promise<(string | undefined)[]> =>
  (await happenings(walking)).map(({ body }) => body.happened?.what);

test("opened, approval asked, decided, acted and closed are each told once, whatever is walked again", async () => {
  const walking = await walkStory("bad-rollout", {}, all);
  expect(await whats(walking)).toEqual(["opened"]);
  await walking.walk();
  await walking.turn();
  await walking.answer("approve");
  await walking.walk();
  await walking.turn();

  const told = await happenings(walking);
  expect(told.map(({ body }) => body.happened?.what).sort()).toEqual(
    ["opened", "approval-asked", "decided", "acted", "closed"].sort(),
  );
  expect(told.every(({ version }) => version === 1)).toBe(true);
  const of = (what: string) => told.find(({ body }) => body.happened?.what === what)?.body;
  expect(of("approval-asked")?.facts).toMatchObject({
    status: "awaiting-approval",
    diagnosis: { class: "image-not-found" },
    plan: { kind: "actions", actions: [{ verb: "undo-rollout" }] },
  });
  expect(of("decided")?.facts).toMatchObject({ decision: { kind: "approved", by: "ana" } });
  expect(of("acted")?.facts).toMatchObject({ outcomes: [{ verb: "undo-rollout", kind: "applied" }] });
  for (const what of ["approval-asked", "decided", "acted", "closed"])
    expect(of(what)?.title).toContain(": image-not-found, ");
  expect(of("closed")).toMatchObject({
    title: expect.stringMatching(/RESOLVED$/),
    text: expect.stringContaining("RESOLVED"),
    facts: { status: "resolved", verdict: { kind: "recovered" } },
  });
});

test("an escalation is told with the whole report, a deadline as well", async () => {
  const walking = await walkStory("missing-setting", {}, all);
  await walking.walk();
  const told = (await happenings(walking)).find(({ body }) => body.happened?.what === "escalated");
  expect(told?.body).toMatchObject({ text: expect.stringContaining("NEEDS A PERSON"), facts: { status: "escalated" } });

  const late = await walkStory("bad-rollout", {}, all);
  await late.walk();
  late.cluster.clock.advance(15 * 60_000);
  await onDeadline(late.deps, late.id);
  expect(await whats(late)).toContain("escalated");
});

test("an escalated incident that is over says so, and no longer that it needs a person", async () => {
  const walking = await walkStory("missing-setting", {}, all);
  await walking.walk();
  await walking.quiet();
  await walking.turn();
  const told = await happenings(walking);
  const of = (what: string) => told.find(({ body }) => body.happened?.what === what)?.body;

  expect(of("escalated")?.title).toMatch(/: env-var-missing-or-wrong, NEEDS A PERSON$/);
  expect(of("closed")?.title).toMatch(/: env-var-missing-or-wrong, OVER, a person was called$/);
  expect(of("closed")?.text).toMatch(/^# .*OVER, a person was called/);
  expect(of("closed")?.text).not.toMatch(/NEEDS\s+A\s+PERSON/);
});

test("nothing is kept where nobody follows", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  expect(await happenings(walking)).toEqual([]);
});

test("details wait for their card, hang below it, and follow it when it had to be posted again", async () => {
  const walking = await walkStory("bad-rollout", {}, { follows: { thread: ["approval-asked", "decided", "closed"] } });
  await walking.walk();
  const replies: { card: Record<string, string>; text: string }[] = [];
  let ts = "1";
  const people: DeliverDeps = {
    ...walking.deps,
    clock: walking.cluster.clock,
    notifier: {
      post: async () => ({ channel: "C1", ts }),
      reply: async ({ text }, card) => {
        replies.push({ card, text });
        return { ts: "9" };
      },
    },
    pager: { page: async () => ({}), note: async () => ({}) },
  };
  const { id, db } = walking;
  const asked = `thread:${id}:approval-asked:1`;
  await deliver(people)(asked, signal);
  expect(replies).toEqual([]);

  await db.pool.query("delete from pgboss.job where name = 'notify'");
  await deliver(people)(`card:${id}`, signal);
  const { rows } = await db.pool.query("select singleton_key as key from pgboss.job where name = 'notify'");
  expect(rows).toEqual([{ key: asked }]);
  await deliver(people)(asked, signal);
  await deliver(people)(asked, signal);
  expect(replies).toEqual([{ card: { channel: "C1", ts: "1" }, text: expect.stringContaining("**Cause:**") }]);

  await walking.answer("approve");
  ts = "2";
  await deliver(people)(`card:${id}`, signal);
  await deliver(people)(`thread:${id}:decided:1`, signal);
  expect(replies[1]).toEqual({ card: { channel: "C1", ts: "2" }, text: "approved by ana over api" });
});

test("a port that asks for a pause is left alone, by all its notices, and then hears everything", async () => {
  const walking = await walkStory("bad-rollout", {}, all);
  await walking.walk();
  const [first = "", second = ""] = (await happenings(walking)).map(({ key }) => key);
  const heard: string[] = [];
  let patient = false;
  const people: DeliverDeps = {
    ...walking.deps,
    clock: walking.cluster.clock,
    notifier: { post: async () => ({}) },
    pager: { page: async () => ({}), note: async () => ({}) },
    herald: {
      tell: async ({ key }) => {
        heard.push(key);
        if (!patient) throw new PortError("webhook", "rate-limited", "too much", { retryAfterMs: 60_000 });
        return {};
      },
    },
  };

  // As if a worker had taken the two jobs.
  await walking.db.pool.query("delete from pgboss.job where name = 'notify'");
  await deliver(people)(first, signal);
  await deliver(people)(second, signal);
  expect(heard).toEqual([first]);
  const { rows } = await walking.db.pool.query<{ key: string; seconds: string }>(
    `select singleton_key as key, extract(epoch from start_after - created_on) as seconds from pgboss.job
     where name = 'notify' and singleton_key = any($1) and start_after > created_on + interval '1 second'`,
    [[first, second]],
  );
  expect(rows.map(({ key }) => key).sort()).toEqual([first, second].sort());
  expect(rows.every(({ seconds }) => Number(seconds) > 50 && Number(seconds) < 70)).toBe(true);

  walking.cluster.clock.advance(61_000);
  patient = true;
  await deliver(people)(second, signal);
  await deliver(people)(first, signal);
  expect(heard).toEqual([first, second, first]);
  await deliver(people)(first, signal);
  expect(heard).toHaveLength(3);
});
