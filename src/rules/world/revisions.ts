import type { Meta, Pod, PodSpec, Workload } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { keyOf } from "./objects.ts";
import type { World } from "./world.ts";

export interface Template {
  metadata?: Partial<Meta>;
  spec: PodSpec;
}

export const revisionOf = ({ metadata }: Workload): number =>
  Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);

/** The ReplicaSets of a Deployment, newest revision first. */
export const replicaSetsOf = (world: World, root: ObjectRef): Workload[] =>
  world
    .list("ReplicaSet")
    .filter((set) => keyOf(world.rootOf(set)) === keyOf(root))
    .toSorted((a, b) => revisionOf(b) - revisionOf(a));

/** The templates of revisions before the pod's own. */
export const earlierTemplates = (world: World, root: ObjectRef, pod: Pod): Template[] => {
  const sets = replicaSetsOf(world, root);
  const own = sets.find(({ metadata }) => pod.metadata.ownerReferences?.some(({ name }) => name === metadata.name));
  return own ? sets.filter((set) => revisionOf(set) < revisionOf(own)).map(({ spec }) => spec.template) : [];
};
