import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { readConfig } from "../src/config.ts";
import type { Notice } from "../src/incident/notice.ts";
import { followsOf, openPeople } from "../src/people.ts";

const page: Notice = {
  key: "page:i",
  incidentId: "i",
  channel: "page",
  title: "nobody decided",
  text: "take over",
  severity: "critical",
  link: "http://localhost/i",
  pagerdutyIncident: null,
};

const startSlack = async () => {
  const called: string[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    called.push(request.url ?? "");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ok: true, channel: "C1", ts: "1.1" }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const dispose = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, called, bodies, [Symbol.asyncDispose]: dispose };
};

const slackSet = { SLACK_BOT_TOKEN: "x", SLACK_CHANNEL: "C1" };

const quiet = () => undefined;

test("a page without PagerDuty is a message of its own in Slack", async () => {
  await using slack = await startSlack();
  const config = readConfig({ SLACK_BOT_TOKEN: "x", SLACK_CHANNEL: "C1", SLACK_API_URL: slack.url });

  const receipt = await openPeople(config, quiet).pager.page(page);

  expect(receipt).toEqual({ channel: "C1", ts: "1.1" });
  expect(slack.called).toEqual(["/chat.postMessage"]);
  expect(openPeople(config, quiet).pager.port?.(page)).toBe("slack");
  const both = readConfig({ ...slackSet, PAGERDUTY_ROUTING_KEY: "r" });
  expect(openPeople(both, quiet).pager.port?.(page)).toBe("pagerduty");
});

test("a page of an incident that has its message in Slack goes below it, for the whole channel", async () => {
  await using slack = await startSlack();
  const config = readConfig({ SLACK_BOT_TOKEN: "x", SLACK_CHANNEL: "C1", SLACK_API_URL: slack.url });

  await openPeople(config, quiet).pager.page(page, undefined, { channel: "C1", ts: "5.5" });

  expect(slack.called).toEqual(["/chat.postMessage"]);
  expect(new URLSearchParams(slack.bodies[0]).get("thread_ts")).toBe("5.5");
  expect(new URLSearchParams(slack.bodies[0]).get("reply_broadcast")).toBe("true");
});

test("a page is posted to the webhook where it is all there is, and the escalation is not told twice", async () => {
  const got: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    got.push({ headers: request.headers, body: await text(request) });
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const config = readConfig({ NIGHTSHIFT_WEBHOOK_URL: url, NIGHTSHIFT_WEBHOOK_SECRET: "s" });

  await openPeople(config, quiet).pager.page({ ...page, facts: { status: "escalated" } });
  // A second look that changed nothing is told, and not as what wakes somebody.
  const happened = { what: "escalated" as const, at: "2026-11-23T02:00:10.000Z", line: "looked again" };
  await openPeople(config, quiet).pager.page({ ...page, happened, again: true });
  server.close();

  const [sent, update] = got;
  expect(JSON.parse(update?.body ?? "")).toMatchObject({ type: "incident.updated", data: { line: "looked again" } });
  expect(JSON.parse(sent?.body ?? "")).toMatchObject({
    type: "incident.escalated",
    data: { incidentId: "i", report: "take over", status: "escalated" },
  });
  const signedText = `${sent?.headers["webhook-id"]}.${sent?.headers["webhook-timestamp"]}.${sent?.body}`;
  expect(sent?.headers["webhook-signature"]).toBe(
    `v1,${createHmac("sha256", "s").update(signedText).digest("base64")}`,
  );
  expect(followsOf(config).event).not.toContain("escalated");
  expect(
    followsOf(readConfig({ ...slackSet, NIGHTSHIFT_WEBHOOK_URL: url, NIGHTSHIFT_WEBHOOK_SECRET: "s" })).event,
  ).toContain("escalated");
});

test("a page goes to stdout where there is neither", async () => {
  const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);

  const receipt = await openPeople(readConfig({}), quiet).pager.page(page);

  expect(printed.mock.calls.flat().join("")).toContain("nobody decided");
  printed.mockRestore();
  expect(receipt).toEqual({ to: "stdout" });
});
