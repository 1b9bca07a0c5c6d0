import { expect, test } from "vitest";
import { PortError } from "../../src/ports/port-error.ts";
import { type DeliverDeps, deliver } from "../../src/responder/deliver.ts";
import { putNotice } from "../../src/store/notices.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { fresh, subject } from "../support/incidents.ts";
import { noticeOf } from "../support/notices.ts";
import { testQueue } from "../support/queue.ts";

const signal = new AbortController().signal;
const start = Date.parse("2026-11-23T02:00:00Z");

const line = async (paceMs: number | undefined, port: "slack" | "pagerduty" = "pagerduty") => {
  const db = await freshDatabase();
  const store = { pool: db.pool, queue: await testQueue(db.url) };
  const posted: string[] = [];
  let now = start;
  let saysWait = false;
  const people: DeliverDeps = {
    store,
    clock: { now: () => new Date(now) },
    notifier: {
      post: async ({ key }) => {
        posted.push(key);
        return { ts: "1" };
      },
      reply: async ({ key }) => {
        posted.push(key);
        return { ts: "2" };
      },
      ...(paceMs === undefined ? {} : { paceMs }),
    },
    pager: {
      port: () => port,
      page: async ({ key }) => {
        if (saysWait) throw new PortError(port, "rate-limited", "wait", { retryAfterMs: 40_000 });
        posted.push(key);
        return { ts: "3" };
      },
      note: async () => ({}),
    },
    log: () => undefined,
  };
  for (const id of ["i1", "i2", "i3"])
    await openIncidents(db.pool, [{ ...fresh(new Date(start), id), subject: { ...subject, name: id } }]);
  const put = (channel: "card" | "thread" | "page", id: string) =>
    putNotice(db.pool, store.queue, noticeOf(channel, id));
  const send = (...keys: string[]) => Promise.all(keys.map((key) => deliver(people)(key, signal)));
  /** As if a worker had taken all jobs. */
  const takeJobs = async (): Promise<Record<string, number>> => {
    const { rows } = await db.pool.query<{ key: string; seconds: string }>(
      `delete from pgboss.job where name in ('notify', 'page')
       returning singleton_key as key, round(extract(epoch from start_after - created_on), -1) as seconds`,
    );
    return Object.fromEntries(rows.map(({ key, seconds }) => [key, Number(seconds)]));
  };
  const pass = (ms: number): void => {
    now += ms;
  };
  const limit = (on: boolean): void => {
    saysWait = on;
  };
  return { db, posted, put, send, takeJobs, pass, limit, [Symbol.asyncDispose]: () => db[Symbol.asyncDispose]() };
};

test("chat gets one new message at a time, and cards before the replies in their threads", async () => {
  await using it = await line(10_000);
  await it.put("card", "i1");
  await it.send("card:i1");
  await it.put("thread", "i1");
  await it.put("card", "i2");
  await it.put("card", "i3");
  await it.takeJobs();

  await it.send("thread:i1", "card:i2", "card:i3");
  expect(it.posted).toEqual(["card:i1"]);
  expect(await it.takeJobs()).toEqual({ "card:i2": 10, "card:i3": 20, "thread:i1": 30 });

  it.pass(10_000);
  await it.send("thread:i1");
  await it.send("card:i2", "card:i3");
  expect(it.posted).toHaveLength(2);
  it.pass(10_000);
  await it.send("thread:i1", "card:i2", "card:i3");
  expect(it.posted.toSorted()).toEqual(["card:i1", "card:i2", "card:i3"]);
  it.pass(10_000);
  await it.send("thread:i1");
  expect(it.posted.at(-1)).toBe("thread:i1");
});

test("a card that asks for a decision has its turn before those that only tell", async () => {
  await using it = await line(10_000);
  await it.put("card", "i1");
  await it.send("card:i1");
  await it.put("card", "i2");
  const decision = { incidentId: "i3", planHash: "p", expiresAt: "2026-11-23T02:15:00Z", change: "c" };
  await putNotice(it.db.pool, await testQueue(it.db.url), { ...noticeOf("card", "i3"), decision });
  await it.takeJobs();

  await it.send("card:i2", "card:i3");
  expect(await it.takeJobs()).toEqual({ "card:i3": 10, "card:i2": 20 });
});

test("what is told anew on a card that is there waits for nobody, and where nothing is paced all goes at once", async () => {
  await using it = await line(10_000);
  await it.put("card", "i1");
  await it.send("card:i1");
  await putNotice(it.db.pool, await testQueue(it.db.url), { ...noticeOf("card", "i1"), text: "more" });
  await it.send("card:i1");
  expect(it.posted).toEqual(["card:i1", "card:i1"]);

  await using free = await line(undefined);
  for (const id of ["i1", "i2", "i3"]) await free.put("card", id);
  await free.send("card:i1", "card:i2", "card:i3");
  expect(free.posted).toHaveLength(3);
});

test("a card that only tells waits for one that asks, and both for a page that chat is to wake somebody by", async () => {
  await using it = await line(10_000, "slack");
  await it.put("card", "i1");
  await it.put("card", "i2");
  const decision = { incidentId: "i3", planHash: "p", expiresAt: "2026-11-23T02:15:00Z", change: "c" };
  await putNotice(it.db.pool, await testQueue(it.db.url), { ...noticeOf("card", "i3"), decision });
  await it.send("card:i1");
  expect(it.posted).toEqual([]);
  await it.send("card:i3");
  await it.put("page", "i1");
  await it.takeJobs();
  await it.send("page:i1");
  expect(await it.takeJobs()).toEqual({ "page:i1": 10 });

  it.pass(10_000);
  await it.send("card:i1", "card:i2");
  expect(it.posted).toEqual(["card:i3"]);
  await it.send("page:i1");
  it.pass(10_000);
  await it.send("card:i1");
  it.pass(10_000);
  await it.send("card:i2");
  expect(it.posted).toEqual(["card:i3", "page:i1", "card:i1", "card:i2"]);
});

test("pages in chat go out as fast as chat takes them, and wait as long as it says", async () => {
  await using it = await line(10_000, "slack");
  for (const id of ["i1", "i2", "i3"]) await it.put("page", id);
  it.limit(true);
  await it.takeJobs();
  await it.send("page:i1");
  await it.send("page:i2", "page:i3");
  expect(await it.takeJobs()).toEqual({ "page:i1": 40, "page:i2": 40, "page:i3": 40 });

  it.limit(false);
  it.pass(40_000);
  await it.send("page:i1");
  await it.send("page:i2", "page:i3");
  expect(it.posted).toEqual(["page:i1"]);
  expect(await it.takeJobs()).toEqual({ "page:i2": 10, "page:i3": 20 });
});

test("control: a page to PagerDuty waits for no word of chat, and holds no card", async () => {
  await using it = await line(10_000);
  for (const id of ["i1", "i2"]) await it.put("page", id);
  await it.put("card", "i1");
  await it.send("card:i1", "page:i1", "page:i2");
  expect(it.posted.toSorted()).toEqual(["card:i1", "page:i1", "page:i2"]);

  it.limit(true);
  await it.put("page", "i3");
  await it.takeJobs();
  await expect(it.send("page:i3")).rejects.toThrow("wait");
  expect(await it.takeJobs()).toEqual({});
});

test("of two jobs of one page the second finds it sent", async () => {
  await using it = await line(10_000);
  await it.put("page", "i1");
  await it.send("page:i1", "page:i1", "page:i1");
  expect(it.posted).toEqual(["page:i1"]);
});
