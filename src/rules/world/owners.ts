import type { KubeObject } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import type { KnownKind } from "./kind-map.ts";
import { refOf } from "./objects.ts";

type Find = (kind: KnownKind, namespace: string | null, name: string) => KubeObject | null;

/** A ReplicaSet that was not read still tells its Deployment: the pod carries the hash that the name ends in. */
const deploymentByHash = (replicaSet: ObjectRef, child: KubeObject): ObjectRef => {
  const hash = child.metadata.labels?.["pod-template-hash"];
  return hash && replicaSet.name.endsWith(`-${hash}`)
    ? { ...replicaSet, kind: "Deployment", name: replicaSet.name.slice(0, -hash.length - 1) }
    : replicaSet;
};

/** Every rule asks for it: each object's owner is looked up once. */
export const ownerWalk = (find: Find): ((object: KubeObject) => ObjectRef) => {
  const known = new WeakMap<KubeObject, ObjectRef>();
  const rootOf = walk(find);
  return (object) => {
    const root = known.get(object) ?? rootOf(object);
    known.set(object, root);
    return root;
  };
};

/** The highest owner, by controller reference and uid; an owner of another kind ends the walk and is named. */
const walk =
  (find: Find) =>
  (object: KubeObject): ObjectRef => {
    let current = object;
    for (let step = 0; step < 8; step += 1) {
      const owner = current.metadata.ownerReferences?.find(({ controller }) => controller === true);
      if (!owner) return refOf(current);
      const ref = { kind: owner.kind, namespace: current.metadata.namespace ?? null, name: owner.name };
      const found = find(owner.kind as KnownKind, ref.namespace, ref.name);
      if (!found || (owner.uid && found.metadata.uid && found.metadata.uid !== owner.uid))
        return owner.kind === "ReplicaSet" ? deploymentByHash(ref, current) : ref;
      current = found;
    }
    return refOf(current);
  };
