import { expect, test } from "vitest";
import { chatModel } from "../../src/adapters/chat-model.ts";
import { type Behaviour, modelExam } from "../ports/model-exam.ts";
import { errs, type MessagesTurn, messages, startFakeAnthropic, uses } from "../support/fake-anthropic.ts";
import { callsTool, callsTools, fails, says, startFakeOpenAi, type Turn } from "../support/fake-openai.ts";
import { wallClock } from "../support/wall-clock.ts";

const turns: Record<Behaviour, Turn> = {
  "one call": callsTools(["get", { name: "a" }]),
  "two calls": callsTools(["get", { name: "a" }], ["list", { name: "b" }]),
  prose: says({ content: "hello" }, "stop"),
  "malformed arguments": callsTool("get", "{nope"),
  "a cut-off call": callsTool("get", '{"name":', "length"),
  "a refusal": says({ refusal: "no" }, "stop"),
  "not JSON": { status: 200, body: "<html>" },
  "truncated JSON": { status: 200, body: '{"id":"c1","choices":[{"index":0,' },
  busy: fails(429, "slow down"),
  broken: fails(500, "oops"),
  "bad key": fails(401, "bad key"),
  "too long a prompt": fails(400, "maximum context length is 5"),
  "a hang": "hang",
};

const access = (urls: { openai?: string; anthropic?: string; azure?: string }, apiKey: string | null = null) => ({
  openai: { apiKey, baseUrl: urls.openai ?? "https://api.openai.com/v1" },
  anthropic: { apiKey, baseUrl: urls.anthropic ?? "https://api.anthropic.com" },
  azure: { apiKey, baseUrl: urls.azure ?? "https://mine.openai.azure.com" },
});

modelExam("openai:<model> on a base URL of its own", async (behaviour) => {
  const server = await startFakeOpenAi([turns[behaviour]]);
  const deadlineMs = behaviour === "a hang" ? 300 : 20_000;
  const model = chatModel({ name: "openai:local", access: access({ openai: server.url }), deadlineMs }, wallClock);
  return { model, close: server.close };
});

modelExam("azure:<deployment>", async (behaviour) => {
  const server = await startFakeOpenAi([turns[behaviour]]);
  const deadlineMs = behaviour === "a hang" ? 300 : 20_000;
  const azure = new URL(server.url).origin;
  return {
    model: chatModel({ name: "azure:mine", access: access({ azure }, "k"), deadlineMs }, wallClock),
    close: server.close,
  };
});

test("a deployment is asked at the resource's v1 address, the key in Azure's header", async () => {
  const server = await startFakeOpenAi([turns["one call"]]);
  const model = chatModel(
    { name: "azure:mine", access: access({ azure: `${new URL(server.url).origin}/` }, "k") },
    wallClock,
  );
  await model.reply({ system: "s", user: "u", tools: [], force: null }).finally(server.close);

  expect(server.paths).toEqual(["/openai/v1/chat/completions"]);
  expect(server.keys).toEqual(["k"]);
});

const older =
  "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
const newer = "Unrecognized request argument supplied: max_completion_tokens";

test.each<[string, string, "max_tokens" | "max_completion_tokens", number]>([
  ["azure:prod-llm", older, "max_tokens", 1],
  ["azure:mistral", newer, "max_completion_tokens", 2],
  ["openai:openai/gpt-5", older, "max_tokens", 2],
  ["openai:local", newer, "max_completion_tokens", 1],
])("%s is asked although its server refuses a limit: %s", async (name, message, refused, requests) => {
  const server = await startFakeOpenAi([
    (heard) => (heard[refused] === undefined ? callsTools(["get", {}]) : fails(400, message)),
  ]);
  const urls = { azure: new URL(server.url).origin, openai: server.url };
  const tools = [{ name: "get", description: "d", schema: {} }];
  const model = chatModel({ name, access: access(urls, "k") }, wallClock);
  const { finish } = await model.reply({ system: "s", user: "u", tools, force: null }).finally(server.close);

  expect([finish, server.paths.length]).toEqual(["tools", requests]);
  expect([server.heard.at(-1)?.max_tokens, server.heard.at(-1)?.max_completion_tokens]).toContain(4_000);
});

const spoken: Record<Behaviour, MessagesTurn> = {
  "one call": uses(["get", { name: "a" }]),
  "two calls": uses(["get", { name: "a" }], ["list", { name: "b" }]),
  prose: messages([{ type: "text", text: "hello" }], "end_turn"),
  "malformed arguments": uses(["get", "{nope"]),
  "a cut-off call": messages([{ type: "tool_use", id: "t", name: "get", input: {} }], "max_tokens"),
  "a refusal": messages([], "refusal"),
  "not JSON": { status: 200, body: "<html>" },
  "truncated JSON": { status: 200, body: '{"id":"m","type":"message","content":[' },
  busy: errs(429, "rate_limit_error", "slow down"),
  broken: errs(500, "api_error", "oops"),
  "bad key": errs(401, "authentication_error", "bad key"),
  "too long a prompt": errs(400, "invalid_request_error", "prompt is too long: 9 tokens > 5 maximum"),
  "a hang": "hang",
};

modelExam("anthropic:<model> on a base URL of its own", async (behaviour) => {
  const server = await startFakeAnthropic([spoken[behaviour]]);
  const deadlineMs = behaviour === "a hang" ? 300 : 20_000;
  const model = chatModel(
    { name: "anthropic:local", access: access({ anthropic: server.url }), deadlineMs },
    wallClock,
  );
  return { model, close: server.close };
});

test("the hosted providers need a key, a server of one's own none", () => {
  expect(() => chatModel({ name: "openai:gpt-5", access: access({}) }, wallClock)).toThrow(/OPENAI_API_KEY is not set/);
  expect(() => chatModel({ name: "anthropic:claude", access: access({}) }, wallClock)).toThrow(
    /ANTHROPIC_API_KEY is not set/,
  );
  expect(() => chatModel({ name: "azure:mine", access: access({}) }, wallClock)).toThrow(
    /AZURE_OPENAI_API_KEY is not set/,
  );
  expect(chatModel({ name: "openai:gpt-5", access: access({}, "k") }, wallClock).name).toBe("openai:gpt-5");
  expect(chatModel({ name: "anthropic:claude", access: access({}, "k") }, wallClock).name).toBe("anthropic:claude");
  expect(
    chatModel({ name: "openai:qwen3:8b", access: access({ openai: "http://localhost:1/v1" }) }, wallClock).name,
  ).toBe("openai:qwen3:8b");
});

test.each(["ollama:qwen", "gpt-5", "openai:", "constructor:x"])("%s is refused with what is supported", (name) => {
  expect(() => chatModel({ name, access: access({}, "k") }, wallClock)).toThrow(/supported is openai:<model>/);
});
