import type { Evidence } from "../../incident/evidence.ts";
import { questionKey } from "../../incident/question.ts";

/** The last answer to each question: a later look replaces an earlier one, unless it could not be had. */
export const newestAnswers = (evidence: readonly Evidence[]): Evidence[] => {
  const last = new Map<string, Evidence>();
  for (const one of evidence) {
    const key = questionKey(one.question);
    if (one.answer.kind !== "could-not-ask" || !last.has(key)) last.set(key, one);
  }
  return [...last.values()];
};
