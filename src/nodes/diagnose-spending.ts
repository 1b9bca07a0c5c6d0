import { type Cost, knownUsd, type Tier } from "../incident/cost.ts";
import type { Model, ModelRequest } from "../ports/model.ts";
import { mostUsd } from "../ports/model-most.ts";
import type { Budget } from "./budget.ts";
import { tokensOf } from "./diagnose-prompt.ts";
import { tierNow } from "./diagnose-tiers.ts";

interface Spending {
  cost: Cost;
  rounds: number;
}

// So much is kept back for the conclusion. Of the money a share, where the price of a call is not known beforehand.
const reserve = { seconds: 30, usd: 0.1 };

const dollars = (usd: number): string => usd.toFixed(usd < 0.1 ? 4 : 2);

/** Why nothing more may be asked of the model; null while something may. */
const whySpent = ({ cost }: Spending, nextTokens: number, budget: Budget): string | null => {
  if (cost.calls >= budget.calls) return `the model was asked ${cost.calls} times, as often as the budget allows`;
  if (cost.inputTokens + nextTokens > budget.inputTokens)
    return `the model read ${cost.inputTokens} tokens of ${budget.inputTokens}; one more round is too much`;
  const usd = knownUsd(cost);
  if (usd !== null && usd >= budget.usd) return `the model cost ${dollars(usd)} of ${budget.usd} US dollars`;
  if (cost.seconds >= budget.seconds) return `the model took ${Math.round(cost.seconds)} of ${budget.seconds} seconds`;
  return null;
};

const isLastCall = ({ cost, rounds }: Spending, nextTokens: number, budget: Budget): boolean =>
  rounds >= budget.rounds ||
  cost.calls + 1 >= budget.calls ||
  cost.inputTokens + 3 * nextTokens > budget.inputTokens ||
  (knownUsd(cost) ?? Number.NEGATIVE_INFINITY) + budget.usd * reserve.usd >= budget.usd ||
  cost.seconds + reserve.seconds >= budget.seconds;

/** Which model is asked now, and whether it has to conclude; or why none is. */
export type NextCall = { kind: "ask"; tier: Tier["tier"]; last: boolean } | { kind: "spent"; why: string };

/**
 * No call is made that could pass the budget: what it may cost at most counts, by its size and the price of the model. A call
 * after which the strong model could not be asked any more is the last one.
 */
export const turnNow = (spending: Spending, request: ModelRequest, model: Model, budget: Budget): NextCall => {
  const { cost } = spending;
  const tokens = tokensOf(request);
  const spent = whySpent(spending, tokens, budget);
  if (spent !== null) return { kind: "spent", why: spent };
  const priceOf = (tier: Tier["tier"]): number => mostUsd(request, budget.prices?.[tier] ?? null) ?? 0;
  const known = knownUsd(cost);
  const hasRoom = (usd: number): boolean => known === null || known + usd <= budget.usd;
  const first = tierNow(cost, model, false);
  const last = isLastCall(spending, tokens, budget) || !hasRoom(priceOf(first) + priceOf("strong"));
  const wanted = tierNow(cost, model, last);
  const tier = hasRoom(priceOf(wanted)) ? wanted : first;
  if (hasRoom(priceOf(tier))) return { kind: "ask", tier, last };
  const most = `one more call may cost ${dollars(priceOf(tier))}`;
  return { kind: "spent", why: `the model cost ${dollars(known ?? 0)} of ${budget.usd} US dollars; ${most}` };
};
