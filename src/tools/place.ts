import { isKind, type Kind, kinds } from "../incident/kinds.ts";
import { type Asked, refuse, type Scope } from "./tool.ts";

export interface Place {
  kind: Kind;
  namespace: string | null;
}

const readable = Object.keys(kinds).join(", ");

/** Where objects of this kind may be looked for in this incident, or why they may not. */
export const placeFor = (
  kind: string,
  namespace: string | null,
  scope: Scope,
): Place | Extract<Asked, { kind: "refused" }> => {
  if (!isKind(kind)) return { kind: "refused", why: `kind ${kind.slice(0, 60)} cannot be read; kinds are ${readable}` };
  if (!kinds[kind].namespaced) return { kind, namespace: null };
  const where = namespace ?? scope.home;
  if (where === null) return { kind: "refused", why: `a ${kind} lies in a namespace; say in which` };
  return scope.namespaces.has(where)
    ? { kind, namespace: where }
    : { kind: "refused", why: `namespace ${where.slice(0, 63)} is not part of this incident` };
};

export const isRefused = (place: Place | Asked): place is Extract<Asked, { kind: "refused" }> => "why" in place;

const objectName = /^[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?$/;

/** The refusal for what cannot be the name of an object; null when it can. */
export const badName = (name: string): Asked | null =>
  objectName.test(name) ? null : refuse(`${JSON.stringify(name.slice(0, 60))} is no name of an object`);
