import { expect, test } from "vitest";
import { metricsWithTimeout } from "../../src/ports/with-timeout.ts";

const deaf = { instant: () => new Promise<never>(() => {}), range: () => new Promise<never>(() => {}) };
const prompt = { instant: async () => [{ labels: {}, points: [] }], range: async () => [] };

test("one who ignores the signal is not waited for", async () => {
  await expect(metricsWithTimeout(deaf, 20).instant("up")).rejects.toMatchObject({
    reason: "timeout",
    message: /20 ms/,
  });
});

test("one who answers in time is heard", async () => {
  expect(await metricsWithTimeout(prompt, 1000).instant("up")).toEqual([{ labels: {}, points: [] }]);
});

test("a caller who gives up is let go at once", async () => {
  await expect(metricsWithTimeout(deaf, 60_000).range("up", 5, AbortSignal.abort())).rejects.toMatchObject({
    reason: "timeout",
    message: /given up/,
  });
});

test("the one asked is told when the time is over", async () => {
  let told: AbortSignal | undefined;
  const listening = {
    ...deaf,
    instant: (_query: string, signal?: AbortSignal) => {
      told = signal;
      return new Promise<never>(() => {});
    },
  };

  await expect(metricsWithTimeout(listening, 10).instant("up")).rejects.toThrow();

  expect(told?.aborted).toBe(true);
});
