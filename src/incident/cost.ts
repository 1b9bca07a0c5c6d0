import { z } from "zod";

/** What the model cost so far. Budgets are checked against this before each call. */
export const Cost = z.object({
  calls: z.int(),
  inputTokens: z.int(),
  cachedTokens: z.int(),
  outputTokens: z.int(),
  /** US dollars; null when the price of the model is not known: tokens only, never a guess. */
  usd: z.number().nullable(),
  seconds: z.number(),
});
export type Cost = z.infer<typeof Cost>;

export const noCost: Cost = { calls: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0, usd: 0, seconds: 0 };

export const addCost = (a: Cost, b: Cost): Cost => ({
  calls: a.calls + b.calls,
  inputTokens: a.inputTokens + b.inputTokens,
  cachedTokens: a.cachedTokens + b.cachedTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  usd: a.usd === null || b.usd === null ? null : a.usd + b.usd,
  seconds: a.seconds + b.seconds,
});
