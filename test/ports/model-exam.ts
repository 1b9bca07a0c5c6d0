import { describe, expect, test } from "vitest";
import type { Model, ModelRequest } from "../../src/ports/model.ts";
import { PortError } from "../../src/ports/port-error.ts";

/** What the provider on the other side does; each adapter's exam says it in its own wire format. */
export const behaviours = [
  "one call",
  "two calls",
  "prose",
  "malformed arguments",
  "a cut-off call",
  "a refusal",
  "not JSON",
  "truncated JSON",
  "busy",
  "broken",
  "bad key",
  "too long a prompt",
  "a hang",
] as const;
export type Behaviour = (typeof behaviours)[number];

const schema = {
  type: "object",
  properties: { name: { type: "string" } },
  required: ["name"],
  additionalProperties: false,
};
const tool = (name: string) => ({ name, description: "looks", schema });
const request: ModelRequest = { system: "s", user: "u", tools: [tool("get"), tool("list")], force: null };

/** The provider calls `get` with {"name":"a"}, and as second call `list` with {"name":"b"}. */
export const modelExam = (
  name: string,
  makeSubject: (behaviour: Behaviour) => Promise<{ model: Model; close(): void }>,
): void => {
  const ask = async (behaviour: Behaviour, signal?: AbortSignal) => {
    const { model, close } = await makeSubject(behaviour);
    try {
      return await model.reply(request, signal).catch((error: unknown) => error);
    } finally {
      close();
    }
  };

  describe(name, () => {
    test("gives a call with its arguments and what it cost", async () => {
      const reply = await ask("one call");

      expect(reply).toMatchObject({
        calls: [{ name: "get", args: { name: "a" } }],
        finish: "tools",
        cost: { calls: 1 },
      });
      expect((reply as { cost: { inputTokens: number } }).cost.inputTokens).toBeGreaterThan(0);
    });

    test("gives several calls in their order", async () => {
      expect(await ask("two calls")).toMatchObject({
        calls: [
          { name: "get", args: { name: "a" } },
          { name: "list", args: { name: "b" } },
        ],
      });
    });

    test.each([
      ["prose", "stop"],
      ["a cut-off call", "length"],
      ["a refusal", "refused"],
    ] as const)("gives no call for %s, and says so", async (behaviour, finish) => {
      expect(await ask(behaviour)).toMatchObject({ calls: [], finish });
    });

    test("gives no call for malformed arguments, and does not throw", async () => {
      expect(await ask("malformed arguments")).toMatchObject({ calls: [] });
    });

    test.each([
      ["busy", "rate-limited", true],
      ["bad key", "unauthorized", false],
      ["too long a prompt", "too-large", false],
      ["a hang", "timeout", true],
    ] as const)("throws a PortError for %s", async (behaviour, reason, retryable) => {
      expect(await ask(behaviour)).toMatchObject({ name: "PortError", port: "model", reason, retryable });
    });

    test.each(["broken", "not JSON", "truncated JSON"] as const)(
      "throws a PortError that may be tried again for %s",
      async (behaviour) => {
        const error = await ask(behaviour);

        expect(error).toBeInstanceOf(PortError);
        expect(error).toMatchObject({ retryable: true });
      },
    );

    test("stops when it is told to", async () => {
      expect(await ask("a hang", AbortSignal.abort())).toMatchObject({ name: "PortError", reason: "timeout" });
    });
  });
};
