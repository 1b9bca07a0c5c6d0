/** What makes a story's workload well. Anything that is not here leaves new pods sick in the same way. */
export interface Heals {
  "raise-memory-limit"?: { deployment: string; container: string; atLeast: string };
  "restart-workload"?: { deployment: string };
  /** A revision known to be good although none of its pods run now. Revisions with ready pods are good by themselves. */
  "undo-rollout"?: { deployment: string; revision: number };
  /** What a container of a healed pod logs, by container. */
  logs?: Record<string, string[]>;
}
