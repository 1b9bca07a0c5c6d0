import { expect, test } from "vitest";
import { chatModel } from "../../src/adapters/chat-model.ts";
import { type Behaviour, modelExam } from "../ports/model-exam.ts";
import { callsTool, callsTools, fails, says, startFakeOpenAi, type Turn } from "../support/fake-openai.ts";

const turns: Record<Behaviour, Turn> = {
  "one call": callsTools(["get", { name: "a" }]),
  "two calls": callsTools(["get", { name: "a" }], ["list", { name: "b" }]),
  prose: says({ content: "hello" }, "stop"),
  "malformed arguments": callsTool("get", "{nope"),
  "a cut-off call": callsTool("get", '{"name":', "length"),
  "a refusal": says({ refusal: "no" }, "stop"),
  "not JSON": { status: 200, body: "<html>" },
  busy: fails(429, "slow down"),
  broken: fails(500, "oops"),
  "bad key": fails(401, "bad key"),
  "too long a prompt": fails(400, "maximum context length is 5"),
  "a hang": "hang",
};

modelExam("openai:<model> on a base URL of its own", async (behaviour) => {
  const server = await startFakeOpenAi([turns[behaviour]]);
  const deadlineMs = behaviour === "a hang" ? 300 : 20_000;
  const model = chatModel({ name: "openai:local", apiKey: null, baseUrl: server.url, deadlineMs });
  return { model, close: server.close };
});

const hosted = "https://api.openai.com/v1";

test("the hosted provider needs a key, a server of one's own none", () => {
  expect(() => chatModel({ name: "openai:gpt-5", apiKey: null, baseUrl: hosted })).toThrow(/OPENAI_API_KEY is not set/);
  expect(chatModel({ name: "openai:gpt-5", apiKey: "k", baseUrl: hosted }).name).toBe("openai:gpt-5");
  expect(chatModel({ name: "openai:qwen3:8b", apiKey: null, baseUrl: "http://localhost:1/v1" }).name).toBe(
    "openai:qwen3:8b",
  );
});

test.each(["anthropic:claude", "ollama:qwen", "gpt-5", "openai:"])("%s is refused with what is supported", (name) => {
  expect(() => chatModel({ name, apiKey: "k", baseUrl: hosted })).toThrow(/supported is openai:<model>/);
});
