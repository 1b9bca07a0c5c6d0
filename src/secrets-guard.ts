import { readableSecrets } from "./adapters/access-review.ts";
import { changesAllowed, namespacesNamed, type Policy } from "./incident/policy.ts";
import type { Log } from "./log.ts";
import type { Actuator } from "./ports/actuator.ts";
import { PortError } from "./ports/port-error.ts";
import type { Identities } from "./world.ts";

interface Guarded {
  policy: Policy;
  identities: Identities;
  /** Somebody has said that it may start all the same. */
  allowed: boolean;
  log: Log;
}

const rightsOf = async ({ identities: { reader, writer }, policy }: Guarded): Promise<string[]> => {
  const asked = [reader, writer].map((one) => readableSecrets(one, namespacesNamed(policy)));
  return [...new Set((await Promise.all(asked)).flat())];
};

const refusalOf = (rights: readonly string[]): string =>
  `the cluster's identity may ${rights.join(", ")}, and policy allows changes: not started. Use an identity with the rights of ` +
  "deploy/rbac (KUBECONFIG, KUBECONFIG_WRITER), or say mode: observe, or NIGHTSHIFT_ALLOW_READABLE_SECRETS=true if it must be so.";

const mostTries = 3;

/** An answer that came too late once may come in time the next time; a start is worth a few tries. */
const rightsInTime = async (guarded: Guarded, tries = 1): Promise<string[]> => {
  try {
    return await rightsOf(guarded);
  } catch (error) {
    if (!(error instanceof PortError) || error.reason !== "timeout" || tries === mostTries) throw error;
    guarded.log(
      `the cluster did not say in time whether Secrets are readable: asked again (try ${tries + 1} of ${mostTries})`,
      { error: error.message },
      "warn",
    );
    return rightsInTime(guarded, tries + 1);
  }
};

/** The rights that are too many and that nobody allowed. */
const tooMany = async (guarded: Guarded): Promise<string[]> => {
  const rights = await rightsInTime(guarded);
  if (rights.length === 0 || !guarded.allowed) return rights;
  guarded.log(
    "Secrets are readable, and NIGHTSHIFT_ALLOW_READABLE_SECRETS lets it start all the same",
    { rights },
    "warn",
  );
  return [];
};

type Guard = (actuator: Actuator) => Actuator;

/** Asks again before each try or write until it is known; what is found then refuses the write, not the alerts. */
const untilAsked =
  (guarded: Guarded): Guard =>
  (actuator) => {
    let known = false;
    const ask = async (): Promise<void> => {
      const rights = known ? [] : await tooMany(guarded);
      if (rights.length > 0) throw new PortError("actuator", "forbidden", refusalOf(rights));
      known = true;
    };
    return {
      dryRun: async (write, signal) => {
        await ask();
        return actuator.dryRun(write, signal);
      },
      perform: async (write, signal) => {
        await ask();
        return actuator.perform(write, signal);
      },
    };
  };

/**
 * Who may change things must not be able to read Secrets: a start in approve or auto mode with such an identity is refused.
 * Nightshift itself never asks for a Secret, whatever its rights. A cluster that does not answer keeps no alert out: then
 * nothing is changed before it has.
 */
export const refuseReadableSecrets = async (guarded: Guarded): Promise<Guard> => {
  if (changesAllowed(guarded.policy).length === 0) return (actuator) => actuator;
  const rights = await tooMany(guarded).catch((error: unknown) => {
    if (!(error instanceof PortError)) throw error;
    // A server that does not know the question: no Kubernetes, so it will not know it later either.
    const never = error.reason === "invalid";
    const what = never
      ? "the cluster could not be asked whether Secrets are readable: it answers no access reviews"
      : "the cluster could not be asked whether Secrets are readable; nothing is changed before it was";
    guarded.log(what, { error: error.message }, "warn");
    return never ? [] : null;
  });
  if (rights === null) return untilAsked(guarded);
  if (rights.length > 0) throw new Error(refusalOf(rights));
  return (actuator) => actuator;
};
