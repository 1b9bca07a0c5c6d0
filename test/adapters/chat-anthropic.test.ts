import { expect, test } from "vitest";
import { anthropic } from "../../src/adapters/chat-anthropic.ts";
import { chatThrough } from "../../src/adapters/chat-asked.ts";
import { errs, type MessagesTurn, messages, startFakeAnthropic, uses } from "../support/fake-anthropic.ts";
import { wallClock } from "../support/wall-clock.ts";

const schema = { type: "object", properties: {}, required: [], additionalProperties: false };
const request = { system: "s", user: "u", tools: [{ name: "get", description: "d", schema }], force: null };

const ask = async (turns: MessagesTurn[], changes = {}, busyMs = 1) => {
  const server = await startFakeAnthropic(turns);
  const settings = { model: "claude-x", apiKey: "k", baseURL: server.url, deadlineMs: 20_000, busyMs };
  const model = chatThrough(anthropic, { ...settings, prices: { "claude-x": [1, 0.5, 10] } }, wallClock);
  try {
    return {
      reply: await model.reply({ ...request, ...changes }).catch((error: unknown) => error),
      asked: server.asked,
    };
  } finally {
    server.close();
  }
};

test("the request is Anthropic's, its stable prefix marked for the cache and no sampling asked for", async () => {
  const { asked } = await ask([uses(["get", {}])]);

  expect(asked).toMatchObject([
    {
      path: "/v1/messages",
      headers: { "x-api-key": "k", "anthropic-version": "2023-06-01" },
      body: {
        model: "claude-x",
        system: [{ type: "text", text: "s", cache_control: { type: "ephemeral" } }],
        tools: [{ name: "get", description: "d", input_schema: schema }],
        tool_choice: { type: "any" },
      },
    },
  ]);
  expect(asked[0]?.body).not.toHaveProperty("temperature");
});

test("one tool can be forced", async () => {
  const { asked } = await ask([uses(["get", {}])], { force: "get" });

  expect(asked[0]?.body.tool_choice).toEqual({ type: "tool", name: "get" });
});

test("the cost counts what was read from the cache once, at its price", async () => {
  const { reply } = await ask([uses(["get", {}])]);

  expect(reply).toMatchObject({ cost: { calls: 1, inputTokens: 100, cachedTokens: 64, outputTokens: 20 } });
  expect((reply as { cost: { usd: number } }).cost.usd).toBeCloseTo(0.000268, 9);
});

test("an overloaded provider is asked once more, and told as busy when it stays so", async () => {
  const overloaded = errs(529, "overloaded_error", "Overloaded");

  expect((await ask([overloaded, uses(["get", { a: 1 }])])).reply).toMatchObject({ finish: "tools" });
  const { reply, asked } = await ask([overloaded]);
  expect(reply).toMatchObject({ name: "PortError", reason: "rate-limited" });
  expect(asked).toHaveLength(2);
});

test("arguments that come as text are read", async () => {
  expect((await ask([uses(["get", '{"a":1}'])])).reply).toMatchObject({ calls: [{ name: "get", args: { a: 1 } }] });
  // The control: half an object is none.
  expect((await ask([uses(["get", '{"a":'])])).reply).toMatchObject({ calls: [] });
});

test("a server without tools is asked for the same in words", async () => {
  const { reply } = await ask([
    errs(400, "invalid_request_error", "tools are not supported"),
    messages([{ type: "text", text: '{"tool":"get","args":{"a":1}}' }], "end_turn"),
  ]);

  expect(reply).toMatchObject({ calls: [{ name: "get", args: { a: 1 } }] });
});

test("a busy provider that names a time is asked again after that, not after ours", async () => {
  const busy = { ...errs(429, "rate_limit_error", "slow down"), headers: { "retry-after": "0" } };
  const { reply } = await ask([busy, busy, uses(["get", {}])], {}, 3_600_000);

  expect(reply).toMatchObject({ finish: "tools" });
});
