import type { Body, Unreadable } from "../incident/evidence.ts";
import type { KubeObject, ManagedFields } from "../incident/kube.ts";
import { readableObjects, unreadable } from "../incident/readable.ts";

const maxBytes = 2 * 2 ** 20;
/** No API server keeps an object so large: etcd takes 1.5 MB. */
const maxObjectBytes = 2 ** 20;
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

// Where "who changed what, and when" tells something. Elsewhere it is only bulk.
const tellsWho = new Set([
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "CronJob",
  "Service",
  "Ingress",
  "NetworkPolicy",
  "HorizontalPodAutoscaler",
  "PodDisruptionBudget",
  "ResourceQuota",
  "LimitRange",
]);

/** A rule compares what stands there with what was applied last. Elsewhere the manifest is a copy of the object. */
const keepsManifest = new Set(["Ingress"]);

// What a controller writes to a status is known from the status itself.
const trimmedFields = ({ fieldsV1, ...entry }: ManagedFields): ManagedFields =>
  entry.subresource === undefined && fieldsV1 ? { ...entry, fieldsV1 } : entry;

const trimmedMeta = ({ kind, metadata }: KubeObject): KubeObject["metadata"] => {
  const { managedFields, annotations, ...rest } = metadata;
  const { [lastApplied]: applied, ...others } = annotations ?? {};
  const kept = keepsManifest.has(kind) && applied !== undefined ? annotations : others;
  return {
    ...rest,
    ...(annotations && { annotations: kept }),
    ...(managedFields && tellsWho.has(kind) && { managedFields: managedFields.map(trimmedFields) }),
  };
};

const withoutImages = (status: unknown): unknown => {
  const { images: _images, ...rest } = (status ?? {}) as Record<string, unknown>;
  return rest;
};

const trimmed = (object: KubeObject): KubeObject => ({
  ...object,
  ...(object.kind === "Node" && { status: withoutImages(object.status) }),
  metadata: trimmedMeta(object),
});

/** Objects without their bulk and without those that cannot be read, and no more of them than fit in 2 MB. */
export const boundedObjects = (all: readonly KubeObject[], truncated: boolean): Extract<Body, { kind: "objects" }> => {
  const { objects, unreadable: misshapen } = readableObjects(all);
  const left: Unreadable[] = [...misshapen];
  const kept: KubeObject[] = [];
  let bytes = 0;
  for (const object of objects.map(trimmed)) {
    const size = Buffer.byteLength(JSON.stringify(object));
    if (size > maxObjectBytes) {
      left.push(unreadable(object, `it is larger than ${maxObjectBytes / 2 ** 20} MB`));
      continue;
    }
    if (bytes + size > maxBytes) return bounded(kept, true, left);
    bytes += size;
    kept.push(object);
  }
  return bounded(kept, truncated, left);
};

const mostUnreadable = 50;

const bounded = (objects: KubeObject[], truncated: boolean, left: readonly Unreadable[]) => ({
  kind: "objects" as const,
  objects,
  truncated,
  ...(left.length > 0 && { unreadable: left.slice(0, mostUnreadable) }),
});
