import { expect, onTestFinished, test, vi } from "vitest";
import { outgoingWebhook } from "../../src/adapters/outgoing-webhook.ts";
import type { Notice } from "../../src/incident/notice.ts";
import { type DeliverDeps, deliver } from "../../src/responder/deliver.ts";
import { putNotice } from "../../src/store/notices.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { scriptedServer } from "../adapters/scripted-server.ts";
import { freshDatabase } from "../support/database.ts";
import { fresh, subject } from "../support/incidents.ts";
import { noticeOf } from "../support/notices.ts";
import { testQueue } from "../support/queue.ts";

const start = new Date("2026-11-23T02:00:00Z");
const ids = Array.from({ length: 20 }, (_, n) => `i${n}`);

/** A webhook that takes every request and answers none, beside a pager that is well. */
const hanging = async (deadlineMs: number) => {
  const db = await freshDatabase();
  const server = await scriptedServer();
  server.play(() => undefined);
  const store = { pool: db.pool, queue: await testQueue(db.url) };
  const rung: string[] = [];
  let now = start.getTime();
  const clock = { now: () => new Date(now) };
  const people: DeliverDeps = {
    store,
    clock,
    notifier: { post: async () => ({}) },
    herald: outgoingWebhook({ url: server.url, secrets: ["s"], clock, deadlineMs }),
    pager: {
      page: async ({ key }) => {
        rung.push(key);
        return {};
      },
      note: async () => ({}),
    },
    log: () => undefined,
  };
  await openIncidents(
    db.pool,
    ids.map((id) => ({ ...fresh(start, id), subject: { ...subject, name: id } })),
  );
  onTestFinished(server.close);
  onTestFinished(() => db[Symbol.asyncDispose]());
  const put = (channel: Notice["channel"], id: string) => putNotice(db.pool, store.queue, noticeOf(channel, id));
  const pass = (ms: number): void => {
    now += ms;
  };
  return { db, server, store, rung, people, clock, put, pass };
};

test("no page waits for a webhook that never answers", async () => {
  const { server, store, rung, people, put } = await hanging(600_000);
  for (const id of ids) await put("event", id);
  await store.queue.work("notify", 2, deliver(people));
  await vi.waitFor(() => expect(server.asked).toHaveLength(2), 10_000);

  for (const id of ids) await put("page", id);
  await store.queue.work("page", 2, deliver(people));
  await vi.waitFor(() => expect(rung).toHaveLength(20), 10_000);
  expect(server.asked).toHaveLength(2);
});

const signal = new AbortController().signal;

test("a port that gave no answer is asked by one notice at a time, ever less often, until it answers", async () => {
  const { server, people, put, pass } = await hanging(200);
  for (const id of ids) await put("event", id);
  const send = (...of: string[]) => Promise.allSettled(of.map((id) => deliver(people)(`event:${id}`, signal)));

  await send("i0");
  await send(...ids);
  expect(server.asked).toHaveLength(1);
  pass(5_000);
  await send(...ids);
  expect(server.asked).toHaveLength(2);
  pass(5_000);
  await send(...ids);
  pass(60_000);
  await send(...ids);
  expect(server.asked).toHaveLength(4);
  pass(50_000);
  await send(...ids);
  expect(server.asked).toHaveLength(4);

  server.play((_asked, response) => void response.writeHead(204).end());
  pass(10_000);
  await send("i0");
  await send(...ids);
  expect(server.asked).toHaveLength(24);
});

test("control: a try that a stopping replica gave up says nothing of the port", async () => {
  const { server, people, put } = await hanging(10_000);
  await put("event", "i0");
  await put("event", "i1");
  const stop = new AbortController();
  const first = deliver(people)("event:i0", stop.signal);
  const given = expect(first).rejects.toThrow();
  await vi.waitFor(() => expect(server.asked).toHaveLength(1), 10_000);
  stop.abort();
  await given;
  server.play((_asked, response) => void response.writeHead(204).end());
  await deliver(people)("event:i1", signal);
  expect(server.asked).toHaveLength(2);
});
