import type { Cost } from "../incident/cost.ts";

interface Usage {
  inputTokens: number;
  cachedTokens: number;
  outputTokens: number;
}

/** US dollars per million tokens: input, cached input, output. */
export type Prices = Readonly<Record<string, readonly [input: number, cached: number, output: number]>>;

/** Null where the model is not in the table: tokens only, never a guess. */
export const usdFor = (prices: Prices, model: string, usage: Usage): number | null => {
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (price === undefined) return null;
  const [input, cached, output] = price;
  const fresh = Math.max(0, usage.inputTokens - usage.cachedTokens);
  return (fresh * input + usage.cachedTokens * cached + usage.outputTokens * output) / 1_000_000;
};

export const costOf = (prices: Prices, model: string, usage: Usage, seconds: number): Cost => ({
  calls: 1,
  ...usage,
  usd: usdFor(prices, model, usage),
  seconds,
});
