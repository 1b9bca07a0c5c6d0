import type { Cost } from "../incident/cost.ts";
import type { Budget } from "./budget.ts";

interface Spending {
  cost: Cost;
  rounds: number;
  /** What the next call is expected to read. */
  nextTokens: number;
}

// What a call costs at most, beside the tokens it reads: so much is kept back for the conclusion.
const reserve = { seconds: 30, usd: 0.1 };

/** Why nothing more may be asked of the model; null while something may. */
export const whySpent = ({ cost, nextTokens }: Spending, budget: Budget): string | null => {
  if (cost.calls >= budget.calls) return `the model was asked ${cost.calls} times, as often as the budget allows`;
  if (cost.inputTokens + nextTokens > budget.inputTokens)
    return `the model read ${cost.inputTokens} tokens of ${budget.inputTokens}; one more round is too much`;
  if (cost.usd !== null && cost.usd >= budget.usd)
    return `the model cost ${cost.usd.toFixed(2)} of ${budget.usd} US dollars`;
  if (cost.seconds >= budget.seconds) return `the model took ${Math.round(cost.seconds)} of ${budget.seconds} seconds`;
  return null;
};

/** Whether this call must be the last: then it has to conclude. */
export const isLastCall = ({ cost, rounds, nextTokens }: Spending, budget: Budget): boolean =>
  rounds >= budget.rounds ||
  cost.calls + 1 >= budget.calls ||
  cost.inputTokens + 3 * nextTokens > budget.inputTokens ||
  (cost.usd !== null && cost.usd + budget.usd * reserve.usd >= budget.usd) ||
  cost.seconds + reserve.seconds >= budget.seconds;
