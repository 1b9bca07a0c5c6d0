import type { Finding } from "../../incident/diagnosis.ts";
import type { Pod } from "../../incident/kube.ts";
import { parseQuantity } from "../../incident/quantity.ts";
import { found, named, plural, quote } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { keyOf, refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

const hour = 60 * 60_000;
const own = /exceeds the total limit|exceeded its local ephemeral storage limit|Usage of EmptyDir volume/;
const node = /The node was low on resource|The node had condition/;

const endOf = ({ status, metadata }: Pod): number =>
  Math.max(
    clock(metadata.creationTimestamp),
    ...(status?.containerStatuses ?? []).map(({ state }) => clock(state?.terminated?.finishedAt)),
    ...(status?.conditions ?? []).map(({ lastTransitionTime }) => clock(lastTransitionTime)),
  );

const evicted = (world: World, pods: Pod[]): Finding[] => {
  const [newest] = pods.toSorted((a, b) => endOf(b) - endOf(a));
  const text = newest?.status?.message ?? "";
  if (!newest || world.now - endOf(newest) > hour || !(own.test(text) || node.test(text))) return [];
  const object = world.rootOf(newest);
  const byItself = own.test(text);
  const machine = newest.spec.nodeName;
  return found(world, {
    class: byItself ? "ephemeral-limit-exceeded" : "node-pressure-eviction",
    object,
    statement: `${named(object)}: ${plural(pods.length, "pod")} evicted, ${byItself ? "each time because it wrote more to local disk than its own limit allows" : `because node ${machine ?? "unknown"} ran short`}. The kubelet says: ${quote(text)}.`,
    because: pods.slice(0, 20),
    confidence: 0.95,
    disproof: byItself
      ? "the pod's local disk use stays below its limit"
      : "the node has no pressure condition and room for the pod",
    related: byItself || !machine ? [] : [{ kind: "Node", namespace: null, name: machine }],
  });
};

/** Far above what a kubelet keeps free by default: 100Mi of memory, a tenth to a sixth of a disk. */
const oddShare = { memory: 0.25, "ephemeral-storage": 0.5 } as const;

/** The kubelet tells its threshold. One that is a large part of the whole node is set wrong, and the shortage is not real. */
const oddThreshold = (world: World, pods: Pod[]): Finding[] => {
  for (const pod of pods) {
    const [, resource = "", text = ""] =
      /low on resource: (memory|ephemeral-storage)\. Threshold quantity: (\w+),/.exec(pod.status?.message ?? "") ?? [];
    const machine = world.find("Node", null, pod.spec.nodeName ?? "");
    const whole = parseQuantity(machine?.status?.capacity?.[resource]);
    const threshold = parseQuantity(text);
    const most = oddShare[resource as keyof typeof oddShare];
    if (!machine || whole === null || threshold === null || most === undefined || threshold <= whole * most) continue;
    const object = refOf(machine);
    // Short of certain: the eviction itself is the nearer cause for the workload.
    return found(world, {
      class: "eviction-threshold-wrong",
      object,
      statement: `${named(object)} evicts pods as soon as less than ${text} of ${resource} is free, ${Math.round((threshold / whole) * 100)} % of all it has: the threshold of its kubelet is set too high, the shortage is not real.`,
      because: [pod, machine],
      confidence: 0.84,
      disproof: "the node's own metrics show that it was really short",
      related: [world.rootOf(pod)],
    });
  }
  return [];
};

/** Pods that the kubelet threw out: for their own appetite, or because their node ran short. */
export const eviction = (world: World): Finding[] =>
  [
    ...Map.groupBy(
      world.list("Pod").filter(({ status }) => status?.reason === "Evicted"),
      (pod) => keyOf(world.rootOf(pod)),
    ).values(),
  ].flatMap((pods) => [...evicted(world, pods), ...oddThreshold(world, pods)]);
