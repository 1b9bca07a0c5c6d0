import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { slackNotifier } from "../../src/adapters/slack.ts";
import { messageOf } from "../../src/adapters/slack-blocks.ts";
import { slackChat } from "../../src/adapters/slack-chat.ts";
import { isOfSlack } from "../../src/adapters/slack-respond.ts";
import { partsOf } from "../../src/adapters/slack-sections.ts";
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
  const calls: { method: string; body: string; form: URLSearchParams }[] = [];
  const server = createServer(async (request, response) => {
    const method = (request.url ?? "").slice(5);
    const body = await text(request);
    const form = new URLSearchParams(body);
    calls.push({ method, body, form });
    const [status, answer] = answers[method] ?? [200, { ok: true, channel: form.get("channel"), ts: "1.1" }];
    response.writeHead(status, { "content-type": "application/json", "retry-after": "7" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  const notifier = slackNotifier({ token: "x", channel: "C1", apiUrl });
  const dispose = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  return { notifier, calls, apiUrl, [Symbol.asyncDispose]: dispose };
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

test("how long Slack wants to be left alone is handed on, and it is not asked again before", async () => {
  await using fake = await slack({ "chat.postMessage": [429, {}] });
  await expect(fake.notifier.post(notice, null)).rejects.toMatchObject({ retryAfterMs: 7000 });
  expect(fake.calls).toHaveLength(1);
});

test("details go below the card, as text", async () => {
  await using fake = await slack({});
  const receipt = await fake.notifier.reply?.(
    { ...notice, channel: "thread", text: "# Report <!here>\n```diff\n-a\n```" },
    { channel: "C7", ts: "5.5" },
  );

  expect(receipt).toEqual({ channel: "C7", ts: "1.1", thread: "5.5" });
  const [call] = fake.calls;
  expect([call?.method, call?.form.get("channel"), call?.form.get("thread_ts")]).toEqual([
    "chat.postMessage",
    "C7",
    "5.5",
  ]);
  expect(call?.form.get("blocks")).toContain("*Report &lt;!here&gt;*");
});

test("evidence and dashboards can be clicked, and what is no address of theirs cannot break out", async () => {
  await using fake = await slack({});
  const links = [
    { text: "evidence e1", url: "http://localhost/api/incidents/i/evidence/e1" },
    { text: "panel at <!channel>|g.example", url: "https://g.example/d/abc?viewPanel=2&x=%7C%2F" },
    { text: "too long", url: `https://g.example/${"x".repeat(600)}` },
  ];
  await fake.notifier.post({ ...notice, links }, null);

  const contexts = blocksOf(fake.calls[0]?.form).filter(({ type }) => type === "context") as unknown as {
    elements: { text: string }[];
  }[];
  expect(contexts[0]?.elements[0]?.text).toBe(
    "<http://localhost/api/incidents/i/evidence/e1|evidence e1> · <https://g.example/d/abc?viewPanel=2&amp;x=%7C%2F|panel at &lt;!channel&gt;g.example>",
  );
});

test("a long text is cut between lines, and each part closes and opens the fence that goes on", () => {
  const diff = Array.from({ length: 200 }, (_, n) => `+ line ${n}`);
  const parts = partsOf(["before", "```", ...diff, "```", "after"].join("\n"), 500, 50);

  expect(parts.every((part) => part.length <= 500 && (part.match(/```/g) ?? []).length % 2 === 0)).toBe(true);
  expect(parts.flatMap((part) => part.split("\n")).filter((line) => line !== "```")).toEqual([
    "before",
    ...diff,
    "after",
  ]);
  expect(partsOf(`x${"&amp;".repeat(300)}`, 500, 50).every((part) => !/&[a-z]*$/.test(part))).toBe(true);
});

const wanted = {
  incidentId: "i",
  planHash: "a".repeat(64),
  expiresAt: "2026-11-23T03:00:00.000Z",
  change: "kubectl x",
};
interface Block {
  type: string;
  block_id?: string;
  elements?: { value?: string; action_id?: string; confirm?: { text: { text: string } } }[];
}
const blocksOf = (form: URLSearchParams | undefined): Block[] => JSON.parse(form?.get("blocks") ?? "[]");

test("a card has buttons while a decision is wanted, and none afterwards", async () => {
  await using fake = await slack({});
  const receipt = await fake.notifier.post({ ...notice, decision: wanted }, null);
  await fake.notifier.post({ ...notice, decision: null }, receipt);

  const [asked, decided] = fake.calls.map(({ form }) => blocksOf(form).filter(({ type }) => type === "actions"));
  const elements = asked?.[0]?.elements ?? [];
  expect(asked?.[0]?.block_id).toContain("i");
  expect(elements.map(({ value }) => JSON.parse(value ?? ""))).toEqual(
    Array(2).fill({ incidentId: "i", planHash: wanted.planHash }),
  );
  expect(elements[0]?.confirm?.text.text).toBe("kubectl x");
  expect(decided).toEqual([]);
  expect(fake.calls[0]?.form.get("blocks")).toContain("2026-11-23T03:00:00.000Z");
});

test("the largest card stays within Slack's limits and hostile text stays text", async () => {
  await using fake = await slack({});
  const hostile = "<!channel> <@U1> <https://evil.example|x> & ``` ".repeat(600);
  await fake.notifier.post(
    {
      ...notice,
      title: hostile,
      text: hostile,
      link: `http://h/${"x".repeat(4000)}`,
      decision: { ...wanted, incidentId: "i".repeat(100), change: hostile },
    },
    null,
  );

  const form = fake.calls[0]?.form;
  const blocks = blocksOf(form);
  const texts = (form?.get("blocks") ?? "").match(/"text":"[^"]*"/g) ?? [];
  expect(form?.get("blocks")?.length).toBeLessThanOrEqual(9600);
  expect(texts.reduce((sum, text) => sum + text.length, 0)).toBeLessThanOrEqual(9000);
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(blocks.every(({ block_id = "" }) => block_id.length <= 255)).toBe(true);
  expect(
    blocks.flatMap(({ elements = [] }) => elements).every(({ confirm }) => (confirm?.text.text.length ?? 0) <= 300),
  ).toBe(true);
  const mrkdwn = (form?.get("blocks") ?? "").replace(/"type":"plain_text","text":"[^"]*"/g, "");
  expect(mrkdwn).not.toMatch(/<(?!!date\^)[!@#]|<https:\/\/evil/);
});

test("a whisper reaches one person, and the form for the reason carries the question", async () => {
  await using fake = await slack({});
  const chat = slackChat({ token: "x", apiUrl: fake.apiUrl });
  await chat.whisper({ channel: "C1", user: "U1", respond: null, text: "<!here> no" });
  await chat.askWhy?.({ trigger: "t", incidentId: "i", planHash: "h", channel: "C1", respond: null });

  expect(fake.calls.map(({ method }) => method)).toEqual(["chat.postEphemeral", "views.open"]);
  expect(fake.calls[0]?.form.get("text")).toBe("&lt;!here&gt; no");
  const view = JSON.parse(fake.calls[1]?.form.get("view") ?? "{}");
  expect(JSON.parse(view.private_metadata)).toEqual({ incidentId: "i", planHash: "h", channel: "C1", respond: null });
});

const said = { channel: "C1", user: "U1", text: "<!here> no" };
const ofSlack = (apiUrl: string): string => `${new URL(apiUrl).origin}/api/actions/T1/secret`;

test.each([
  ["not in the channel", [200, { ok: false, error: "not_in_channel" }]],
  ["rate limited", [429, {}]],
  ["down", [503, {}]],
] as const)(
  "a bot that is %s answers a click at the click's own address, to that person alone",
  async (_why, answer) => {
    await using fake = await slack({ "chat.postEphemeral": [...answer] });
    await slackChat({ token: "x", apiUrl: fake.apiUrl }).whisper({ ...said, respond: ofSlack(fake.apiUrl) });

    expect(fake.calls.map(({ method }) => method)).toEqual(["chat.postEphemeral", "actions/T1/secret"]);
    expect(JSON.parse(fake.calls[1]?.body ?? "")).toEqual({
      response_type: "ephemeral",
      replace_original: false,
      text: "&lt;!here&gt; no",
    });
  },
);

test("an answer that the bot could give is given once", async () => {
  await using fake = await slack({});
  await slackChat({ token: "x", apiUrl: fake.apiUrl }).whisper({ ...said, respond: ofSlack(fake.apiUrl) });

  expect(fake.calls.map(({ method }) => method)).toEqual(["chat.postEphemeral"]);
});

test("without a bot the click is answered all the same, and no form is promised", async () => {
  await using fake = await slack({});
  const chat = slackChat({ token: null, apiUrl: fake.apiUrl });
  await chat.whisper({ ...said, respond: ofSlack(fake.apiUrl) });

  expect(fake.calls.map(({ method }) => method)).toEqual(["actions/T1/secret"]);
  expect(chat.askWhy).toBeNull();
  await expect(chat.whisper({ ...said, respond: null })).rejects.toThrow("there is no bot");
});

test("no answer goes to an address that is not Slack's, and its refusal does not tell the address", async () => {
  await using other = await slack({});
  await using fake = await slack({
    "chat.postEphemeral": [200, { ok: false, error: "not_in_channel" }],
    "actions/T1/secret": [404, {}],
  });
  const chat = slackChat({ token: "x", apiUrl: fake.apiUrl });

  await expect(chat.whisper({ ...said, respond: ofSlack(other.apiUrl) })).rejects.toThrow("not_in_channel");
  expect(other.calls).toEqual([]);
  await expect(chat.whisper({ ...said, respond: ofSlack(fake.apiUrl) })).rejects.toThrow(
    /^(?!.*secret).*refused with 404/,
  );
});

test.each([
  ["https://hooks.slack.com/actions/T1/1/x", true],
  ["https://hooks.slack-gov.com/actions/T1/1/x", true],
  ["http://hooks.slack.com/actions/T1/1/x", false],
  ["https://hooks.slack.com.evil.example/x", false],
  ["https://hooks.slack.com@evil.example/x", false],
  ["https://me:pw@hooks.slack.com/x", false],
  ["https://hooks.slack.com:8443/x", false],
  ["http://169.254.169.254/latest", false],
  ["file:///etc/passwd", false],
  ["not an address", false],
])("%s is Slack's: %s", (address, is) => {
  expect(isOfSlack(address, "https://slack.com/api/")).toBe(is);
});

test("our own bold and fences are Slack's, and a backtick inside a sentence stays text", async () => {
  await using fake = await slack({});
  await fake.notifier.post({ ...notice, text: "**Cause:** `x` <!here>\n```diff\n-a\n```" }, null);

  const [, body] = blocksOf(fake.calls[0]?.form) as { text?: { text: string } }[];
  expect(body?.text?.text).toBe("*Cause:* \u02cbx\u02cb &lt;!here&gt;\n```\n-a\n```");
});

test("a long title keeps its end in the header: how it stands with the incident", () => {
  const title = `CRITICAL Deployment/${"a".repeat(63)} in ${"n".repeat(60)}: env-var-missing-or-wrong, WAITS FOR YOUR DECISION`;

  const [header] = messageOf({ ...notice, title }).blocks;

  expect(header).toMatchObject({
    text: { text: expect.stringMatching(/^CRITICAL Deployment\/a+.*…, WAITS FOR YOUR DECISION$/) },
  });
  expect(JSON.stringify(header).match(/"text":"([^"]*)"/)?.[1]).toHaveLength(150);
});
