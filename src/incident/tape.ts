import { z } from "zod";
import { Dearest } from "./cost.ts";
import { RefusalReason } from "./evidence.ts";
import { Policy } from "./policy.ts";

/** How one call to the outside ended. Failures are answers, too, and are played back. */
export const TapedOutcome = z.discriminatedUnion("kind", [
  /** JSON text: the order of the keys is part of what was answered. */
  z.object({ kind: z.literal("answer"), text: z.string() }),
  z.object({ kind: z.literal("refused"), port: z.string(), reason: RefusalReason, message: z.string() }),
  z.object({ kind: z.literal("threw"), message: z.string() }),
]);
export type TapedOutcome = z.infer<typeof TapedOutcome>;

export const TapedCall = z.object({
  /** Port and method, e.g. `cluster.list`. */
  call: z.string(),
  /** Hash of the arguments: calls are found by it, not by their position. */
  args: z.string(),
  /** The arguments for people, cut short. */
  said: z.string(),
  outcome: TapedOutcome,
});
export type TapedCall = z.infer<typeof TapedCall>;

/** What the walk was told besides the world; it may change between two steps of one incident. */
export const TapedSettings = z.object({
  policy: Policy,
  budget: z.object({
    rounds: z.number(),
    calls: z.number(),
    inputTokens: z.number(),
    usd: z.number(),
    seconds: z.number(),
    prices: z.object({ strong: Dearest.nullable(), triage: Dearest.nullable() }).optional(),
  }),
  approvalMinutes: z.number(),
  settleSeconds: z.number(),
  watchSeconds: z.number(),
  link: z.string(),
  cluster: z.string(),
  /** Name of the model; null: none was configured. */
  model: z.string().nullable(),
  metrics: z.boolean(),
  /** Every port there was and what it said about itself; null: it was not configured. Absent on older tapes. */
  ports: z.record(z.string(), z.record(z.string(), z.string()).nullable()).optional(),
});
export type TapedSettings = z.infer<typeof TapedSettings>;

/** One run of one node: everything it asked and what it got. */
export const Visit = z.object({
  visit: z.string(),
  step: z.int(),
  node: z.string(),
  settings: TapedSettings,
  calls: z.array(TapedCall),
  /** What the clock said, in the order it was looked at: milliseconds since 1970. */
  times: z.array(z.number()),
});
export type Visit = z.infer<typeof Visit>;
