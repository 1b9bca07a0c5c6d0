import type { KubeNode } from "../incident/kube.ts";
import { drainOf, isReadyNode, pressureOf } from "./cordon.ts";
import { moved, unfit, type VerbSpec } from "./verb.ts";

/** Lets pods be scheduled to a node again, unless somebody is emptying it. */
export const uncordonNode: VerbSpec<"uncordon-node", KubeNode> = {
  verb: "uncordon-node",
  classes: ["node-cordoned"],
  targets: ["Node"],
  near: ["Pod"],
  fit({ live, near }) {
    const { name } = live.metadata;
    if (live.spec?.unschedulable !== true) return unfit(`node ${name} is not cordoned`);
    const unsound = whyUnsound(live);
    if (unsound !== null) return unfit(`node ${name} ${unsound}`);
    const drain = drainOf(live, near);
    if (drain !== null) return unfit(`node ${name} seems to be drained: ${drain}`);
    return {
      kind: "fits",
      draft: {
        params: {},
        risk: "medium",
        command: `kubectl uncordon ${name}`,
        undo: { command: `kubectl cordon ${name}`, exact: true },
        effect: "New pods may be placed on it. No running pod is touched.",
        pods: 0,
        asks: "somebody cordoned it, perhaps on purpose",
      },
    };
  },
  source: () => null,
  change(live, _params, _source, near) {
    if (live.spec?.unschedulable !== true) return moved("it is not cordoned any more");
    const drain = drainOf(live, near);
    if (drain !== null) return moved(`it seems to be drained now: ${drain}`);
    return {
      kind: "patch",
      patch: [
        { op: "test", path: "/spec/unschedulable", value: true },
        { op: "remove", path: "/spec/unschedulable" },
      ],
    };
  },
  ended({ live }) {
    const unsound = whyUnsound(live);
    return unsound === null ? null : `it ${unsound} now`;
  },
  inverse: () => ({ verb: "cordon-node", params: {} }),
};

/** Why no pods belong on it, cordoned or not. */
const whyUnsound = (node: KubeNode): string | null => {
  if (!isReadyNode(node)) return "is not ready";
  const pressure = pressureOf(node);
  return pressure === null ? null : `has the condition ${pressure}`;
};
