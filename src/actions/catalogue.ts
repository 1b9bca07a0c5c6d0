import type { Verb } from "../incident/plan.ts";
import { raiseMemoryLimit } from "./raise-memory-limit.ts";
import { restartWorkload } from "./restart-workload.ts";
import { undoRollout } from "./undo-rollout.ts";
import type { VerbSpec } from "./verb.ts";

/** Every change Nightshift can make. The order is the preference when several would help. */
export const catalogue: { readonly [V in Verb]: VerbSpec<V> } = {
  "undo-rollout": undoRollout,
  "raise-memory-limit": raiseMemoryLimit,
  "restart-workload": restartWorkload,
};

// The compiler cannot follow that a verb and its parameters always come as a pair; Action keeps them together.
export const verbs = Object.values(catalogue) as readonly unknown[] as readonly VerbSpec[];

export const verbSpec = (verb: Verb): VerbSpec => catalogue[verb] as unknown as VerbSpec;
