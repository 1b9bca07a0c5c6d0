import { z } from "zod";

/** What one of two models was asked, why it was asked at all, and what that cost. */
export const Tier = z.object({
  tier: z.enum(["triage", "strong"]),
  model: z.string(),
  why: z.string(),
  calls: z.int(),
  inputTokens: z.int(),
  cachedTokens: z.int(),
  outputTokens: z.int(),
  usd: z.number().nullable(),
});
export type Tier = z.infer<typeof Tier>;

/** The highest prices of a model, in US dollars per million tokens. */
export const Dearest = z.object({ input: z.number(), output: z.number() });
export type Dearest = z.infer<typeof Dearest>;

/** What the model cost so far. Budgets are checked against this before each call. */
export const Cost = z.object({
  calls: z.int(),
  inputTokens: z.int(),
  cachedTokens: z.int(),
  outputTokens: z.int(),
  /** US dollars; null when the price of the model is not known: tokens only, never a guess. */
  usd: z.number().nullable(),
  seconds: z.number(),
  /** Calls that brought no reply, but may have been worked for: what they may have cost at most is counted. Absent: none. */
  estimated: z.int().optional(),
  /** In the order they were asked; absent where there is one model only. */
  tiers: z.array(Tier).optional(),
});
export type Cost = z.infer<typeof Cost>;

export const noCost: Cost = { calls: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0, usd: 0, seconds: 0 };

export const addCost = (a: Cost, b: Cost): Cost => ({
  ...a,
  calls: a.calls + b.calls,
  inputTokens: a.inputTokens + b.inputTokens,
  cachedTokens: a.cachedTokens + b.cachedTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  usd: a.usd === null || b.usd === null ? null : a.usd + b.usd,
  seconds: a.seconds + b.seconds,
  ...(a.estimated === undefined && b.estimated === undefined
    ? {}
    : { estimated: (a.estimated ?? 0) + (b.estimated ?? 0) }),
});

/** What is known of the money: where one of two models has no price, at least what the other cost. */
export const knownUsd = ({ usd, tiers }: Cost): number | null =>
  usd ?? (tiers === undefined ? null : tiers.reduce((sum, tier) => sum + (tier.usd ?? 0), 0));
