import { type Kind, kinds } from "../../incident/kinds.ts";

/** What a request path of the Kubernetes API points at. */
export interface Address {
  group: string;
  plural: string;
  /** Null for what this API does not serve, e.g. Secrets. */
  kind: Kind | null;
  namespace: string | null;
  name: string | null;
  subresource: string | null;
}

const kindOf = (group: string, version: string, plural: string): Kind | null =>
  (Object.keys(kinds) as Kind[]).find((kind) => {
    const entry = kinds[kind];
    return entry.group === group && entry.version === version && entry.plural === plural;
  }) ?? null;

/** Null when the path is not that of an object or a collection. */
export const addressOf = (path: string): Address | null => {
  const parts = path.split("/").slice(1).map(decodeURIComponent);
  const core = parts[0] === "api";
  if (!core && parts[0] !== "apis") return null;
  const group = core ? "" : (parts[1] ?? "");
  const version = (core ? parts[1] : parts[2]) ?? "";
  const rest = parts.slice(core ? 2 : 3);
  // `namespaces/x` alone is the namespace itself, `namespaces/x/pods` is what lies in it.
  const inside = rest[0] === "namespaces" && rest.length > 2;
  const [plural, name = null, subresource = null] = inside ? rest.slice(2) : rest;
  if (!plural) return null;
  return {
    group,
    plural,
    kind: kindOf(group, version, plural),
    namespace: inside ? (rest[1] ?? null) : null,
    name,
    subresource,
  };
};
