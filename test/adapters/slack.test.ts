import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { slackNotifier } from "../../src/adapters/slack.ts";
import type { Notice } from "../../src/incident/notice.ts";

const notice: Notice = {
  key: "card:i",
  incidentId: "i",
  channel: "card",
  title: "t",
  text: "<!channel> `x`",
  severity: "warning",
  link: "http://localhost/i",
  pagerdutyIncident: null,
};

const slack = async (answers: Record<string, [number, unknown]>) => {
  const calls: { method: string; form: URLSearchParams }[] = [];
  const server = createServer(async (request, response) => {
    const method = (request.url ?? "").slice(5);
    calls.push({ method, form: new URLSearchParams(await text(request)) });
    const [status, answer] = answers[method] ?? [200, { ok: true, channel: "C1", ts: "1.1" }];
    response.writeHead(status, { "content-type": "application/json", "retry-after": "7" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  const notifier = slackNotifier({ token: "x", channel: "C1", apiUrl, retries: 0 });
  const dispose = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  return { notifier, calls, [Symbol.asyncDispose]: dispose };
};

test("a card is posted, then updated, and mentions nobody", async () => {
  await using fake = await slack({});
  const receipt = await fake.notifier.post(notice, null);
  expect(await fake.notifier.post(notice, receipt)).toEqual({ channel: "C1", ts: "1.1" });
  expect(fake.calls.map(({ method }) => method)).toEqual(["chat.postMessage", "chat.update"]);
  expect(fake.calls[0]?.form.get("blocks")).not.toContain("<!channel>");
});

test("a lost card is posted again", async () => {
  await using fake = await slack({ "chat.update": [200, { ok: false, error: "message_not_found" }] });
  await fake.notifier.post(notice, { channel: "C1", ts: "0.1" });
  expect(fake.calls.map(({ method }) => method)).toEqual(["chat.update", "chat.postMessage"]);
});

test.each([
  [429, "rate-limited"],
  [500, "failed"],
])("status %i is a retryable refusal", async (status, reason) => {
  await using fake = await slack({ "chat.postMessage": [status, {}] });
  await expect(fake.notifier.post(notice, null)).rejects.toMatchObject({ reason, retryable: true });
});
