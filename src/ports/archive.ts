import type { Evidence } from "../incident/evidence.ts";

/** Keeps the bodies of evidence outside the checkpoints. Bound to one incident. */
export interface Archive {
  /** Idempotent by evidence id. */
  keep(evidence: readonly Evidence[]): Promise<void>;
  /** In the order of the ids; an id that is not there is an error, never left out. */
  open(ids: readonly string[]): Promise<Evidence[]>;
}
