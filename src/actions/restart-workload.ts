import type { Workload } from "../incident/kube.ts";
import { pointer } from "./intent.ts";
import { podsSeen } from "./seen.ts";
import { kubectlName, podsOf, unfit, type VerbSpec, workloadKinds } from "./verb.ts";

const restartedAt = "kubectl.kubernetes.io/restartedAt";

/** New pods from the same template, one after the other, as `kubectl rollout restart` does. */
export const restartWorkload: VerbSpec<"restart-workload", Workload> = {
  verb: "restart-workload",
  classes: ["app-hang", "config-rotated-not-reloaded"],
  targets: workloadKinds,
  near: [],
  fit({ live, evidence, cause, now }) {
    if (live.spec.paused) return unfit("its rollout is paused, so a restart would not be carried out");
    const restarts = podsSeen(evidence, live)
      .flatMap(({ status }) => status?.containerStatuses ?? [])
      .reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0);
    if (cause.class === "app-hang" && restarts > 0)
      return unfit(`its containers were already restarted ${restarts} times and hang again`);
    const name = kubectlName(live);
    return {
      kind: "fits",
      draft: {
        params: { restartedAt: now },
        risk: "low",
        command: `kubectl rollout restart ${name}`,
        undo: { command: `kubectl rollout undo ${name}`, exact: false },
        effect: `Replaces all ${live.spec.replicas ?? "its"} pods by new ones of the same template, as its rollout strategy allows.`,
        pods: podsOf(live),
      },
    };
  },
  source: () => null,
  change({ spec: { template } }, params) {
    const path = "/spec/template/metadata";
    return {
      kind: "patch",
      patch: [
        ...(template.metadata ? [] : [{ op: "add" as const, path, value: {} }]),
        ...(template.metadata?.annotations ? [] : [{ op: "add" as const, path: `${path}/annotations`, value: {} }]),
        { op: "add", path: `${path}/annotations/${pointer(restartedAt)}`, value: params.restartedAt },
      ],
    };
  },
  inverse: () => null,
};
