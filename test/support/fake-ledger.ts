import type { Outcome } from "../../src/incident/outcome.ts";
import type { Claim, Ledger } from "../../src/ports/ledger.ts";

/** Approvals and intents in memory; it survives the crashes of those who use it, as a database does. */
export const fakeLedger = (
  approved: readonly string[],
  hooks: { onClaim?: () => void; onSettle?: () => void } = {},
) => {
  const intents = new Map<string, Outcome | null>();
  const ledger: Ledger = {
    openApproval: async () => undefined,
    async claim(plan, _round, _index, key): Promise<Claim> {
      if (!approved.includes(plan.hash)) return { kind: "refused", why: "nobody approved this plan" };
      const outcome = intents.get(key);
      if (outcome) return { kind: "done", outcome };
      const kind = intents.has(key) ? "resumed" : "go";
      intents.set(key, null);
      hooks.onClaim?.();
      return { kind };
    },
    async settle(outcome) {
      intents.set(outcome.key, outcome);
      hooks.onSettle?.();
    },
  };
  return { ledger, intents };
};

/** Forgets everything and allows everything: only for controls. */
export const noLedger: Ledger = {
  openApproval: async () => undefined,
  claim: async () => ({ kind: "go" }),
  settle: async () => undefined,
};
