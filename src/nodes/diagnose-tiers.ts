import { addCost, type Cost, type Tier } from "../incident/cost.ts";
import type { Model } from "../ports/model.ts";
import type { Result } from "./diagnose-result.ts";

/** A cheap model that has asked so often, or is no surer than this, hands up. */
const most = { calls: 3 };
const least = { confidence: 0.6 };

const askedFirst = "a cheap model is asked first";
const onlyOneMore = "the budget had one more call";

const hasTriage = ({ triage }: Model): boolean => typeof triage === "string";

const opened = (model: Model, tier: Tier["tier"], why: string): Tier => ({
  tier,
  model: tier === "triage" && model.triage !== undefined ? model.triage : model.name,
  why,
  calls: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  usd: 0,
});

/** Which tier is asked now. What is asked last is asked of the strong model; what was handed up stays there. */
export const tierNow = ({ tiers = [] }: Cost, model: Model, last: boolean): Tier["tier"] =>
  hasTriage(model) && !last && !tiers.some(({ tier }) => tier === "strong") ? "triage" : "strong";

const plus = (tier: Tier, spent: Cost): Tier => ({
  ...tier,
  calls: tier.calls + spent.calls,
  inputTokens: tier.inputTokens + spent.inputTokens,
  cachedTokens: tier.cachedTokens + spent.cachedTokens,
  outputTokens: tier.outputTokens + spent.outputTokens,
  usd: tier.usd === null || spent.usd === null ? null : tier.usd + spent.usd,
});

/** The cost after a call of this tier, of which it keeps an account where there are two. */
export const charged = (cost: Cost, model: Model, name: Tier["tier"], spent: Cost): Cost => {
  const total = addCost(cost, spent);
  if (!hasTriage(model)) return total;
  const tiers = cost.tiers ?? [];
  const before =
    tiers.find(({ tier }) => tier === name) ?? opened(model, name, name === "triage" ? askedFirst : onlyOneMore);
  return { ...total, tiers: [...tiers.filter(({ tier }) => tier !== name), plus(before, spent)] };
};

/** The next call is one for the strong model, and this is why. */
export const handedUp = (cost: Cost, model: Model, why: string): Cost => ({
  ...cost,
  tiers: [...(cost.tiers ?? []), opened(model, "strong", why)],
});

/** A model that was handed to, but for which there was no budget left, was not asked. */
export const onlyAsked = ({ tiers, ...cost }: Cost): Cost =>
  tiers === undefined ? cost : { ...cost, tiers: tiers.filter(({ calls }) => calls > 0) };

/** Why the cheap model's round is not enough; null: it may go on, or its grounded cause stands. */
export const whyHandUp = (result: Result, { tiers = [] }: Cost): string | null => {
  switch (result.kind) {
    case "nothing":
      return result.spent === true ? null : result.why;
    case "more": {
      const calls = tiers.find(({ tier }) => tier === "triage")?.calls ?? 0;
      return calls >= most.calls ? `after ${calls} calls it still asked for more` : null;
    }
    case "done": {
      const { diagnosis } = result;
      if (diagnosis.kind === "unknown") return "it found no cause";
      const { struck = [] } = diagnosis;
      if (struck[0] !== undefined) return `${struck.length} of its claims are not grounded: ${struck[0].why}`;
      const isSure = diagnosis.confidence >= least.confidence;
      return isSure ? null : `it was not sure of ${diagnosis.class} (${diagnosis.confidence})`;
    }
  }
};
