import type { Workload } from "../incident/kube.ts";
import { formerCount, otherCount } from "./former-count.ts";
import { scaledBy } from "./scaled-by.ts";
import { kubectlName, moved, unfit, type VerbSpec } from "./verb.ts";

/** Back to the count of replicas it had, where that is on record and no autoscaler owns it. */
export const scaleWorkload: VerbSpec<"scale-workload", Workload> = {
  verb: "scale-workload",
  classes: ["scaled-to-zero"],
  targets: ["Deployment", "StatefulSet"],
  near: ["HorizontalPodAutoscaler", "ReplicaSet"],
  grounds: ["ReplicaSet"],
  fit(scene) {
    const { live, near } = scene;
    const scaler = scaledBy(near, live);
    if (scaler) return unfit(`its replicas belong to HorizontalPodAutoscaler ${scaler.metadata.name}`);
    if (live.spec.replicas !== 0) return unfit(`it has ${live.spec.replicas ?? 1} replicas, not zero`);
    const former = formerCount(scene);
    if (typeof former === "string") return unfit(former);
    const command = (count: number) => `kubectl scale ${kubectlName(live)} --replicas=${count}`;
    return {
      kind: "fits",
      draft: {
        params: { from: 0, to: former.count },
        risk: "medium",
        command: command(former.count),
        undo: { command: command(0), exact: true },
        effect: `Starts ${former.count} pods, the count by ${former.by}. No running pod is touched.`,
        pods: former.count,
        asks: "somebody may have scaled it to zero on purpose",
      },
    };
  },
  source: () => null,
  change(live, { from, to }, _source, near) {
    const scaler = scaledBy(near, live);
    if (scaler) return moved(`its replicas now belong to HorizontalPodAutoscaler ${scaler.metadata.name}`);
    if (live.spec.replicas !== from) return moved(`it no longer has ${from} replicas`);
    return {
      kind: "patch",
      patch: [
        { op: "test", path: "/spec/replicas", value: from },
        { op: "replace", path: "/spec/replicas", value: to },
      ],
    };
  },
  ended: ({ live, near, params: { to } }) => otherCount(live, near, to),
  inverse: ({ from, to }) => ({ verb: "scale-workload", params: { from: to, to: from } }),
};
