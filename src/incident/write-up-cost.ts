import { type Cost, knownUsd, type Tier } from "./cost.ts";
import type { Incident } from "./incident.ts";
import { name, prose } from "./write-up-text.ts";

const dollars = (usd: number): string => `$${usd.toFixed(4)}`;

const money = (cost: Cost): string => {
  const known = knownUsd(cost) ?? 0;
  if (cost.usd !== null) return dollars(cost.usd);
  return known > 0 ? `at least ${dollars(known)}` : "price not known";
};

const called = (calls: number): string => `${calls} ${calls === 1 ? "call" : "calls"}`;

const inAndOut = ({ inputTokens, cachedTokens, outputTokens }: Cost | Tier): string =>
  `${inputTokens} in, ${cachedTokens} of them cached, ${outputTokens} out`;

const asked = ({ tiers = [] }: Cost): Tier[] => tiers.filter(({ calls }) => calls > 0);

/** In one line. What each of two models took is told below it. */
export const costPart = ({ incident: { cost } }: { incident: Incident }): string => {
  if (cost.calls === 0) return "zero tokens: rules only";
  const isStrong = asked(cost).some(({ tier }) => tier === "strong");
  const tiers = cost.tiers === undefined ? "" : isStrong ? ", the strong model too" : ", the cheap model alone";
  const guessed = cost.estimated === undefined ? "" : ` (${cost.estimated} without a reply: at most, estimated)`;
  const split = asked(cost).length > 0 ? "" : ` (${inAndOut(cost)})`;
  const tokens = cost.inputTokens + cost.outputTokens;
  return `${cost.calls} model ${cost.calls === 1 ? "call" : "calls"}${guessed}, ${tokens} tokens, ${money(cost)}${tiers}${split}`;
};

/** Which of two models was asked, why, and what each took. */
export const tierLines = ({ incident: { cost } }: { incident: Incident }, room: number): string[] =>
  asked(cost).map((tier) => {
    const usd = tier.usd === null ? "price not known" : dollars(tier.usd);
    const what = `${tier.tier} ${name(tier.model, 50)}: ${called(tier.calls)}, ${inAndOut(tier)}, ${usd}`;
    return `${what}; why: ${prose(tier.why, room)}`;
  });
