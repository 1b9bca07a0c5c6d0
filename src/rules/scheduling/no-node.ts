import type { Finding } from "../../incident/diagnosis.ts";
import type { KubeNode, PodSpec, Workload } from "../../incident/kube.ts";
import { found, named, plural } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { refOf } from "../world/objects.ts";
import { nodeFits, requiredTerms, taintText, untolerated } from "../world/selectors.ts";
import type { World } from "../world/world.ts";

/** Kinds of machine that a cluster may have none of, and keys by which people turn a DaemonSet off. */
const byDesign =
  /gpu|nvidia|amd\.com|habana|neuron|tpu|windows|kubernetes\.io\/(os|arch)|feature\.node|^non-?|^no-|disable|never/i;

const longest = 200;

const keysOf = (spec: PodSpec): string[] => [
  ...Object.entries(spec.nodeSelector ?? {}).map(([key, value]) => `${key}=${value}`),
  ...(requiredTerms(spec) ?? []).flatMap(({ matchExpressions = [] }) =>
    matchExpressions.map(({ key, operator, values = [] }) => `${key} ${operator} ${values.join(",")}`.trim()),
  ),
];

/** Why no node may run it; null where one may, or where no machine of that kind is meant to be there. */
const whyNone = (spec: PodSpec, nodes: readonly KubeNode[]): string | null => {
  const wanted = keysOf(spec);
  const fitting = nodes.filter((node) => nodeFits(spec, node));
  if (fitting.length === 0)
    return wanted.length === 0 || wanted.some((one) => byDesign.test(one))
      ? null
      : `no node carries what it asks for (${wanted.join("; ").slice(0, longest)})`;
  const barred = fitting.map((node) => untolerated(spec, node));
  const [[taint] = []] = barred;
  return taint && barred.every((taints) => taints.length > 0)
    ? `every node that would do has a taint it does not tolerate (${taintText(taint)})`
    : null;
};

const settled = 60_000;

const wantsNone = (world: World, set: Workload): boolean =>
  set.status?.desiredNumberScheduled === 0 &&
  (set.status.observedGeneration ?? 0) >= (set.metadata.generation ?? 0) &&
  world.now - clock(set.metadata.creationTimestamp) > settled;

/** DaemonSets that run nowhere: no pod is made, no event tells of it, and no count is missed. */
export const noNode = (world: World): Finding[] => {
  const nodes = world.list("Node");
  if (!world.knows("Node", null) || nodes.length === 0) return [];
  return world.list("DaemonSet").flatMap((set) => {
    const why = wantsNone(world, set) ? whyNone(set.spec.template.spec, nodes) : null;
    if (why === null) return [];
    const object = refOf(set);
    return found(world, {
      class: "daemonset-not-scheduled",
      object,
      statement: `${named(object)} runs on 0 of ${plural(nodes.length, "node")}: ${why}. Its controller therefore wants no pod, and nothing else tells of it.`,
      because: [set, ...nodes.slice(0, 20)],
      confidence: 0.87,
      disproof: "it is meant for nodes that are not there yet",
    });
  });
};
