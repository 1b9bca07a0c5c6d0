import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { pagerdutyPager } from "../../src/adapters/pagerduty.ts";
import { pagerdutyRest } from "../../src/adapters/pagerduty-rest.ts";
import type { Notice } from "../../src/incident/notice.ts";

const notice: Notice = {
  key: "note:i:x",
  incidentId: "i",
  channel: "note",
  title: "t",
  text: "x",
  severity: "critical",
  link: "http://localhost/i",
  pagerdutyIncident: "Q1",
};

const pagerduty = async (status = 200, hang = false) => {
  const notes: { id: string; content: string }[] = [];
  const events: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (hang) return;
    if (request.method === "POST" && request.url === "/v2/enqueue") events.push(JSON.parse(body));
    else if (request.method === "POST") notes.push({ id: "N1", ...JSON.parse(body).note });
    const incident = { status: "triggered", escalation_policy: { id: "P1" } };
    response.writeHead(status, { "retry-after": "7" }).end(JSON.stringify({ notes, note: notes[0], incident }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const deadlineMs = hang ? 200 : 5000;
  const rest = pagerdutyRest({ apiUrl: url, token: "t", from: "ana@example.com", deadlineMs });
  const pager = pagerdutyPager({ eventsUrl: url, routingKey: "r", rest, deadlineMs });
  const dispose = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { pager, notes, events, [Symbol.asyncDispose]: dispose };
};

test("a note is written once although its receipt was lost, another note is written too", async () => {
  await using fake = await pagerduty();
  await fake.pager.note(notice, null);
  await fake.pager.note(notice, null);
  expect(fake.notes).toHaveLength(1);
  await fake.pager.note({ ...notice, key: "note:i:y" }, null);
  expect(fake.notes).toHaveLength(2);
});

test("two pages of one incident share a dedup key", async () => {
  await using fake = await pagerduty();
  await fake.pager.page({ ...notice, pagerdutyIncident: null });
  await fake.pager.page({ ...notice, pagerdutyIncident: null });
  expect(fake.events.map(({ dedup_key }) => dedup_key)).toEqual(["nightshift:i", "nightshift:i"]);
});

test("where PagerDuty pages somebody already the page is one note there", async () => {
  await using fake = await pagerduty();
  await fake.pager.page(notice);
  await fake.pager.page(notice);
  expect(fake.events).toEqual([]);
  expect(fake.notes).toHaveLength(1);
});

test("a second page with something new to say is a second note", async () => {
  await using fake = await pagerduty();
  const page: Notice = { ...notice, channel: "page", key: "page:i", text: "the deadline has passed" };
  await fake.pager.page(page);
  await fake.pager.page(page);
  expect(fake.notes).toHaveLength(1);

  await fake.pager.page({ ...page, text: "Nightshift gives up" });

  expect(fake.notes).toHaveLength(2);
  expect(fake.notes[1]?.content).toContain("Nightshift gives up");
});

test("a note that is too long says that more is on the page, and ends with what it is known by", async () => {
  await using fake = await pagerduty();
  await fake.pager.note({ ...notice, text: "a line of the report\n".repeat(400) }, null);
  await fake.pager.note({ ...notice, key: "note:i:short" }, null);
  const [long = "", short = ""] = fake.notes.map(({ content }) => content);

  expect(long.length).toBeLessThanOrEqual(5_000);
  expect(long).toContain("a line of the report\n… the rest is on the page\n\nhttp://localhost/i\nnightshift note:i:x");
  expect(short).not.toContain("the rest is on the page");
});

test.each([
  [429, "rate-limited", true],
  [500, "failed", true],
  [400, "invalid", false],
])("status %i is %s, retryable: %s", async (status, reason, retryable) => {
  await using fake = await pagerduty(status);
  await expect(fake.pager.page(notice)).rejects.toMatchObject({ reason, retryable });
});

test("a hang ends at the deadline", async () => {
  await using fake = await pagerduty(200, true);
  await expect(fake.pager.page(notice)).rejects.toMatchObject({ reason: "timeout" });
});

test("a refusal carries when to try again", async () => {
  await using fake = await pagerduty(429);
  await expect(fake.pager.page({ ...notice, pagerdutyIncident: null })).rejects.toThrow("try again in 7 s");
});
