import { historyKind, revisionsOf } from "../actions/revisions.ts";
import { podsSeen } from "../actions/seen.ts";
import { selectorText } from "../actions/selector.ts";
import type { TargetChoice } from "../actions/target.ts";
import type { Scene } from "../actions/verb.ts";
import type { Workload } from "../incident/kube.ts";
import type { Cluster } from "../ports/cluster.ts";

type Ref = Extract<TargetChoice, { kind: "target" }>["ref"];

/** The target and its history, read now; null when it is gone. Parameters come from here, not from what was gathered. */
export const readScene = async (
  cluster: Cluster,
  ref: Ref,
  known: Omit<Scene, "live" | "revisions">,
): Promise<Scene | null> => {
  const live = await cluster.get(ref.kind, ref.namespace, ref.name);
  if (live === null) return null;
  const workload = live as Workload;
  const { objects } = await cluster.list({
    kind: historyKind(ref.kind),
    namespace: ref.namespace,
    selector: selectorText(workload.spec.selector ?? {}) || null,
    limit: 200,
  });
  const revisions = revisionsOf(workload, objects, podsSeen(known.evidence, workload));
  return { ...known, live: workload, revisions };
};
