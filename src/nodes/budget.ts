import type { Dearest } from "../incident/cost.ts";

/** What one incident may spend before its diagnosis must stand. Checked before each round, never after. */
export interface Budget {
  rounds: number;
  calls: number;
  inputTokens: number;
  usd: number;
  seconds: number;
  /** What a call of each model may cost at most is known by these; absent on tapes from before they were told. */
  prices?: { strong: Dearest | null; triage: Dearest | null } | undefined;
}

export const defaultBudget: Budget = { rounds: 10, calls: 10, inputTokens: 60_000, usd: 0.5, seconds: 120 };
