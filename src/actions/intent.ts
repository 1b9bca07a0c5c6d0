import type { KubeObject } from "../incident/kube.ts";
import type { JsonPatchOperation } from "../ports/actuator.ts";

/** The key of the write that was made last, left on the object itself: after a crash it tells what became of it. */
export const intentAnnotation = "nightshift.dev/intent";

export const intentOf = (object: KubeObject): string | null => object.metadata.annotations?.[intentAnnotation] ?? null;

/** On the object, not on its pod template: the mark alone restarts nothing. */
export const markIntent = (object: KubeObject, key: string): JsonPatchOperation[] => [
  ...(object.metadata.annotations ? [] : [{ op: "add" as const, path: "/metadata/annotations", value: {} }]),
  { op: "add", path: `/metadata/annotations/${pointer(intentAnnotation)}`, value: key },
];

/** A key as RFC 6901 wants it in a path. */
export const pointer = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");
