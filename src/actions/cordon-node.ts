import type { KubeNode, KubeObject } from "../incident/kube.ts";
import { readySince } from "../incident/well.ts";
import { isReadyNode } from "./cordon.ts";
import { moved, unfit, type VerbSpec } from "./verb.ts";

/** Keeps new pods off a node that comes and goes, while others can take them. */
export const cordonNode: VerbSpec<"cordon-node", KubeNode> = {
  verb: "cordon-node",
  classes: ["node-flapping", "node-clock-skew"],
  targets: ["Node"],
  near: ["Node"],
  fit({ live, near }) {
    const { name } = live.metadata;
    if (live.spec?.unschedulable === true) return unfit(`node ${name} is already cordoned`);
    if (others(live, near) === 0) return unfit(`no other node could take the pods of ${name}`);
    return {
      kind: "fits",
      draft: {
        params: {},
        risk: "medium",
        command: `kubectl cordon ${name}`,
        undo: { command: `kubectl uncordon ${name}`, exact: true },
        effect: "No new pods are placed on it. No running pod is touched.",
        pods: 0,
      },
    };
  },
  source: () => null,
  change(live, _params, _source, near) {
    if (live.spec?.unschedulable === true) return moved("it is already cordoned");
    if (others(live, near) === 0) return moved("no other node could take its pods now");
    return { kind: "patch", patch: [{ op: "add", path: "/spec/unschedulable", value: true }] };
  },
  // A clock that runs wrong does so on a node that is ready.
  ended: ({ live, cause, madeAt, now }) => (cause?.class === "node-flapping" ? settled(live, madeAt, now) : null),
  inverse: () => ({ verb: "uncordon-node", params: {} }),
};

// What the diagnosis calls flapping.
const window = 15 * 60_000;

/** It came and went around the time of the plan, and no longer does. */
const settled = (node: KubeNode, madeAt: string | null, now: string): string | null => {
  const since = readySince(node);
  if (madeAt === null || !(since >= Date.parse(madeAt) - window)) return null;
  const calm = Date.parse(now) - since;
  return calm >= window ? `it has stayed ready for ${Math.floor(calm / 60_000)} min` : null;
};

const others = ({ metadata }: KubeNode, near: readonly KubeObject[]): number =>
  near
    .filter((object): object is KubeNode => object.kind === "Node" && object.metadata.name !== metadata.name)
    .filter((node) => isReadyNode(node) && node.spec?.unschedulable !== true).length;
