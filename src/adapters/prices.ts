import type { Cost, Dearest } from "../incident/cost.ts";

interface Usage {
  inputTokens: number;
  cachedTokens: number;
  /** Put into the cache by this call; part of the input. */
  writtenTokens?: number;
  outputTokens: number;
}

/** US dollars per million tokens: input, cached input, output, and what is put into the cache where that costs extra. */
type Price = readonly [input: number, cached: number, output: number, written?: number | undefined];
export type Prices = Readonly<Record<string, Price>>;

/** Null where the model is not in the table: tokens only, never a guess. */
export const usdFor = (prices: Prices, model: string, usage: Usage): number | null => {
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (price === undefined) return null;
  const [input, cached, output, write = input] = price;
  const { inputTokens, cachedTokens, writtenTokens = 0, outputTokens } = usage;
  const fresh = Math.max(0, inputTokens - cachedTokens - writtenTokens);
  return (fresh * input + cachedTokens * cached + writtenTokens * write + outputTokens * output) / 1_000_000;
};

/** The most that a token of this model costs; null where it is not in the table. */
export const dearestOf = (prices: Prices, model: string): Dearest | null => {
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (price === undefined) return null;
  const [input, cached, output, write = input] = price;
  return { input: Math.max(input, cached, write), output };
};

export const costOf = (prices: Prices, model: string, usage: Usage, seconds: number): Cost => ({
  calls: 1,
  inputTokens: usage.inputTokens,
  cachedTokens: usage.cachedTokens,
  outputTokens: usage.outputTokens,
  usd: usdFor(prices, model, usage),
  seconds,
});
