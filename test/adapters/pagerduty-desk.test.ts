import { expect, test } from "vitest";
import { pagerdutyPager, resolvePage } from "../../src/adapters/pagerduty.ts";
import { pagerdutyDesk } from "../../src/adapters/pagerduty-desk.ts";
import { pagerdutyRest } from "../../src/adapters/pagerduty-rest.ts";
import type { Notice } from "../../src/incident/notice.ts";
import { startFakePagerDuty } from "../support/fake-pagerduty.ts";

const from = "bot@example.com";
const ana = { id: "PANA", email: "ana@example.com", summary: "Ana" };
const page: Notice = {
  key: "page:i",
  incidentId: "i",
  channel: "page",
  title: "shop/api needs a person",
  text: "in short",
  report: "the whole report",
  severity: "critical",
  link: "http://localhost/i",
  pagerdutyIncident: "Q1",
};
const now = new Date("2026-11-23T02:00:00Z");
const atWork: Notice = { ...page, channel: "acknowledge", key: "acknowledge:i:Q1", until: "2026-11-23T02:15:00.000Z" };

const people = async ({
  escalationPolicy,
  routingKey = null,
}: {
  escalationPolicy?: string;
  routingKey?: string | null;
} = {}) => {
  const pagerduty = await startFakePagerDuty();
  const rest = pagerdutyRest({ apiUrl: pagerduty.url, token: "t", from, deadlineMs: 5000 });
  const unreached: string[] = [];
  const updates: (boolean | undefined)[] = [];
  const options = { eventsUrl: pagerduty.url, routingKey, rest, from, escalationPolicy };
  const pager = pagerdutyPager({
    ...options,
    unreached: async ({ title, again }) => {
      unreached.push(title);
      updates.push(again);
      return { to: "chat" };
    },
  });
  const ends = routingKey === null ? null : resolvePage({ ...options, routingKey });
  const desk = pagerdutyDesk({ rest, clock: { now: () => now }, resolvePage: ends });
  return { pagerduty, rest, pager, desk, unreached, updates, [Symbol.asyncDispose]: pagerduty[Symbol.asyncDispose] };
};

test("at work: acknowledged, and it rings again by itself a minute after the deadline", async () => {
  await using it = await people();
  const incident = it.pagerduty.open("Q1");

  const receipt = await it.desk.acknowledge(atWork);
  await it.desk.acknowledge(atWork);

  expect(receipt).toEqual({ by: `PU-${from}`, snoozed: "960" });
  expect(incident).toMatchObject({ status: "acknowledged", snoozed: 960 });
  expect(incident.acknowledgers).toHaveLength(1);
});

test("an account that may not snooze is acknowledged all the same, and the receipt says so", async () => {
  await using it = await people();
  const incident = it.pagerduty.open("Q1");
  it.pagerduty.fail(/snooze/, [402, { error: { message: "plan" } }]);

  expect((await it.desk.acknowledge(atWork)).snoozed).toMatch(/^no: /);
  expect(incident.status).toBe("acknowledged");
});

test("a page wakes the people of the configured policy, with the whole report, once", async () => {
  await using it = await people({ escalationPolicy: "PTIER2" });
  const incident = it.pagerduty.open("Q1");
  await it.desk.acknowledge(atWork);

  await it.pager.page(page);
  await it.pager.page(page);

  expect(incident).toMatchObject({ status: "triggered", policy: "PTIER2" });
  expect(it.pagerduty.rung).toEqual(["Q1"]);
  expect(incident.notes).toEqual([{ id: "N1", content: expect.stringContaining("the whole report") }]);
  expect(incident.notes[0]?.content).toContain("http://localhost/i");
  expect([it.pagerduty.pages.size, it.unreached]).toEqual([0, []]);
});

test("without a configured policy what we silenced rings for its own people again", async () => {
  await using it = await people();
  const incident = it.pagerduty.open("Q1");
  await it.desk.acknowledge(atWork);
  await it.pager.page(page);

  expect(incident).toMatchObject({ status: "triggered", policy: "POWN" });
  expect(it.pagerduty.rung).toEqual(["Q1"]);
});

test("what rings already, or a person has taken, is not rung again; the report is written there", async () => {
  await using it = await people();
  const ringing = it.pagerduty.open("Q1");
  const taken = it.pagerduty.open("Q2", { status: "acknowledged", acknowledgers: [ana] });
  await it.pager.page(page);
  await it.pager.page({ ...page, pagerdutyIncident: "Q2" });

  expect(it.pagerduty.rung).toEqual([]);
  expect([ringing.notes.length, taken.notes.length, taken.acknowledgers]).toEqual([1, 1, [ana]]);
});

test.each([
  ["is resolved there", (it: Awaited<ReturnType<typeof people>>) => it.pagerduty.open("Q1", { status: "resolved" })],
  ["is not known there", () => undefined],
  [
    "cannot be handed to the policy",
    (it: Awaited<ReturnType<typeof people>>) => it.pagerduty.open("Q1", { status: "acknowledged", policy: "PGONE" }),
  ],
])("a page about an incident that %s goes elsewhere", async (_, prepare) => {
  await using it = await people();
  prepare(it);
  await it.pager.page(page).catch(() => undefined);
  expect(it.unreached).toEqual([page.title]);

  await using other = await people({ routingKey: "r" });
  prepare(other);
  await other.pager.page(page).catch(() => undefined);
  expect([...other.pagerduty.pages.values()]).toMatchObject([{ status: "triggered", summary: page.title }]);
});

test.each(["triggered", "acknowledged"] as const)("an update rings nobody while the page is %s", async (status) => {
  await using it = await people({ escalationPolicy: "PTIER2" });
  const incident = it.pagerduty.open("Q1", { status, acknowledgers: status === "acknowledged" ? [ana] : [] });

  await it.pager.page({ ...page, again: true });

  expect([it.pagerduty.rung, it.unreached]).toEqual([[], []]);
  expect(incident).toMatchObject({ status, policy: "POWN", notes: [{ content: expect.stringContaining("whole") }] });
});

test("an update rings anew where the page is over, and is no mere update to whom it goes instead", async () => {
  await using it = await people({ escalationPolicy: "PTIER2" });
  it.pagerduty.open("Q1", { status: "resolved" });
  await it.pager.page({ ...page, again: true });
  expect([it.unreached, it.updates]).toEqual([[page.title], [false]]);

  await using other = await people({ escalationPolicy: "PTIER2", routingKey: "r" });
  other.pagerduty.open("Q1", { status: "resolved" });
  await other.pager.page({ ...page, again: true });
  expect([...other.pagerduty.pages.values()]).toMatchObject([{ status: "triggered", summary: page.title }]);
});

test("a note that cannot be written keeps nobody asleep, and is tried again", async () => {
  await using it = await people({ escalationPolicy: "PTIER2" });
  const incident = it.pagerduty.open("Q1", { status: "acknowledged" });
  it.pagerduty.fail(/notes/, [500, {}]);

  await expect(it.pager.page(page)).rejects.toMatchObject({ reason: "failed" });
  expect(it.pagerduty.rung).toEqual(["Q1"]);
  await it.pager.page(page);
  expect([it.pagerduty.rung, incident.notes.length]).toEqual([["Q1"], 1]);
});

test("proven: resolved once, and again is fine; so is the page that we made ourselves", async () => {
  await using it = await people({ routingKey: "r" });
  const incident = it.pagerduty.open("Q1");
  await it.desk.resolve({ ...page, channel: "resolve" });
  await it.desk.resolve({ ...page, channel: "resolve" });
  expect(incident.status).toBe("resolved");

  await it.pager.page({ ...page, pagerdutyIncident: null });
  await it.desk.resolve({ ...page, channel: "resolve", pagerdutyIncident: null });
  expect([...it.pagerduty.pages.values()]).toMatchObject([{ status: "resolved" }]);
});
