import type { Diagnosis, Finding } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import { gapText } from "../incident/gap.ts";

const maxGaps = 8;
const maxCandidates = 10;

/** What could not be asked, in words: a cause may hide there. */
const gapsIn = (evidence: readonly Evidence[]): string[] => {
  const gaps = evidence.flatMap((one) => gapText(one)?.slice(0, 300) ?? []);
  const rest = gaps.length - maxGaps;
  return rest > 0 ? [...gaps.slice(0, maxGaps), `${rest} more questions could not be asked`] : gaps;
};

/** What a model that was asked is judged by later. */
type ByModel = Pick<Diagnosis, "prompt" | "struck">;

/** No cause, and why not; what the rules suspect is kept for the person who takes over. */
export const unknownBecause = (
  reasons: readonly string[],
  evidence: readonly Evidence[],
  candidates: readonly Finding[],
  byModel: ByModel = {},
): Diagnosis => ({
  ...byModel,
  kind: "unknown",
  missing: [...reasons, ...gapsIn(evidence)],
  candidates: candidates.slice(0, maxCandidates).map((one) => ({
    class: one.class,
    object: one.object,
    statement: one.statement,
    evidence: one.evidence,
    confidence: one.confidence,
  })),
});
