import type { Workload } from "../incident/kube.ts";
import { kubectlName, moved, podsOf, unfit, type VerbSpec } from "./verb.ts";

/** Lets a paused rollout go on. */
export const resumeRollout: VerbSpec<"resume-rollout", Workload> = {
  verb: "resume-rollout",
  classes: ["rollout-paused-or-unobserved"],
  targets: ["Deployment"],
  near: [],
  fit({ live }) {
    if (live.spec.paused !== true) return unfit("its rollout is not paused");
    return {
      kind: "fits",
      draft: {
        params: { paused: false },
        risk: "medium",
        command: `kubectl rollout resume ${kubectlName(live)}`,
        undo: {
          command: `kubectl rollout pause ${kubectlName(live)}   # pods that were replaced meanwhile stay so`,
          exact: false,
        },
        effect: "Carries the waiting change out: its pods are replaced as its rollout strategy allows.",
        pods: podsOf(live),
        asks: "somebody paused it, perhaps on purpose",
      },
    };
  },
  source: () => null,
  change({ spec }, { paused }) {
    if ((spec.paused ?? false) === paused) return moved(`its rollout is already ${paused ? "paused" : "resumed"}`);
    return {
      kind: "patch",
      patch: paused ? [{ op: "add", path: "/spec/paused", value: true }] : [{ op: "remove", path: "/spec/paused" }],
    };
  },
  // That it is paused is part of its version.
  ended: () => null,
  // Paused again, it would be neither what it was nor what it was to become: some pods are replaced by then.
  inverse: () => null,
};
