import type { Kind } from "../incident/kinds.ts";
import type { KubeObject } from "../incident/kube.ts";
import type { JsonPatchOperation, PatchWrite, Write } from "../ports/actuator.ts";
import { intentAnnotation, markIntent } from "./intent.ts";
import type { Change } from "./verb.ts";

/** The one exact write: locked to the object as it was just read, the change, and our mark. */
export const lockedWrite = (
  kind: Kind,
  live: KubeObject,
  change: Exclude<Change, { kind: "moved" }>,
  key: string,
): Write => {
  const { name, namespace = null, uid = "", resourceVersion = "" } = live.metadata;
  switch (change.kind) {
    case "patch":
      return patchWrite(kind, live, change.patch, key);
    case "delete":
      return { do: "delete", kind: "Pod", namespace, name, uid, resourceVersion };
    case "create":
      return {
        do: "create",
        kind: "Job",
        namespace,
        name: change.object.metadata.name,
        object: marked(change.object, key),
      };
  }
};

const patchWrite = (kind: Kind, live: KubeObject, change: JsonPatchOperation[], key: string): PatchWrite => ({
  kind,
  namespace: live.metadata.namespace ?? null,
  name: live.metadata.name,
  patch: [
    { op: "test", path: "/metadata/uid", value: live.metadata.uid },
    { op: "test", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion },
    ...change,
    ...markIntent(live, key),
  ],
});

const marked = (object: KubeObject, key: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [intentAnnotation]: key } },
});
