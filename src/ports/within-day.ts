import type { Dearest } from "../incident/cost.ts";
import type { RefusalReason } from "../incident/evidence.ts";
import type { Model, ModelReply, ModelRequest } from "./model.ts";
import { mostTokens, mostUsd } from "./model-most.ts";
import { PortError } from "./port-error.ts";

interface Spent {
  tokens: number;
  usd: number;
}

/** The day's budget, shared by all replicas. */
export interface Purse {
  /** Takes what a call may cost at most; why not, where the day's budget has no room for it. */
  reserve(most: Spent): Promise<{ settle(cost: Spent): Promise<void> } | { why: string }>;
}

/** The highest prices of this model; null where they are not known. */
export type PriceOf = (model: string) => Dearest | null;

const mostFor = (model: string, request: ModelRequest, price: PriceOf): Spent => {
  const { input, output } = mostTokens(request);
  return { tokens: input + output, usd: mostUsd(request, price(model)) ?? 0 };
};

/** The provider did not work for these. Of the others it is not known, so what they may cost at most counts as spent. */
export const free: ReadonlySet<RefusalReason> = new Set([
  "rate-limited",
  "unauthorized",
  "forbidden",
  "invalid",
  "unreachable",
]);

const costOf = ({ cost }: ModelReply): Spent => ({ tokens: cost.inputTokens + cost.outputTokens, usd: cost.usd ?? 0 });

/** A model that is not asked once the day's budget is used up. Reserved before, so incidents at the same time cannot overshoot. */
export const withinDay = (model: Model, purse: Purse, price: PriceOf): Model => ({
  name: model.name,
  ...(model.triage === undefined ? {} : { triage: model.triage }),
  reply: async (request, signal) => {
    const asked = request.tier === "triage" ? (model.triage ?? model.name) : model.name;
    const held = await purse.reserve(mostFor(asked, request, price));
    if ("why" in held) throw new PortError("model", "over-budget", held.why);
    try {
      const reply = await model.reply(request, signal);
      await held.settle(costOf(reply));
      return reply;
    } catch (error) {
      if (error instanceof PortError && free.has(error.reason)) await held.settle({ tokens: 0, usd: 0 });
      throw error;
    }
  },
});
