import type { Finding } from "../incident/diagnosis.ts";
import type { Pod } from "../incident/kube.ts";
import { clock } from "./containers.ts";
import { found, named, plural, quote } from "./finding.ts";
import { keyOf } from "./objects.ts";
import type { World } from "./world.ts";

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

/** Pods that the kubelet threw out: for their own appetite, or because their node ran short. */
export const eviction = (world: World): Finding[] =>
  [
    ...Map.groupBy(
      world.list("Pod").filter(({ status }) => status?.reason === "Evicted"),
      (pod) => keyOf(world.rootOf(pod)),
    ).values(),
  ].flatMap((pods) => evicted(world, pods));
