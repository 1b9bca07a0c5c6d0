import { expect, test } from "vitest";
import { chatThrough, type Provider } from "../../src/adapters/chat-asked.ts";
import { openAi } from "../../src/adapters/chat-openai.ts";
import type { ChatMessage } from "../../src/adapters/chat-reply.ts";
import { callsTool, fails, says, startFakeOpenAi, type Turn } from "../support/fake-openai.ts";
import { wallClock } from "../support/wall-clock.ts";

const schema = { type: "object", properties: {}, required: [], additionalProperties: false };
const request = { system: "s", user: "u", tools: [{ name: "get", description: "d", schema }], force: "get" };

const ask = async (turns: Turn[], deadlineMs = 5_000, times = 1) => {
  const server = await startFakeOpenAi(turns);
  const settings = { model: "gpt-5.6-mini", apiKey: "k", baseURL: server.url, deadlineMs, busyMs: 1 };
  const model = chatThrough(openAi, { ...settings, prices: { "gpt-5.6-mini": [1, 0.5, 10] } }, wallClock);
  try {
    for (let before = 1; before < times; before += 1) await model.reply(request);
    return { reply: await model.reply(request).catch((error: unknown) => error), paths: server.paths };
  } finally {
    server.close();
  }
};

test("a tool call comes back with its cost, by chat completions whatever the model is called", async () => {
  const { reply, paths } = await ask([callsTool("get", '{"a":1}')]);

  expect(paths).toEqual(["/v1/chat/completions"]);
  expect(reply).toMatchObject({ calls: [{ name: "get", args: { a: 1 } }], finish: "tools" });
  expect(reply).toMatchObject({ cost: { calls: 1, inputTokens: 100, cachedTokens: 64, outputTokens: 20 } });
  expect((reply as { cost: { usd: number } }).cost.usd).toBeCloseTo(0.000268, 9);
});

test.each([
  ["malformed arguments", callsTool("get", "{nope"), "other"],
  ["a call cut off", callsTool("get", '{"a":', "length"), "length"],
  ["prose", says({ content: "hello" }, "stop"), "stop"],
  ["a refusal", says({ refusal: "no" }, "stop"), "refused"],
])("%s is reported without a call", async (_what, turn, finish) => {
  expect((await ask([turn])).reply).toMatchObject({ calls: [], finish });
});

test.each([
  ["an object", { a: 1 }],
  ["text within text", JSON.stringify('{"a":1}')],
])("arguments that come as %s are read", async (_what, args) => {
  const turn = says(
    { tool_calls: [{ id: "1", type: "function", function: { name: "get", arguments: args } }] },
    "tool_calls",
  );

  expect((await ask([turn])).reply).toMatchObject({ calls: [{ name: "get", args: { a: 1 } }], finish: "tools" });
});

test.each([
  ["401", fails(401, "bad key"), "unauthorized"],
  ["404", fails(404, "no model"), "invalid"],
  ["overflow", fails(400, "maximum context length is 5"), "too-large"],
  ["a busy provider", fails(429, "slow down"), "rate-limited"],
])("%s is an error that says why", async (_what, turn, reason) => {
  expect((await ask([turn])).reply).toMatchObject({ name: "PortError", reason });
});

test("a hang ends at the deadline", async () => {
  expect((await ask(["hang"], 300)).reply).toMatchObject({ name: "PortError", reason: "timeout" });
});

test("a busy provider is asked once more", async () => {
  const { reply, paths } = await ask([fails(429, "slow down"), callsTool("get", "{}")]);

  expect(paths).toHaveLength(2);
  expect(reply).toMatchObject({ finish: "tools" });
});

test("a server without tools is asked for the same in words", async () => {
  const turns = [fails(400, "tools are not supported"), says({ content: '{"tool":"get","args":{"a":1}}' }, "stop")];

  expect((await ask(turns)).reply).toMatchObject({ calls: [{ name: "get", args: { a: 1 } }] });
});

const inWords = (content: string) => says({ content }, "stop");
const call = '{"tool":"get","args":{"a":1}}';

test.each([400, 404, 422, 500])(
  "a server that refuses tools by %s is asked in words, and from then on only so",
  async (status) => {
    const refuses = fails(status, "this model does not support tools", { "x-should-retry": "false" });
    const { reply, paths } = await ask([refuses, inWords(call), inWords(call)], 5_000, 2);

    expect(reply).toMatchObject({ calls: [{ name: "get", args: { a: 1 } }] });
    expect(paths).toHaveLength(3);
  },
);

test.each([400, 500])(
  "a tool call that went wrong once (%s) is no reason to ask in words ever after",
  async (status) => {
    const wrong = fails(status, "error parsing tool call: raw='{'", { "x-should-retry": "false" });
    const heard: boolean[] = [];
    const last: Turn = ({ tools }) => {
      heard.push(tools !== undefined);
      return callsTool("get", "{}");
    };

    await ask([wrong, inWords(call), last], 5_000, 2);

    expect(heard).toEqual([true]);
  },
);

test("control: a 404 that does not speak of tools is no reason to ask in words", async () => {
  const { reply, paths } = await ask([fails(404, "no such model"), inWords(call)]);

  expect([reply, paths.length]).toMatchObject([{ name: "PortError", reason: "invalid" }, 1]);
});

test.each([
  ["as it is", call],
  ["after thoughts", `<think>{"tool": "list"} or not</think>\n${call}`],
  ["between thoughts", `<think>a {</think>${call}<think>} b</think>`],
  ["after the end of thoughts", `so {it} is.</think>\n${call}`],
  ["in a fence", `Here:\n\`\`\`json\n${call}\n\`\`\``],
])("a call written as text counts: %s", async (_what, content) => {
  expect((await ask([inWords(content)])).reply).toMatchObject({
    calls: [{ name: "get", args: { a: 1 } }],
    finish: "tools",
  });
});

test.each([
  ["a tool that is not offered", '{"tool":"delete","args":{}}'],
  ["a thought that does not end", `<think>${call}`],
])("control: %s is no call", async (_what, content) => {
  expect((await ask([inWords(content)])).reply).toMatchObject({ calls: [], finish: "stop" });
});

const using = (usage: unknown): Turn => {
  const said = callsTool("get", "{}");
  return { ...said, body: { ...(said.body as object), usage } };
};
const reserved = {
  inputTokens: Math.ceil(Buffer.byteLength(`su${JSON.stringify(request.tools)}`) / 3),
  outputTokens: 4_000,
};

test.each<[string, unknown]>([
  ["none", undefined],
  ["zeros", { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
  ["less than nothing", { prompt_tokens: -1e9, completion_tokens: 1, total_tokens: 1 }],
  ["parts of one", { prompt_tokens: 1.5, completion_tokens: 1, total_tokens: 2 }],
  ["words", { prompt_tokens: "many", completion_tokens: "few", total_tokens: 1 }],
  ["more than was sent", { prompt_tokens: 1e12, completion_tokens: 1, total_tokens: 1 }],
])("usage that is %s is charged as what was reserved", async (_what, usage) => {
  expect((await ask([using(usage)])).reply).toMatchObject({ finish: "tools", cost: reserved });
});

test("control: usage that can be is charged as it was told, without a cache larger than the input", async () => {
  const told = {
    prompt_tokens: 90,
    completion_tokens: 7,
    total_tokens: 97,
    prompt_tokens_details: { cached_tokens: 500 },
  };

  expect((await ask([using(told)])).reply).toMatchObject({
    cost: { inputTokens: 90, cachedTokens: 0, outputTokens: 7 },
  });
});

test("arguments that lie too deep or are too long are no call", async () => {
  const deep = `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`;

  expect((await ask([callsTool("get", deep)])).reply).toMatchObject({ calls: [] });
  expect((await ask([callsTool("get", JSON.stringify({ a: "x".repeat(40_000) }))])).reply).toMatchObject({ calls: [] });
});

test.each([
  ["a web page", "<html>Sign in</html>", "text/html"],
  ["no choice", '{"id":"c","object":"chat.completion","choices":[]}', "application/json"],
  ["null", "null", "application/json"],
])("%s with 200 is an error that says what it is", async (_what, body, type) => {
  const { reply } = await ask([{ status: 200, body, headers: { "content-type": type } }]);

  expect(reply).toMatchObject({ name: "PortError", reason: "failed" });
  expect((reply as Error).message).toMatch(/not what this API answers .* is its BASE_URL right/);
});

test("a server that refused tools is asked with tools again after ten minutes", async () => {
  const refuses = fails(400, "this model does not support tools");
  const heard: boolean[] = [];
  const words: Turn = ({ tools }) => {
    heard.push(tools !== undefined);
    return inWords(call);
  };
  const server = await startFakeOpenAi([refuses, words, words, words]);
  const settings = { model: "m", apiKey: "k", baseURL: server.url, deadlineMs: 5_000, busyMs: 1, prices: {} };
  let now = Date.parse("2026-11-27T03:00:00Z");
  const model = chatThrough(openAi, settings, { now: () => new Date(now) });

  await model.reply(request);
  now += 9 * 60_000;
  await model.reply(request);
  now += 60_000;
  await model.reply(request);
  server.close();

  expect(heard).toEqual([false, false, true]);
});

test("what goes wrong while we read a reply is told as our own fault, not as the server's", async () => {
  const message = { text: "x", response_metadata: null } as unknown as ChatMessage;
  const broken: Provider = {
    name: "broken",
    open: async () => ({ withTools: async () => message, inProse: async () => message }),
  };
  const settings = { model: "m", apiKey: "k", baseURL: "", deadlineMs: 5_000, busyMs: 1, prices: {} };

  await expect(chatThrough(broken, settings, wallClock).reply(request)).rejects.toMatchObject({
    port: "model",
    reason: "failed",
    message: expect.stringMatching(/failed in Nightshift itself: TypeError/),
  });
});

test("a provider that asks, after a slow answer, to wait longer than what is left of the deadline is not waited for", async () => {
  let now = Date.parse("2026-11-27T03:00:00Z");
  const slow: Turn = () => {
    now += 30_000;
    return fails(429, "slow down", { "x-should-retry": "false" });
  };
  const server = await startFakeOpenAi([slow, callsTool("get", "{}")]);
  const settings = { model: "m", apiKey: "k", baseURL: server.url, deadlineMs: 30_400, busyMs: 500, prices: {} };
  const model = chatThrough(openAi, settings, { now: () => new Date(now) });

  await expect(model.reply(request)).rejects.toMatchObject({ reason: "rate-limited" });
  server.close();

  expect(server.paths).toHaveLength(1);
});

test("a provider that asks to wait longer than the deadline is not waited for", async () => {
  const busy = fails(429, "slow down", { "retry-after": "600", "x-should-retry": "false" });

  const { reply, paths } = await ask([busy], 60_000);

  expect(reply).toMatchObject({ reason: "rate-limited" });
  expect(paths).toHaveLength(1);
});
