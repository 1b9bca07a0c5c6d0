import type { Kind } from "../incident/kinds.ts";
import type { KubeObject } from "../incident/kube.ts";

export interface JsonPatchOperation {
  op: "add" | "remove" | "replace" | "test";
  path: string;
  value?: unknown;
}

/** One exact change of one object. The patch carries its own preconditions as `test` operations. */
export interface PatchWrite {
  do?: "patch";
  kind: Kind;
  namespace: string | null;
  name: string;
  /** RFC 6902. Begins with `test` of /metadata/uid and /metadata/resourceVersion: a moved object refuses it. */
  patch: JsonPatchOperation[];
}

/** Removes one object, if it still is the one that was looked at. */
export interface DeleteWrite {
  do: "delete";
  kind: "Pod";
  namespace: string | null;
  name: string;
  uid: string;
  resourceVersion: string;
}

/** Makes one new object. Its name is fixed before, so that the server takes it at most once. */
export interface CreateWrite {
  do: "create";
  kind: "Job";
  namespace: string | null;
  name: string;
  object: KubeObject;
}

export type Write = PatchWrite | DeleteWrite | CreateWrite;

export type Performed =
  | { kind: "applied"; object: KubeObject }
  /** The object moved between reading and writing; nothing was changed. */
  | { kind: "conflict"; message: string }
  /** The server refused for good (admission, rights, validation); nothing was changed. */
  | { kind: "refused"; message: string };

/** The only thing that can change a cluster. Handed to `propose` (dryRun only) and `act`. */
export interface Actuator {
  /** What the object would be after the write, admission included. Changes nothing. */
  dryRun(write: Write, signal?: AbortSignal): Promise<Performed>;
  /** Throws a PortError when the fate is unknown (timeout, connection lost); the caller must then look, not retry. */
  perform(write: Write, signal?: AbortSignal): Promise<Performed>;
}
