import { readableSecrets } from "./adapters/access-review.ts";
import type { Policy } from "./incident/policy.ts";
import type { Log } from "./log.ts";
import type { Identities } from "./world.ts";

interface Guarded {
  policy: Policy;
  identities: Identities;
  /** Somebody has said that it may start all the same. */
  allowed: boolean;
  log: Log;
}

const mayWrite = ({ mode, namespaces, rules }: Policy): boolean =>
  [mode, ...Object.values(namespaces), ...rules.map((rule) => rule.mode)].some(
    (one) => one === "approve" || one === "auto",
  );

const namedIn = ({ namespaces }: Policy): string[] => Object.keys(namespaces).filter((name) => !name.includes("*"));

/** Null: the cluster does not answer. Alerts must be taken all the same, and nothing can be changed without it. */
const rightsOf = async ({ identities: { reader, writer }, policy, log }: Guarded): Promise<string[] | null> => {
  try {
    const rights = await Promise.all(
      [...new Set([reader, writer])].map((one) => readableSecrets(one, namedIn(policy))),
    );
    return [...new Set(rights.flat())];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log(
      "the cluster could not be asked whether Secrets are readable; run doctor when it answers",
      { error: why },
      "warn",
    );
    return null;
  }
};

/**
 * Who may change things must not be able to read Secrets: a start in approve or auto mode with such an identity is refused.
 * Nightshift itself never asks for a Secret, whatever its rights.
 */
export const refuseReadableSecrets = async (guarded: Guarded): Promise<void> => {
  if (!mayWrite(guarded.policy)) return;
  const rights = await rightsOf(guarded);
  if (rights === null || rights.length === 0) return;
  if (guarded.allowed) {
    guarded.log(
      "Secrets are readable, and NIGHTSHIFT_ALLOW_READABLE_SECRETS lets it start all the same",
      { rights },
      "warn",
    );
    return;
  }
  throw new Error(
    `the cluster's identity may ${rights.join(", ")}, and policy allows changes: not started. Use an identity with the rights of ` +
      "deploy/rbac (KUBECONFIG, KUBECONFIG_WRITER), or say mode: observe, or NIGHTSHIFT_ALLOW_READABLE_SECRETS=true if it must be so.",
  );
};
