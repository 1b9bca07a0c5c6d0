import { expect, onTestFinished, test } from "vitest";
import { PortError } from "../../src/ports/port-error.ts";
import { type DeliverDeps, deliver } from "../../src/responder/deliver.ts";
import { read } from "../../src/store/journal.ts";
import { putNotice } from "../../src/store/notices.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { fresh, subject } from "../support/incidents.ts";
import { noticeOf } from "../support/notices.ts";
import { testQueue } from "../support/queue.ts";

const signal = new AbortController().signal;
const minute = 60_000;

/** Slack wakes people, and says for ever that it wants to be left alone; a page for each of two incidents. */
const pausing = async () => {
  const db = await freshDatabase();
  onTestFinished(() => db[Symbol.asyncDispose]());
  const store = { pool: db.pool, queue: await testQueue(db.url) };
  let now = Date.parse("2026-11-23T02:00:00Z");
  const state = { busy: true };
  const people: DeliverDeps = {
    store,
    clock: { now: () => new Date(now) },
    notifier: { post: async () => ({}) },
    pager: {
      port: () => "slack",
      page: async () => {
        if (state.busy) throw new PortError("slack", "rate-limited", "429", { retryAfterMs: minute });
        return {};
      },
      note: async () => ({}),
    },
    log: () => undefined,
  };
  const ids = ["i0", "i1"];
  await openIncidents(
    db.pool,
    ids.map((id) => ({ ...fresh(new Date(now), id), subject: { ...subject, name: id } })),
  );
  const put = async () => {
    for (const id of ids) await putNotice(db.pool, store.queue, noticeOf("page", id));
  };
  /** The first asks and is refused, the second finds the pause. */
  const pass = async (minutes: number) => {
    for (let n = 0; n < minutes; n += 1) {
      now += minute;
      for (const id of ids) await deliver(people)(`page:${id}`, signal);
    }
  };
  const told = async (id: string) =>
    (await read(db.pool, id)).filter(({ kind }) => kind === "notice").map(({ line }) => line);
  return { db, state, put, pass, told };
};

test("a page that was told to wait for half an hour is on record as one that nobody got, once in so long", async () => {
  const { put, pass, told } = await pausing();
  await put();
  await pass(30);
  expect([await told("i0"), await told("i1")]).toEqual([[], []]);

  await pass(2);
  const line = 'the page "t" could not be delivered for 30 minutes, and is still tried';
  expect([await told("i0"), await told("i1")]).toEqual([[line], [line]]);
  await pass(20);
  expect(await told("i0")).toEqual([line]);
  await pass(12);
  expect(await told("i0")).toEqual([line, line]);
});

test("control: one that goes out before is not, and the next one's wait begins anew", async () => {
  const { db, state, put, pass, told } = await pausing();
  await put();
  await pass(29);
  state.busy = false;
  await pass(1);
  state.busy = true;
  await db.pool.query("update nightshift.notices set version = version + 1");
  await pass(29);
  expect([await told("i0"), await told("i1")]).toEqual([[], []]);
});
