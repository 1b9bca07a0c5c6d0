import { candidates } from "../actions/choose.ts";
import { historyKind, revisionsOf } from "../actions/revisions.ts";
import { podsSeen } from "../actions/seen.ts";
import { selectorText } from "../actions/selector.ts";
import type { TargetRef } from "../actions/target.ts";
import { type Scene, type VerbSpec, workloadKinds } from "../actions/verb.ts";
import { isKind } from "../incident/kinds.ts";
import type { KubeObject, Workload } from "../incident/kube.ts";
import type { ObjectRef } from "../incident/subject.ts";
import type { Cluster } from "../ports/cluster.ts";
import { readList } from "../tools/read-list.ts";
import { readNear } from "./change.ts";

type Known = Omit<Scene, "live" | "revisions" | "near">;
export interface Candidate {
  spec: VerbSpec;
  /** Null: what it would change is gone. */
  scene: Scene | null;
}

/** For each verb that could answer: what it would change, its history and its surroundings, read now. */
export const readScenes = async (cluster: Cluster, ref: TargetRef, known: Known): Promise<Candidate[]> => {
  const found: Candidate[] = [];
  for (const spec of candidates(known.cause.class, ref.kind)) {
    const at = placeOf(spec, ref, known.evidence);
    found.push({ spec, scene: at === null ? null : await readScene(cluster, at, spec, known) });
  }
  return found;
};

/** What this verb would change there; null: it is gone. */
export const placeOf = (spec: VerbSpec, ref: TargetRef, evidence: Known["evidence"]): ObjectRef | null =>
  spec.locate !== undefined && !spec.targets.includes(ref.kind) ? spec.locate(ref, evidence) : ref;

/** Parameters come from here, not from what was gathered. */
const readScene = async (
  cluster: Cluster,
  { kind, namespace, name }: ObjectRef,
  spec: VerbSpec,
  known: Known,
): Promise<Scene | null> => {
  const live = isKind(kind) ? await cluster.get(kind, namespace, name) : null;
  if (live === null) return null;
  const [near, revisions] = await Promise.all([
    readNear(cluster, spec, live),
    isWorkload(live) ? readRevisions(cluster, live, known) : [],
  ]);
  return { ...known, live, near, revisions };
};

const isWorkload = (live: KubeObject): live is Workload => workloadKinds.some((kind) => kind === live.kind);

const readRevisions = async (cluster: Cluster, live: Workload, { evidence }: Known): Promise<Scene["revisions"]> => {
  const { objects } = await readList(cluster, {
    kind: historyKind(live.kind),
    namespace: live.metadata.namespace ?? null,
    selector: selectorText(live.spec.selector ?? {}) || null,
    limit: 200,
  });
  return revisionsOf(live, objects, podsSeen(evidence, live));
};
