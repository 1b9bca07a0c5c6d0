import { canonical, sha256 } from "../../incident/canonical.ts";
import type { KubeObject, Workload } from "../../incident/kube.ts";
import type { Shelf } from "./shelf.ts";

const hashLabel = "pod-template-hash";
export const revisionKey = "deployment.kubernetes.io/revision";

type Template = Workload["spec"]["template"];

/** The template as the Deployment has it: without the label the controller adds. */
const bareTemplate = ({ metadata, spec }: Template): Template => {
  const { [hashLabel]: _hash, ...labels } = metadata?.labels ?? {};
  return { metadata: { ...metadata, labels }, spec };
};

export const revisionOf = ({ metadata }: KubeObject): number => Number(metadata.annotations?.[revisionKey] ?? 0);

const controlledBy = (object: KubeObject, uid: string | undefined): boolean =>
  (object.metadata.ownerReferences ?? []).some((owner) => owner.controller === true && owner.uid === uid);

export const ownedObjects = (shelf: Shelf, kind: string, owner: KubeObject): KubeObject[] =>
  shelf.list(kind, owner.metadata.namespace ?? null).filter((object) => controlledBy(object, owner.metadata.uid));

export const replicaSetsOf = (shelf: Shelf, deployment: Workload): Workload[] =>
  ownedObjects(shelf, "ReplicaSet", deployment) as Workload[];

export const ownerReference = ({ apiVersion, kind, metadata: { name, uid } }: KubeObject): object => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

// The letters Kubernetes uses for generated names.
const letters = "bcdfghjklmnpqrstvwxz2456789";
export const safeName = (seed: unknown, length: number): string =>
  [...Buffer.from(sha256(seed), "hex").subarray(0, length)].map((byte) => letters[byte % letters.length]).join("");

export const uidFrom = (seed: unknown): string =>
  sha256(seed).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");

const created = (deployment: Workload, time: string): Workload => {
  const hash = safeName(bareTemplate(deployment.spec.template), 10);
  const { metadata, spec } = deployment.spec.template;
  const labels = { ...metadata?.labels, [hashLabel]: hash };
  const name = `${deployment.metadata.name}-${hash}`;
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      ...(deployment.metadata.namespace && { namespace: deployment.metadata.namespace }),
      uid: uidFrom([deployment.metadata.uid, name]),
      generation: 1,
      creationTimestamp: time,
      labels,
      annotations: {},
      ownerReferences: [ownerReference(deployment) as never],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...deployment.spec.selector?.matchLabels, [hashLabel]: hash } },
      template: { metadata: { ...metadata, labels }, spec },
    },
    status: { replicas: 0 },
  };
};

/** The ReplicaSet of the Deployment's template: found again or made, and in both cases the newest revision from now on. */
export const newestReplicaSet = (shelf: Shelf, deployment: Workload, time: string): Workload => {
  const all = replicaSetsOf(shelf, deployment);
  const wanted = canonical(bareTemplate(deployment.spec.template));
  const found = all.find(({ spec }) => canonical(bareTemplate(spec.template)) === wanted);
  const newest = Math.max(0, ...all.map(revisionOf));
  const set = found ?? created(deployment, time);
  if (found && revisionOf(found) === newest) return found;
  const history = found ? { "deployment.kubernetes.io/revision-history": String(revisionOf(found)) } : {};
  const annotations = { ...set.metadata.annotations, ...history, [revisionKey]: String(newest + 1) };
  return shelf.put({ ...set, metadata: { ...set.metadata, annotations } }) as Workload;
};
