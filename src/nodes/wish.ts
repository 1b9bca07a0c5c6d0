import type { Scene } from "../actions/verb.ts";
import type { Incident } from "../incident/incident.ts";
import { isKind } from "../incident/kinds.ts";
import type { Action, ActionPlan } from "../incident/plan.ts";
import { type Policy, policyHash } from "../incident/policy.ts";
import { rule, type Wish } from "../incident/ruling.ts";
import { isoNow } from "../ports/clock.ts";
import type { Ports } from "../ports/index.ts";
import { keeperOf } from "./keeper.ts";

/** A draft as policy is asked about it. */
export const wishOf = (
  cluster: string,
  { live, cause, now }: Scene,
  { verb, risk, pods = 0 }: Pick<Action, "verb" | "risk"> & { pods?: number | undefined },
): Wish => ({
  cluster,
  namespace: live.metadata.namespace ?? null,
  labels: live.metadata.labels ?? {},
  verb,
  class: cause.class,
  risk,
  pods,
  now,
});

/** What policy has against an approved action at the moment of acting. The file, the time, the labels and the owner may have moved. */
export const whyForbidden = async (
  { cluster, clock }: Pick<Ports, "cluster" | "clock">,
  policy: Policy,
  { diagnosis }: Incident,
  { terms }: ActionPlan,
  { verb, target, risk, pods = 0 }: Action,
): Promise<string | null> => {
  if (terms !== undefined && terms.policy !== policyHash(policy))
    return "the policy is not the one it was approved under";
  const live = isKind(target.kind) ? await cluster.get(target.kind, target.namespace, target.name) : null;
  const { mode, blocked, directWrite } = rule(policy, {
    cluster: cluster.name,
    namespace: target.namespace,
    labels: live?.metadata.labels ?? {},
    verb,
    class: diagnosis?.kind === "cause" ? diagnosis.class : null,
    risk,
    pods,
    now: isoNow(clock),
  });
  const manager = live === null ? null : await keeperOf(cluster, live);
  if (manager !== null && !directWrite) return `it is managed by ${manager} now, which would take a direct change back`;
  return mode === "observe" ? "policy is observe" : blocked;
};
