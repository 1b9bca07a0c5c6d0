import type { LastWords } from "../logs/uncaught.ts";
import type { Verdict } from "../network/host-verdict.ts";

/** Another's trouble, passed on: a limit there is none of one's own. */
const passedOn =
  /\b(?:remote|upstream|peer|server|backend|host)\b[^:]*\b(?:reported|reports|said|says|answered|responded|replied|returned)\b|\bon (?:host|server|peer) \S/i;

/**
 * That the other side is down now says nothing of an end before which the program had reached it, or had called its lack
 * harmless. What it left behind for other business is as sure as the objects that bear it out.
 */
export const doubted = (error: LastWords | null, verdict: Verdict | null): Verdict | null => {
  const alone = error?.passed === true && (verdict?.because ?? []).length === 0;
  const foreign = verdict?.class === "os-limit-exhausted" && passedOn.test(error?.line ?? "");
  return verdict && (error?.overcame || error?.harmless || alone || foreign)
    ? { ...verdict, confidence: Math.min(verdict.confidence, 0.75) }
    : verdict;
};
