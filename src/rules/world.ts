import type { Evidence } from "../incident/evidence.ts";

/** All evidence of one incident, indexed for rules. */
export interface World {
  readonly evidence: readonly Evidence[];
}
