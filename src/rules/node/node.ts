import type { Finding } from "../../incident/diagnosis.ts";
import type { KubeNode } from "../../incident/kube.ts";
import { found, named, plural, quote, spanText } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { keyOf, refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import { diskOf } from "./disk.ts";
import { farewellOf } from "./node-life.ts";

const victims = (world: World, node: KubeNode) => {
  const pods = world
    .list("Pod")
    .filter(
      ({ spec, status }) =>
        spec.nodeName === node.metadata.name &&
        status?.conditions?.some((one) => one.type === "Ready" && one.status !== "True"),
    );
  const roots = pods.map((pod) => world.rootOf(pod));
  return { pods, roots: [...new Map(roots.map((ref) => [keyOf(ref), ref])).values()] };
};

const notReady = (world: World, node: KubeNode): Finding[] => {
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  if (!ready || ready.status === "True" || farewellOf(node) !== null) return [];
  const object = refOf(node);
  const { pods, roots } = victims(world, node);
  const network = /network (plugin )?(is )?not ready|cni/i.test(ready.message ?? "") && ready.status === "False";
  return found(world, {
    class: network ? "cni-or-kube-proxy-broken" : "node-not-ready",
    object,
    statement: `${named(object)} has not been ready for ${spanText(world.now - clock(ready.lastTransitionTime))}; ${plural(pods.length, "pod")} of what was looked at run there. Its condition says: ${quote(`${ready.message ?? ready.reason}`)}.`,
    because: [node, ...pods.slice(0, 10)],
    confidence: 0.97,
    disproof: "the node's condition Ready is True",
    related: roots,
  });
};

const pressure = (world: World, node: KubeNode): Finding[] => {
  const object = refOf(node);
  const [condition] = (node.status?.conditions ?? []).filter(
    ({ type, status }) => /^(Memory|Disk|PID)Pressure$/.test(type) && status === "True",
  );
  const disk = !condition || condition.type === "DiskPressure" ? diskOf(world, node) : null;
  if (!condition && !disk?.short) return [];
  const reported = condition ? ` reports ${condition.type}: ${quote(condition.message ?? condition.type)}` : "";
  return found(world, {
    class: "node-pressure",
    object,
    statement: `${named(object)}${reported}${disk ? `${reported === "" ? ":" : ";"} ${disk.words}` : ""}.`,
    because: [node],
    confidence: condition ? 0.93 : 0.9,
    disproof: "the node's metrics show free room beyond the eviction threshold",
    related: victims(world, node).roots,
  }).map((one) => ({ ...one, evidence: [...one.evidence, ...(disk?.evidence ?? [])] }));
};

/** Nodes that are silent or short of something, with the workloads they take along. */
export const nodes = (world: World): Finding[] =>
  world.list("Node").flatMap((node) => [...notReady(world, node), ...pressure(world, node)]);
