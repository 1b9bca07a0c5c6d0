import type { Kind } from "../incident/kinds.ts";
import type { KubeObject } from "../incident/kube.ts";
import type { JsonPatchOperation, Write } from "../ports/actuator.ts";
import { markIntent } from "./intent.ts";

/** The one exact write: locked to the object as it was just read, the change, and our mark. */
export const lockedWrite = (kind: Kind, live: KubeObject, change: JsonPatchOperation[], key: string): Write => ({
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
