import { expect, test } from "vitest";
import { listPrices } from "../../src/adapters/price-list.ts";
import { usdFor } from "../../src/adapters/prices.ts";

const usage = { inputTokens: 1_000_000, cachedTokens: 400_000, outputTokens: 100_000 };

test("cached input costs its own price", () => {
  expect(usdFor({ m: [1, 0.1, 10] }, "m", usage)).toBeCloseTo(0.6 + 0.04 + 1);
});

test("what is put into the cache costs its own price, and that of input where none is named", () => {
  const putting = { inputTokens: 1_000_000, cachedTokens: 0, writtenTokens: 400_000, outputTokens: 0 };
  expect(usdFor({ m: [1, 0.1, 10, 1.25] }, "m", putting)).toBeCloseTo(0.6 + 0.5);
  expect(usdFor({ m: [1, 0.1, 10] }, "m", putting)).toBeCloseTo(1);
});

test("the list names well-known models, and cached input is never dearer", () => {
  expect(listPrices()["gpt-5-mini"]).toEqual([0.25, 0.025, 2]);
  for (const [input, cached] of Object.values(listPrices())) expect(cached).toBeLessThanOrEqual(input);
});

test.each(["llama3", "constructor", "gpt-5-mini-next"])("a model that is not listed (%s) has no price", (model) => {
  expect(usdFor(listPrices(), model, usage)).toBeNull();
});
