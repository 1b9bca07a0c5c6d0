import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { Channel } from "../../src/incident/notice.ts";
import { openPeople } from "../../src/people.ts";
import { type DeliverDeps, deliver } from "../../src/responder/deliver.ts";
import { beginTry, forgetTry, lastReceipt, noticeSent, putNotice, waitingNotice } from "../../src/store/notices.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { startFakePagerDuty } from "../support/fake-pagerduty.ts";
import { startFakeSlack } from "../support/fake-slack.ts";
import { fresh } from "../support/incidents.ts";
import { noticeOf } from "../support/notices.ts";
import { testQueue } from "../support/queue.ts";

const signal = new AbortController().signal;
const start = Date.parse("2026-11-23T02:00:00Z");

/** One incident, and Slack as the only way to anybody. */
const night = async (settings: Record<string, string> = {}, pagerdutyIncident: string | null = null) => {
  const db = await freshDatabase();
  const slack = await startFakeSlack();
  onTestFinished(async () => {
    await slack.close();
    await db[Symbol.asyncDispose]();
  });
  const config = readConfig({ SLACK_BOT_TOKEN: "x", SLACK_CHANNEL: "C1", SLACK_API_URL: slack.url, ...settings });
  const store = { pool: db.pool, queue: await testQueue(db.url) };
  let now = start;
  const people: DeliverDeps = {
    ...openPeople(config, () => undefined),
    store,
    clock: { now: () => new Date(now) },
    log: () => undefined,
  };
  await openIncidents(db.pool, [fresh(new Date(start), "i1")]);
  const put = (channel: Channel, title = "t") =>
    putNotice(db.pool, store.queue, { ...noticeOf(channel, "i1"), title, pagerdutyIncident });
  /** Whenever it is its turn, and after what a port that is silent is left alone for. */
  const send = (channel: Channel): Promise<void> => {
    now += 120_000;
    return deliver(people)(`${channel}:i1`, signal);
  };
  /** It is sent and its answer lost: Slack has done it, and nobody noted that. */
  const lose = async (channel: Channel): Promise<void> => {
    slack.loseAnswers(1);
    await expect(send(channel)).rejects.toThrow("slack");
  };
  const isSent = async (channel: Channel): Promise<boolean> => {
    const { rows } = await db.pool.query(
      "select sent_version = version as sent from nightshift.notices where key = $1",
      [`${channel}:i1`],
    );
    return rows[0].sent;
  };
  /** A try that is cut off before anything of it arrives. */
  const begin = async (channel: Channel) => {
    const waiting = await waitingNotice(db.pool, `${channel}:i1`);
    if (waiting === null) throw new Error("nothing waits");
    return beginTry(db.pool, waiting);
  };
  /** A card that is given up while Slack is asked whether it is there. */
  const sendInVain = async (): Promise<void> => {
    const attempt = await begin("card");
    const giveUp = new AbortController();
    slack.before(() => giveUp.abort());
    const given = people.notifier.post(noticeOf("card", "i1"), null, { attempt, signal: giveUp.signal });
    await expect(given).rejects.toThrow("the card was given up");
  };
  return { pool: db.pool, slack, people, put, send, lose, isSent, begin, sendInVain };
};

type Night = Awaited<ReturnType<typeof night>>;

const speaksTo = (url: string) => ({
  PAGERDUTY_API_TOKEN: "t",
  PAGERDUTY_FROM: "bot@example.com",
  PAGERDUTY_API_URL: url,
});

const looks = ({ slack }: Night): string[] => slack.called.filter((method) => method.startsWith("conversations."));

test("a card whose answer was lost is found again and brought up to date, not posted twice", async () => {
  const it = await night();
  await it.put("card", "first");
  await it.lose("card");
  expect(it.slack.cards()).toHaveLength(1);

  await it.put("card", "second");
  await it.send("card");

  expect(it.slack.cards().map(({ text }) => text)).toEqual([expect.stringContaining("second")]);
  expect(await it.isSent("card")).toBe(true);
  // It has its receipt now: nothing is looked for any more.
  await it.put("card", "third");
  await it.send("card");
  expect(it.slack.cards().map(({ text }) => text)).toEqual([expect.stringContaining("third")]);
  expect(looks(it)).toHaveLength(1);
});

test("so is one that was sent by a process that was killed before it noted where", async () => {
  const it = await night();
  await it.put("card");
  const attempt = await it.begin("card");
  await it.people.notifier.post(noticeOf("card", "i1"), null, { attempt });

  await it.send("card");

  expect(it.slack.cards()).toHaveLength(1);
  expect(await it.isSent("card")).toBe(true);
});

test("a page and what goes below a card are found again, too", async () => {
  const it = await night();
  await it.put("page");
  await it.lose("page");
  await it.send("page");
  expect(it.slack.cards()).toHaveLength(1);
  // It says the same.
  expect(it.slack.called).not.toContain("chat.update");

  await it.put("card");
  await it.send("card");
  const [card] = it.slack.cards();
  await it.put("thread");
  await it.lose("thread");
  await it.send("thread");

  expect(it.slack.cards()).toHaveLength(1);
  expect(it.slack.replies(card?.ts ?? "")).toHaveLength(1);
});

test("a page below a card rings once", async () => {
  const it = await night();
  await it.put("card");
  await it.send("card");
  await it.put("page");
  await it.lose("page");

  await it.send("page");

  expect(it.slack.replies(it.slack.cards()[0]?.ts ?? "")).toHaveLength(1);
  expect(looks(it)).toEqual(["conversations.replies"]);
});

test("a new page below the card that took over the page before rings, whatever the thread begins with", async () => {
  const it = await night();
  await it.put("page", "nobody decided in time");
  await it.send("page");
  await it.put("card", "the card");
  await it.send("card");
  await it.put("page", "a person is needed");
  await it.begin("page");

  await it.send("page");

  const [card, ...others] = it.slack.cards();
  expect(others).toEqual([]);
  expect(card?.text).toContain("the card");
  expect(it.slack.replies(card?.ts ?? "").map(({ text }) => text)).toEqual([
    expect.stringContaining("a person is needed"),
  ]);
});

test("a new page is not taken for the page of a moment ago", async () => {
  const it = await night();
  await it.put("card");
  await it.send("card");
  await it.put("page", "nobody decided in time");
  await it.send("page");
  await it.put("page", "a person is needed");
  await it.begin("page");

  await it.send("page");

  const texts = it.slack.replies(it.slack.cards()[0]?.ts ?? "").map(({ text }) => text);
  expect(texts).toEqual([
    expect.stringContaining("nobody decided in time"),
    expect.stringContaining("a person is needed"),
  ]);
});

test("a new page rings although nobody noted the one before, each as often as it was said", async () => {
  const it = await night();
  await it.put("card");
  await it.send("card");
  await it.put("page", "nobody decided in time");
  await it.lose("page");
  await it.put("page", "a person is needed");
  await it.lose("page");

  await it.send("page");

  const texts = it.slack.replies(it.slack.cards()[0]?.ts ?? "").map(({ text }) => text);
  expect(texts).toEqual([
    expect.stringContaining("nobody decided in time"),
    expect.stringContaining("a person is needed"),
  ]);
});

test.each(["page", "card"] as const)(
  "a %s goes out after a few looks that failed: twice rather than never",
  async (channel) => {
    const it = await night();
    await it.put(channel);
    await it.begin(channel);
    it.slack.breakReading();
    for (const _ of [1, 2, 3]) await expect(it.send(channel)).rejects.toThrow("slack");
    expect(it.slack.cards()).toEqual([]);

    await it.send(channel);

    expect(it.slack.cards()).toHaveLength(1);
  },
);

test("what one worker was refused forgets nothing of what another sent since", async () => {
  const it = await night();
  await it.put("card");
  const first = await it.begin("card");
  await forgetTry(it.pool, "card:i1", first);
  const second = await it.begin("card");
  await forgetTry(it.pool, "card:i1", first);

  expect(second.before).toBe(0);
  expect(await it.begin("card")).toEqual({ since: second.since, before: 1 });
  await forgetTry(it.pool, "card:i1", second);
  expect(await it.begin("card")).toEqual({ since: second.since, before: 2 });
});

test("no attempt begins when another did, though the clock of the database stands still or goes back", async () => {
  const it = await night();
  await it.put("card");
  const first = await it.begin("card");
  const ahead = new Date(first.since.getTime() + 60_000);
  await it.pool.query("update nightshift.notices set tried_at = $1", [ahead]);
  await forgetTry(it.pool, "card:i1", { since: ahead, before: 0 });

  const second = await it.begin("card");

  expect(second).toEqual({ since: new Date(ahead.getTime() + 1), before: 0 });
});

test("a page that came before there was a card is found there, and rings once", async () => {
  const it = await night();
  await it.put("page");
  await it.lose("page");
  await it.put("card");
  await it.send("card");

  await it.send("page");

  expect(it.slack.cards().map(({ ts }) => it.slack.replies(ts))).toEqual([[], []]);
});

test("a card that came is found before it takes over the page that came after it", async () => {
  const it = await night();
  await it.put("card", "asks");
  await it.lose("card");
  await it.put("page");
  await it.send("page");

  await it.put("card", "over");
  await it.send("card");

  expect(it.slack.cards().map(({ text }) => text)).toEqual([
    expect.stringContaining("over"),
    expect.not.stringContaining("over"),
  ]);
});

test("where Slack cannot tell what is there, it is asked later and nothing is posted", async () => {
  const it = await night();
  await it.put("card");
  await it.lose("card");
  await it.lose("card");

  await it.send("card");

  expect(it.slack.cards()).toHaveLength(1);
  expect(looks(it)).toHaveLength(2);
});

test("that reading is limited holds up nothing else", async () => {
  const it = await night();
  await it.put("card");
  await it.lose("card");
  it.slack.beBusy(1, 900);
  await expect(it.send("card")).rejects.toThrow("read too often");

  await it.put("page");
  await it.send("page");

  expect(await it.isSent("page")).toBe(true);
});

test("two pages before the card are one thread: the card takes over the first, and what follows goes below it", async () => {
  const it = await night();
  for (const title of ["nobody decided in time", "a person is needed", "still"]) {
    await it.put("page", title);
    await it.send("page");
  }
  await it.put("card", "the card");
  await it.send("card");
  await it.put("thread", "details");
  await it.send("thread");

  const [card, ...others] = it.slack.cards();
  expect(others).toEqual([]);
  expect(card?.text).toContain("the card");
  expect(it.slack.replies(card?.ts ?? "").map(({ text }) => text)).toEqual([
    expect.stringContaining("a person is needed"),
    expect.stringContaining("still"),
    expect.stringContaining("details"),
  ]);
});

test("a page whose card somebody took away while its answer was lost is found in the channel", async () => {
  const it = await night();
  await it.put("card");
  await it.send("card");
  it.slack.takeAway(it.slack.cards()[0]?.ts ?? "");
  await it.put("page");
  let posts = 0;
  it.slack.before((method) => {
    if (method === "chat.postMessage" && ++posts === 2) it.slack.loseAnswers(1);
  });
  await expect(it.send("page")).rejects.toThrow("slack");

  await it.send("page");

  expect(it.slack.cards()).toHaveLength(1);
});

test("an answer that is noted ends no attempt of what came after", async () => {
  const it = await night();
  await it.put("page", "nobody decided in time");
  await it.begin("page");
  await it.put("page", "a person is needed");
  const { since } = await it.begin("page");
  await noticeSent(it.pool, "page:i1", 1, { ts: "1.1" }, new Date(start));

  expect(await it.begin("page")).toEqual({ since, before: 1 });
});

test("an older version that is noted late leaves the receipt of the newer one", async () => {
  const it = await night();
  await it.put("card", "first");
  await it.put("card", "second");
  await noticeSent(it.pool, "card:i1", 2, { ts: "2.2" }, new Date(start));
  await noticeSent(it.pool, "card:i1", 1, { ts: "1.1" }, new Date(start));

  expect(await lastReceipt(it.pool, "card:i1")).toEqual({ ts: "2.2" });
});

test("a page that PagerDuty does not take to anybody is found in Slack, too, also where its note there fails", async () => {
  await using pagerduty = await startFakePagerDuty();
  pagerduty.open("Q1", { status: "resolved" });
  const rest = speaksTo(pagerduty.url);
  const it = await night(rest, "Q1");
  await it.put("page");
  pagerduty.fail(/notes/, [500, {}], 1);
  await expect(it.send("page")).rejects.toThrow("pagerduty");
  expect(it.slack.cards()).toHaveLength(1);

  await it.send("page");

  expect(it.slack.cards()).toHaveLength(1);
  expect(await it.isSent("page")).toBe(true);
});

test("a page that PagerDuty will take neither to anybody nor as a note rings once in Slack", async () => {
  await using pagerduty = await startFakePagerDuty();
  pagerduty.open("Q1", { status: "resolved" });
  const rest = speaksTo(pagerduty.url);
  const it = await night(rest, "Q1");
  it.slack.hideMessages();
  await it.put("page");
  pagerduty.fail(/notes/, [404, {}], 100);

  await it.send("page");

  expect(it.slack.cards()).toHaveLength(1);
  expect(await it.isSent("page")).toBe(true);
});

test.each([
  ["<html>at a loss</html>", "<html>"],
  ["{}", "no answer of Slack's"],
  ['{"error":{"code":502}}', "[object Object]"],
  [JSON.stringify({ ok: true, ts: "1.1", more: "x".repeat(5 * 2 ** 20) }), "more than"],
])("what came instead of Slack's answer is no refusal: the message is looked for (%#)", async (answer, said) => {
  const it = await night();
  await it.put("card");
  it.slack.garble(1, answer);
  await expect(it.send("card")).rejects.toThrow(said);

  await it.send("card");

  expect(it.slack.cards()).toHaveLength(1);
});

test("however much others said before, it is found", async () => {
  const it = await night();
  it.slack.fill(250, 120);
  await it.put("card");
  await it.lose("card");

  await it.send("card");

  expect(it.slack.cards()).toHaveLength(251);
});

test("a channel that is too much to read is not read: twice rather than never", async () => {
  const it = await night();
  await it.put("card");
  await it.lose("card");
  it.slack.fill(1, 10, "x".repeat(5 * 2 ** 20));
  for (const _ of [2, 3, 4]) await expect(it.send("card")).rejects.toThrow("more than");

  await it.send("card");

  expect(it.slack.cards()).toHaveLength(3);
});

test("a page of which nobody was told and nothing noted is not over", async () => {
  await using pagerduty = await startFakePagerDuty();
  pagerduty.open("Q1", {});
  const rest = speaksTo(pagerduty.url);
  const it = await night({ ...rest, SLACK_BOT_TOKEN: "", SLACK_CHANNEL: "" }, "Q1");
  await it.put("page");
  pagerduty.fail(/incidents/, [401, {}], 100);

  await expect(it.send("page")).rejects.toThrow("pagerduty");

  expect(await it.isSent("page")).toBe(false);
});

test("a page that answers another is found in the channel with what it answers", async () => {
  const it = await night();
  await it.put("page", "nobody decided in time");
  await it.send("page");
  const [first] = it.slack.cards();
  await it.put("page", "a person is needed");
  await it.lose("page");
  it.slack.hideThreads();
  await it.send("page");

  expect(await lastReceipt(it.pool, "page:i1")).toMatchObject({ thread: first?.ts });
  expect(it.slack.replies(first?.ts ?? "")).toHaveLength(1);
});

test("a bot that may not read the channel says it twice rather than never", async () => {
  const it = await night();
  it.slack.hideMessages();
  await it.put("card");
  await it.lose("card");

  await it.send("card");

  expect(it.slack.cards()).toHaveLength(2);
  expect(await it.isSent("card")).toBe(true);
});

test("what another incident was told is not taken for it, and what somebody took away is posted anew", async () => {
  const it = await night();
  await it.put("card");
  await it.lose("card");
  const attempt = await it.begin("card");
  await it.people.notifier.post({ ...noticeOf("card", "i1"), key: "card:i2" }, null, { attempt });
  expect(it.slack.cards()).toHaveLength(2);
  it.slack.takeAway(it.slack.cards()[0]?.ts ?? "");

  await it.send("card");

  expect(it.slack.cards().map(({ metadata }) => metadata)).toEqual([
    expect.objectContaining({ event_payload: expect.objectContaining({ key: "card:i2" }) }),
    expect.objectContaining({ event_payload: expect.objectContaining({ key: "card:i1" }) }),
  ]);
});

test("what was found, and taken away before it could be brought up to date, is posted anew", async () => {
  const it = await night();
  await it.put("card");
  await it.lose("card");
  it.slack.before((method) => {
    if (method === "chat.update") it.slack.takeAway(it.slack.cards()[0]?.ts ?? "");
  });

  await it.send("card");

  expect(it.slack.cards()).toHaveLength(1);
  expect(it.slack.called).toEqual(["chat.postMessage", "conversations.history", "chat.update", "chat.postMessage"]);
});

test("who has given up while Slack was asked changes nothing after all", async () => {
  const it = await night();
  await it.put("card");
  await it.lose("card");
  await it.sendInVain();

  await it.send("card");

  expect(it.slack.called.filter((method) => method === "chat.update")).toHaveLength(1);
});

test("nor does it post anything", async () => {
  const it = await night();
  await it.put("card");
  await it.begin("card");
  await it.sendInVain();

  await it.send("card");

  // Had it, that would have been found and brought up to date, or be there twice.
  expect(it.slack.called.filter((method) => method.startsWith("chat."))).toEqual(["chat.postMessage"]);
});

test("what Slack refused is nowhere, and is not looked for", async () => {
  const it = await night();
  await it.put("card");
  it.slack.beBusy(1, 30);
  await it.send("card");
  expect(await it.isSent("card")).toBe(false);

  await it.send("card");

  expect(it.slack.cards()).toHaveLength(1);
  expect(looks(it)).toEqual([]);
});

test("what waits for its card was never sent, and is not looked for", async () => {
  const it = await night();
  await it.put("thread");
  await it.send("thread");
  await it.put("card");
  await it.send("card");

  await it.send("thread");

  expect(it.slack.replies(it.slack.cards()[0]?.ts ?? "")).toHaveLength(1);
  expect(looks(it)).toEqual([]);
});
