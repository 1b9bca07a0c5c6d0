import type { Kind } from "../../incident/kinds.ts";
import type { KubeObject } from "../../incident/kube.ts";
import type { Address } from "./address.ts";
import { uidFrom } from "./replica-sets.ts";
import type { Shelf } from "./shelf.ts";
import { badRequest, conflict, notFound, type Reply } from "./status.ts";

type OnChange = (before: KubeObject | null, after: KubeObject | null) => void;
interface Asked {
  text: string;
  query: URLSearchParams;
}

const jsonOf = (text: string): Record<string, unknown> | null => {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : null;
  } catch {
    return null;
  }
};

/** As the real server: options that come in the body of a DELETE are the only ones it reads. */
export const isDryDelete = (query: URLSearchParams, text: string): boolean => {
  const { dryRun } = text === "" ? { dryRun: query.getAll("dryRun") } : (jsonOf(text) ?? {});
  return Array.isArray(dryRun) && dryRun.includes("All");
};

/** Performs a DELETE of one object; preconditions hold as with the real server. */
export const deleteObject = (
  shelf: Shelf,
  { group, plural, namespace }: Address,
  kind: Kind,
  name: string,
  { text, query }: Asked,
  onChange: OnChange,
): Reply => {
  const live = shelf.get(kind, namespace, name);
  if (live === null) return notFound(plural, group, name);
  const { uid, resourceVersion } = (jsonOf(text)?.preconditions ?? {}) as { uid?: string; resourceVersion?: string };
  const { metadata } = live;
  if (
    (uid ?? metadata.uid) !== metadata.uid ||
    (resourceVersion ?? metadata.resourceVersion) !== metadata.resourceVersion
  )
    return conflict(plural, group, name);
  if (!isDryDelete(query, text)) {
    shelf.remove(live);
    onChange(live, null);
  }
  return { code: 200, body: live };
};

/** Performs a POST of a new object. */
export const createObject = (
  shelf: Shelf,
  { group, plural, namespace }: Address,
  kind: Kind,
  { text, query, at }: Asked & { at: string },
  onChange: OnChange,
): Reply => {
  const object = jsonOf(text) as KubeObject | null;
  const name = object?.metadata?.name;
  if (object === null || object.kind !== kind || name === undefined)
    return badRequest(`this is no ${kind} with a name`);
  if (shelf.get(kind, namespace, name) !== null) return conflict(plural, group, name);
  const uid = uidFrom([kind, namespace, name, at]);
  const metadata = {
    ...object.metadata,
    ...(namespace === null ? {} : { namespace }),
    uid,
    generation: 1,
    creationTimestamp: at,
  };
  const made: KubeObject = { ...object, metadata };
  if (query.get("dryRun") === "All") return { code: 201, body: made };
  const stored = shelf.put(made);
  onChange(null, stored);
  return { code: 201, body: stored };
};
