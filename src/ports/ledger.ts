import type { Outcome } from "../incident/outcome.ts";
import type { ActionPlan } from "../incident/plan.ts";

export type Claim =
  /** The approval was good and is now used up; the intent is on record. Perform the write. */
  | { kind: "go" }
  /** An earlier life of this process already recorded the intent and we do not know what became of it: look first. */
  | { kind: "resumed" }
  /** It was already carried through; here is what came of it. */
  | { kind: "done"; outcome: Outcome }
  /** No valid, unexpired, unused approval of exactly this plan. Do nothing. `late`: there was one, and its time is over. */
  | { kind: "refused"; why: string; late?: boolean };

/**
 * Who approved what, and what was begun: the rows that make an action happen at most once.
 * Bound to one incident and one turn; every call throws TurnLost when the turn was given to another worker.
 */
export interface Ledger {
  /** Opens the question to people. Idempotent per plan hash and round. */
  openApproval(plan: ActionPlan, round: number): Promise<void>;
  /** One transaction: checks the fence, consumes the approval, inserts the intent `key`. */
  claim(plan: ActionPlan, round: number, index: number, key: string): Promise<Claim>;
  settle(outcome: Outcome): Promise<void>;
}
