import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { Pod } from "../../incident/kube.ts";
import { found, named, plural, quote } from "../finding.ts";
import { clock, recent } from "../world/containers.ts";
import { keyOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

/** The kubelet's own admission: what the pod's status gives as the reason. */
const classes: readonly (readonly [RegExp, FaultClass])[] = [
  [/^(?:SysctlForbidden|AppArmor|SeccompForbidden|PodOS\w+|OS\w+)$/, "admission-policy-denied"],
  [/^OutOf(?:cpu|memory|ephemeral-storage)$/, "insufficient-cpu-or-memory"],
  [/^OutOfpods$/, "node-pod-limit-reached"],
  [/^(?:NodeAffinity|MatchNodeSelector)$/, "node-selector-unmatched"],
  [/^(?:NodePorts|HostPortConflict)$/, "host-port-taken"],
  [/^(?:UnexpectedAdmissionError|OutOf\w*[./]\w+)$/, "extended-resource-absent"],
];

const classOf = ({ status }: Pod): FaultClass | undefined =>
  classes.find(([reason]) => reason.test(status?.reason ?? ""))?.[1];

const age = (world: World, { metadata }: Pod): number => world.now - clock(metadata.creationTimestamp);

/** Pods that nodes turn away as fast as they are made: each fails at once, and none of them ever ran. */
export const rejected = (world: World): Finding[] => {
  const failed = world
    .list("Pod")
    .filter((pod) => pod.status?.phase === "Failed" && classOf(pod) !== undefined && age(world, pod) < recent);
  return [...Map.groupBy(failed, (pod) => keyOf(world.rootOf(pod))).values()].flatMap((pods) => {
    const [newest] = pods.toSorted((a, b) => age(world, a) - age(world, b));
    if (!newest || pods.length < 2) return [];
    const object = world.rootOf(newest);
    const others = world.podsOf(object).filter(({ status }) => status?.phase === "Running");
    if (others.some((pod) => age(world, pod) <= age(world, newest))) return [];
    return found(world, {
      class: classOf(newest) ?? "admission-policy-denied",
      object,
      statement: `${named(object)}: nodes turn its pods away, ${plural(pods.length, "pod")} so far. The kubelet says: ${quote(newest.status?.message ?? newest.status?.reason ?? "")}.`,
      because: [newest],
      confidence: 0.92,
      disproof: "a pod of it runs on one of the nodes now",
      related: newest.spec.nodeName ? [{ kind: "Node", namespace: null, name: newest.spec.nodeName }] : [],
    });
  });
};
