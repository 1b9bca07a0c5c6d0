import type { KubeObject, Workload } from "../../incident/kube.ts";
import { clock } from "../world/containers.ts";
import { keyOf, refOf } from "../world/objects.ts";
import { replicaSetsOf, revisionOf, type Template } from "../world/revisions.ts";
import type { World } from "../world/world.ts";

const history = "deployment.kubernetes.io/revision-history";

/** One rollout of a template. A rollback gives an old template a new number: then it is kept once and was rolled out more often. */
export interface Revision {
  readonly object: KubeObject;
  readonly number: number;
  readonly template: Template;
  /** It had been in use under an earlier number: it is older than this rollout of it. */
  readonly isReused: boolean;
}

const earlierNumbers = ({ metadata }: KubeObject): number[] =>
  (metadata.annotations?.[history] ?? "")
    .split(",")
    .map(Number)
    .filter((one) => one > 0);

const ofReplicaSets = (sets: readonly Workload[]): Revision[] => {
  const current = new Set(sets.map(revisionOf));
  return sets.flatMap((object) => {
    const { template } = object.spec;
    const earlier = earlierNumbers(object).filter((one) => !current.has(one));
    const numbers = [...earlier, revisionOf(object)].toSorted((a, b) => a - b);
    return numbers.map((number, index) => ({ object, number, template, isReused: index > 0 }));
  });
};

const ofControllerRevisions = (world: World, owner: KubeObject): Revision[] =>
  world
    .list("ControllerRevision")
    .filter((one) => keyOf(world.rootOf(one)) === keyOf(refOf(owner)))
    .flatMap((object) => {
      const { metadata, spec } = object.data?.spec?.template ?? {};
      const template = spec?.containers ? { ...(metadata ? { metadata } : {}), spec } : null;
      return template ? [{ object, number: object.revision ?? 0, template, isReused: false }] : [];
    });

/** More than anybody keeps; the rest is left out as what the cluster no longer has. */
const most = 30;

export const createdAt = ({ object }: Revision): number => clock(object.metadata.creationTimestamp);

/** Newest first: a Deployment keeps its revisions as ReplicaSets, a StatefulSet or DaemonSet as objects of their own. */
export const revisionsOf = (world: World, workload: KubeObject): Revision[] => {
  const sets = replicaSetsOf(world, refOf(workload));
  const all = (sets.length > 0 ? ofReplicaSets(sets) : ofControllerRevisions(world, workload))
    .toSorted((a, b) => b.number - a.number)
    .slice(0, most);
  // Where no earlier numbers are kept, its age tells.
  return all.map((one, index) => {
    const before = all[index + 1];
    return { ...one, isReused: one.isReused || (before !== undefined && createdAt(one) < createdAt(before)) };
  });
};
