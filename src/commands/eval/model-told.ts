import type { ModelSummary, Tally } from "./model-score.ts";

const money = (usd: number | null): string => (usd === null ? "price not known" : `$${usd.toFixed(4)}`);

/** One object of a world: how often right, how it erred, what that cost. */
export const tallyLines = (one: Tally): string[] => {
  const wrong = one.wrong === 0 ? "" : `, wrong ${one.wrong} (confidently ${one.confidentlyWrong})`;
  const unknown = one.unknown === 0 ? "" : `, unknown ${one.unknown}`;
  const { cachedTokens, inputTokens, outputTokens, rounds, usd, struck, times } = one;
  return [
    `${one.passAll ? "✓" : "✗"} ${one.object} ${one.expected}: right ${one.right} of ${times}${wrong}${unknown}`,
    `    ${inputTokens} tokens in (${cachedTokens} cached), ${outputTokens} out, ${rounds} rounds, ${money(usd)} each; ${struck} claims struck`,
    ...(one.passAll ? [] : [`    named: ${one.named.join(", ")}`]),
    ...one.kept.map((folder) => `    nightshift replay ${folder} --model <another>`),
  ];
};

const share = (part: number, whole: number): string => `${part} of ${whole}`;

export const modelTold = (model: string, each: number, sum: ModelSummary): string =>
  [
    "",
    `${model}, ${each} times each: right ${share(sum.right, sum.times)}, confidently wrong ${share(sum.confidentlyWrong, sum.times)}, unknown ${share(sum.unknown, sum.times)}`,
    `Pass^${each}: ${share(sum.passAll, sum.objects)} objects`,
    `${sum.inputTokens} tokens in, ${sum.outputTokens} out, ${sum.rounds} rounds, ${money(sum.usd)} in all; ${sum.struck} claims struck as ungrounded`,
    ...(sum.failed === 0 ? [] : [`${sum.failed} worlds could not be played`]),
  ].join("\n");
