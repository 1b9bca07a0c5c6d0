/** What one incident may spend before its diagnosis must stand. Checked before each round, never after. */
export interface Budget {
  rounds: number;
  calls: number;
  inputTokens: number;
  usd: number;
  seconds: number;
}

export const defaultBudget: Budget = { rounds: 10, calls: 10, inputTokens: 60_000, usd: 0.5, seconds: 120 };
