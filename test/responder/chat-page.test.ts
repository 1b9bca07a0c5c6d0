import { expect, onTestFinished, test } from "vitest";
import { type DeliverDeps, deliver } from "../../src/responder/deliver.ts";
import { putNotice } from "../../src/store/notices.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { fresh } from "../support/incidents.ts";
import { noticeOf } from "../support/notices.ts";
import { testQueue } from "../support/queue.ts";

const at = new Date("2026-11-23T02:00:00Z");

test.each([
  [
    ["page", "card"],
    ["page below nothing", "card onto page"],
  ],
  [
    ["card", "page"],
    ["card onto nothing", "page below card"],
  ],
] as const)("where chat is what rings, %j share one message", async (order, told) => {
  const db = await freshDatabase();
  onTestFinished(() => db[Symbol.asyncDispose]());
  const store = { pool: db.pool, queue: await testQueue(db.url) };
  const said: string[] = [];
  const people: DeliverDeps = {
    store,
    clock: { now: () => at },
    notifier: {
      post: async (_, former) => {
        said.push(`card onto ${former?.ts ?? "nothing"}`);
        return former ?? { channel: "C1", ts: "card" };
      },
    },
    pager: {
      port: () => "slack",
      page: async (_, __, below) => {
        said.push(`page below ${below?.ts ?? "nothing"}`);
        return { channel: "C1", ts: "page" };
      },
      note: async () => ({}),
    },
    log: () => undefined,
  };
  await openIncidents(db.pool, [fresh(at, "i1")]);
  for (const channel of order) await putNotice(db.pool, store.queue, noticeOf(channel, "i1"));

  for (const channel of order) await deliver(people)(`${channel}:i1`, new AbortController().signal);

  expect(said).toEqual(told);
});
