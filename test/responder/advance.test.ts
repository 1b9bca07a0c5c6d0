import type { RunnableConfig } from "@langchain/core/runnables";
import { expect, test } from "vitest";
import { Checkpointer } from "../../src/graph/checkpointer.ts";
import { alertsOf } from "../../src/store/alerts.ts";
import { firstBreak } from "../../src/store/journal.ts";
import { takeTurn } from "../../src/store/turns.ts";
import { alert } from "../support/incidents.ts";
import { type Walking, walkStory } from "./walking.ts";

type Method = "put" | "putWrites";
interface Crash {
  method: Method;
  when: "before" | "after";
}

/** A saver whose process dies at each write once. */
class DyingSaver extends Checkpointer {
  crash: Crash = { method: "put", when: "before" };
  crashes = 0;
  onCrash: () => void = () => undefined;
  #dies = false;

  async #guarded<T>(method: Method, write: () => Promise<T>): Promise<T> {
    if (method !== this.crash.method) return write();
    // What is lost has to come through the second time; what has landed need not.
    this.#dies = this.crash.when === "after" || !this.#dies;
    if (!this.#dies) return write();
    if (this.crash.when === "after") await write();
    this.crashes += 1;
    this.onCrash();
    throw new Error("the process is gone");
  }

  override put(...args: Parameters<Checkpointer["put"]>): Promise<RunnableConfig> {
    return this.#guarded("put", () => super.put(...args));
  }

  override putWrites(...args: Parameters<Checkpointer["putWrites"]>): Promise<void> {
    return this.#guarded("putWrites", () => super.putWrites(...args));
  }
}

/** Turns to the end. A crash ends the turn as a shutdown does: nothing is counted, the next worker takes over. */
const walkThroughCrashes = async (walking: Walking, saver: DyingSaver): Promise<void> => {
  for (let turns = 0; turns < 80; turns++) {
    const life = new AbortController();
    saver.onCrash = () => life.abort();
    await walking.turn(life.signal).catch((error: unknown) => {
      if (!life.signal.aborted) throw error;
    });
    const { status, state } = await walking.row();
    if (status === "resolved") return;
    if (status === "awaiting-approval" && state?.decision === null) await walking.answer("approve");
    if (!life.signal.aborted) walking.cluster.clock.advance(15_000);
  }
  throw new Error(`it is still ${(await walking.row()).status}: ${(await walking.path()).join(" ")}`);
};

test.each<Crash>([
  { method: "put", when: "before" },
  { method: "put", when: "after" },
  { method: "putWrites", when: "before" },
  { method: "putWrites", when: "after" },
])("a crash at every single checkpoint, $when $method, changes neither the path nor the writes", async (crash) => {
  const walking = await walkStory("bad-rollout");
  const saver = new DyingSaver(walking.db.pool, { fenced: true });
  saver.crash = crash;
  walking.deps.checkpointer = saver;

  await walkThroughCrashes(walking, saver);

  const path = "gather diagnose runbook-retrieve propose request-approval await-approval act verify report";
  expect(saver.crashes).toBeGreaterThan(8);
  expect((await walking.path()).join(" ")).toBe(path);
  expect(walking.cluster.writes()).toHaveLength(1);
  expect(firstBreak(walking.id, await walking.journal())).toBeNull();
});

test("our own code that always throws: counted, tried again later, and after the fifth time a person is paged", async () => {
  const fails = { search: () => Promise.reject(new Error("broken \0 for ever")) };
  const walking = await walkStory("bad-rollout", { wrap: (ports) => ({ ...ports, bookshelf: fails }) });

  for (let turns = 1; turns <= 4; turns++) {
    expect(await walking.turn()).toMatchObject({ status: "investigating", pagedAt: null });
  }
  expect(await walking.turn()).toMatchObject({ status: "escalated", lastError: "broken \uFFFD for ever" });

  expect(await walking.notices()).toMatchObject([
    { channel: "page", body: { text: expect.stringContaining("5 times") } },
  ]);
  const { rows } = await walking.db.pool.query("select 1 from pgboss.job where name = 'wake'");
  expect(rows).toHaveLength(4);
  expect(firstBreak(walking.id, await walking.journal())).toBeNull();
  // What it knew until then is in the page, and nothing moves it any more.
  expect((await walking.notices())[0]?.body.title).toContain("image-not-found");
  expect(await walking.turn()).toMatchObject({ status: "escalated" });
});

test("a walk given up before it began answers the PagerDuty incident that called it", async () => {
  const walking = await walkStory("bad-rollout");
  const called = alert({ source: "pagerduty", fingerprint: "Q7:a", pagerdutyIncident: { id: "Q7", url: "" } });
  const { labels = {} } = (await alertsOf(walking.db.pool, walking.id, 1))[0] ?? {};
  expect(await walking.deliver([{ ...called, labels }])).toEqual([walking.id]);
  for (let turns = 0; turns < 5; turns++) await takeTurn(walking.db.pool, walking.id);

  expect(await walking.turn()).toMatchObject({ state: null, status: "escalated" });

  expect(await walking.notices()).toMatchObject([{ channel: "page", body: { pagerdutyIncident: "Q7" } }]);
});

test("the page of a walk given up tells what the walk knew, in full", async () => {
  const fails = { search: () => Promise.reject(new Error("broken for ever")) };
  const walking = await walkStory("bad-rollout", { wrap: (ports) => ({ ...ports, bookshelf: fails }) });
  for (let turns = 1; turns <= 5; turns++) await walking.turn();

  const { title = "", text = "" } = (await walking.notices())[0]?.body ?? {};

  expect(title).toContain("image-not-found");
  expect(text).toMatch(/^Why a person: Nightshift itself failed 5 times: broken for ever/);
  expect(text).toContain("does not exist in its registry");
  expect(text).not.toContain("Nightshift is at work");
  expect(text).toContain(`Full report: http://nightshift.test/${walking.id}`);
});

test("what an error quotes goes through the redactor before anybody can read it", async () => {
  const fails = { search: () => Promise.reject(new Error("401 for token hunter2")) };
  const walking = await walkStory("bad-rollout", { wrap: (ports) => ({ ...ports, bookshelf: fails }) });
  const said: unknown[] = [];
  walking.deps.log = (line, fields) => said.push(line, fields);
  walking.deps.settings.redact = <T>(value: T): T =>
    (typeof value === "string" ? value.replaceAll("hunter2", "[hidden]") : value) as T;

  for (let turns = 1; turns <= 5; turns++) await walking.turn();

  const { lastError } = await walking.row();
  const everywhere = JSON.stringify([said, lastError, await walking.journal(), await walking.notices()]);
  expect(lastError).toBe("401 for token [hidden]");
  expect(everywhere).not.toContain("hunter2");
});

test("a turn that dies again and again without a checkpoint ends with a page, too", async () => {
  const walking = await walkStory("bad-rollout");

  // Five workers took the turn and were never heard of again.
  for (let turns = 0; turns < 5; turns++) await takeTurn(walking.db.pool, walking.id);

  expect(await walking.turn()).toMatchObject({ status: "escalated" });
  expect(await walking.notices()).toMatchObject([
    { channel: "page", body: { text: expect.stringContaining("no progress") } },
  ]);
});

test("a question that is open when the walk is given up is withdrawn: nobody approves what will not be done", async () => {
  const walking = await walkStory("bad-rollout");
  const asked = await walking.walk();
  for (let turns = 0; turns < 5; turns++) await takeTurn(walking.db.pool, walking.id);
  await walking.turn();

  expect(await walking.answer("approve", asked.state?.plan)).toEqual({ kind: "plan-changed", planHash: null });
  expect(walking.cluster.writes()).toEqual([]);
});

test("a checkpoint that this build cannot read is a failure, not a walk that begins anew", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  const steps = (await walking.path()).length;
  await walking.db.pool.query("update nightshift.checkpoint_blobs set value = '\"?\"' where channel = 'rounds'");

  await walking.turn();

  expect(await walking.row()).toMatchObject({ lastError: expect.stringContaining("rounds") });
  expect(await walking.path()).toHaveLength(steps);
});

test.each([
  ["values", "delete from nightshift.checkpoint_blobs"],
  ["checkpoints", "delete from nightshift.checkpoints"],
  ["versions", "update nightshift.checkpoints set checkpoint = jsonb_set(checkpoint, '{channel_versions}', '{}')"],
])("a walk whose %s are gone is a failure, not one that begins anew", async (_, damage) => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  const { length } = await walking.path();
  await walking.db.pool.query(damage);

  await walking.turn();

  expect(await walking.row()).toMatchObject({ lastError: expect.stringContaining("is gone or holds no state") });
  expect(await walking.path()).toHaveLength(length);
});

test("a waiting incident leaves one timer behind, however often it is looked at", async () => {
  const walking = await walkStory("bad-rollout");
  await walking.walk();
  for (let turns = 0; turns < 5; turns++) await walking.turn();

  const { rows } = await walking.db.pool.query("select start_after from pgboss.job where name = 'wake'");
  expect(rows).toEqual([{ start_after: new Date("2026-11-22T16:00:00Z") }]);
});

test("a turn that was taken away in the middle writes nothing more and is not a failure", async () => {
  const walking = await walkStory("bad-rollout", {});
  walking.deps.wrap = (ports) => ({
    ...ports,
    bookshelf: {
      search: async (query, limit) => {
        await takeTurn(walking.db.pool, walking.id);
        return ports.bookshelf.search(query, limit);
      },
    },
  });

  await walking.turn();

  expect(await walking.path()).toEqual(["gather", "diagnose"]);
  expect(await walking.row()).toMatchObject({ lastError: null });
  expect(walking.log).toContain("another worker has taken over; this one changes nothing more");
});
