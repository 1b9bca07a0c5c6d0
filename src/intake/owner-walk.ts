import type { KubeObject, OwnerReference } from "../incident/kube.ts";
import type { HorizontalPodAutoscaler } from "../incident/kube-autoscaler.ts";
import type { ObjectRef, Subject } from "../incident/subject.ts";
import { guessOwner, type List, likelyOwner } from "./gone-pod.ts";

/** Resolves to null when the object is not there; rejects when the cluster could not be asked. */
export type Get = (kind: string, namespace: string | null, name: string) => Promise<KubeObject | null>;

const walks = new Set(["Pod", "ReplicaSet", "Job", "HorizontalPodAutoscaler"]);
const climbs = new Set(["ReplicaSet", "Job", "Deployment", "StatefulSet", "DaemonSet", "CronJob"]);
const maxSteps = 6;

interface Found {
  ref: ObjectRef;
  guessed: boolean;
}

const controllerOf = ({ metadata }: KubeObject): OwnerReference | null =>
  // The node owns its static pods, but it is not what is sick.
  metadata.ownerReferences?.find(({ controller, kind }) => controller === true && kind !== "Node") ?? null;

const up = async (get: Get, object: KubeObject, ref: ObjectRef, steps: number): Promise<ObjectRef> => {
  const owner = walks.has(ref.kind) ? controllerOf(object) : null;
  if (owner === null || steps === 0) return ref;
  const above: ObjectRef = { kind: owner.kind, namespace: ref.namespace, name: owner.name };
  if (!climbs.has(owner.kind)) return above;
  const found = await get(above.kind, above.namespace, above.name);
  // Another object may carry the name by now; then the trail ends here.
  return found === null || found.metadata.uid !== owner.uid ? ref : up(get, found, above, steps - 1);
};

const scaled = async (get: Get, object: KubeObject, { namespace }: ObjectRef): Promise<ObjectRef | null> => {
  const target = (object as HorizontalPodAutoscaler).spec?.scaleTargetRef;
  if (!target) return null;
  const ref: ObjectRef = { kind: target.kind, namespace, name: target.name };
  const found = climbs.has(ref.kind) ? await get(ref.kind, namespace, ref.name) : null;
  return found === null ? ref : up(get, found, ref, maxSteps);
};

const gone = async (get: Get, list: List | undefined, ref: ObjectRef): Promise<Found> => {
  if (list && ref.kind === "Pod" && ref.namespace !== null) {
    const owner = await likelyOwner(list, ref.namespace, ref.name);
    if (owner !== null) {
      const above = { kind: owner.kind, namespace: ref.namespace, name: owner.metadata.name };
      return { ref: await up(get, owner, above, maxSteps), guessed: false };
    }
  }
  const guess = guessOwner(ref);
  return { ref: guess, guessed: guess.kind !== ref.kind };
};

const find = async (get: Get, list: List | undefined, ref: ObjectRef): Promise<Found> => {
  const object = await get(ref.kind, ref.namespace, ref.name);
  if (object === null) return gone(get, list, ref);
  const target = ref.kind === "HorizontalPodAutoscaler" ? await scaled(get, object, ref) : null;
  return { ref: target ?? (await up(get, object, ref, maxSteps)), guessed: false };
};

/** From what an alert names to the root owner. Never fails: without the cluster the owner is read off the name. */
export const ownerWalk =
  (get: Get, list?: List) =>
  async (candidate: ObjectRef, cluster: string): Promise<Subject> => {
    if (!walks.has(candidate.kind)) return { ...candidate, cluster, guessed: false };
    try {
      const { ref, guessed } = await find(get, list, candidate);
      return { ...ref, cluster, guessed };
    } catch {
      return { ...guessOwner(candidate), cluster, guessed: true };
    }
  };
