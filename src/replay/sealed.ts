import { templateHash } from "../actions/revisions.ts";
import { objectVersion } from "../actions/version.ts";
import { canonical } from "../incident/canonical.ts";
import type { KubeObject, Workload } from "../incident/kube.ts";
import { withOriginalHash } from "../incident/original-hash.ts";

type Template = Workload["spec"]["template"];

/** An object as `exact` read it, without its secrets; the hashes that plans bind to are those of the object as it was. */
export interface Sealed {
  object: KubeObject;
  /** Null: nothing had to be taken out, so the hashes can be computed again, and changed code shows. */
  original: { version: string; template: string | null } | null;
}

const templateIn = (object: KubeObject): Template | undefined => {
  const holder = object.kind === "ControllerRevision" ? (object.data as KubeObject | undefined) : object;
  return (holder?.spec as { template?: Template } | undefined)?.template;
};

export const seal = (object: KubeObject, redact: <T>(value: T) => T): Sealed => {
  const clean = redact(object);
  if (canonical(clean) === canonical(object)) return { object, original: null };
  const template = templateIn(object);
  return {
    object: clean,
    original: { version: objectVersion(object), template: template === undefined ? null : templateHash(template) },
  };
};

export const unseal = ({ object, original }: Sealed): KubeObject => {
  if (original === null) return object;
  const template = templateIn(object);
  if (template !== undefined && original.template !== null) withOriginalHash(template, original.template);
  return withOriginalHash(object, original.version);
};
