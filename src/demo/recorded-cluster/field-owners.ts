import { canonical } from "../../incident/canonical.ts";
import type { KubeObject, ManagedFields } from "../../incident/kube.ts";

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const keyed = (list: unknown): [string, unknown][] | null =>
  Array.isArray(list) && list.length > 0 && list.every((item) => isObject(item) && typeof item.name === "string")
    ? list.map((item: Json) => [`k:${JSON.stringify({ name: item.name })}`, item])
    : null;

/** The fields that differ, in the shape managedFields uses. */
const changed = (before: unknown, after: unknown): Json => {
  const [was, is] = [keyed(before), keyed(after)];
  const entries: [string, unknown][] =
    is ?? (isObject(after) ? Object.entries(after).map(([k, v]) => [`f:${k}`, v]) : []);
  const former = Object.fromEntries(
    was ?? (isObject(before) ? Object.entries(before).map(([k, v]) => [`f:${k}`, v]) : []),
  );
  return Object.fromEntries(
    entries
      .filter(([key, value]) => canonical(former[key]) !== canonical(value))
      .map(([key, value]) => [key, changed(former[key], value)]),
  );
};

const decided = ({ metadata: { labels, annotations }, spec }: KubeObject): Json => ({
  metadata: { labels, annotations },
  spec,
});

/** `after` with an entry that says who changed what, and when. */
export const ownedBy = (manager: string, time: string, before: KubeObject, after: KubeObject): KubeObject => {
  const entry: ManagedFields & { apiVersion: string; fieldsType: string } = {
    manager,
    operation: "Update",
    apiVersion: after.apiVersion,
    time,
    fieldsType: "FieldsV1",
    fieldsV1: changed(decided(before), decided(after)),
  };
  const others = (before.metadata.managedFields ?? []).filter(
    (other) => other.manager !== manager || other.subresource !== undefined,
  );
  return { ...after, metadata: { ...after.metadata, managedFields: [...others, entry] } };
};
