import { expect, test } from "vitest";
import { chatThrough } from "../../src/adapters/chat-asked.ts";
import { openAi } from "../../src/adapters/chat-openai.ts";
import { callsTool, fails, says, startFakeOpenAi, type Turn } from "../support/fake-openai.ts";

const schema = { type: "object", properties: {}, required: [], additionalProperties: false };
const request = { system: "s", user: "u", tools: [{ name: "get", description: "d", schema }], force: "get" };

const ask = async (turns: Turn[], deadlineMs = 5_000) => {
  const server = await startFakeOpenAi(turns);
  const settings = { model: "gpt-5.6-mini", apiKey: "k", baseURL: server.url, deadlineMs, busyMs: 1 };
  const model = chatThrough(openAi, { ...settings, prices: { "gpt-5.6-mini": [1, 0.5, 10] } });
  try {
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
