import type { Evidence } from "../incident/evidence.ts";
import type { KubeObject } from "../incident/kube.ts";
import { type ObjectRef, sameObject } from "../incident/subject.ts";
import { reachOf } from "../rules/around/reach.ts";
import { keyOf, refOf } from "../rules/world/objects.ts";
import { worldOf } from "../rules/world/world.ts";

/** Whether an object bears on the subject. */
export type IsNear = (object: KubeObject) => boolean;

// Everything in the namespace stands under these; neighbours that are not near are not read.
const shared = new Set(["ResourceQuota", "LimitRange", "NetworkPolicy"]);

export const nearness = (evidence: readonly Evidence[], subject: ObjectRef, now: string): IsNear => {
  if (subject.kind === "Namespace" || subject.kind === "Cluster") return () => true;
  const world = worldOf(evidence, now);
  const reach = reachOf(world, subject);
  const ofService = (object: KubeObject): boolean => {
    const name = object.metadata.labels?.["kubernetes.io/service-name"];
    return name !== undefined && reach.has(keyOf({ ...refOf(object), kind: "Service", name }));
  };
  return (object) =>
    reach.has(keyOf(refOf(object))) ||
    shared.has(object.kind) ||
    ofService(object) ||
    sameObject(world.rootOf(object), subject);
};
