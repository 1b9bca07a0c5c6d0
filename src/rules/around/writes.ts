import type { KubeObject } from "../../incident/kube.ts";

export type Write = NonNullable<KubeObject["metadata"]["managedFields"]>[number];

export const isPerson = (manager: string | undefined): boolean =>
  manager !== undefined && manager !== "kube-controller-manager";

export const fieldsWritten = ({ fieldsV1 }: Write): string[] =>
  Object.keys((fieldsV1?.["f:spec"] as object | undefined) ?? {}).map((name) => name.slice(2));

const resource = /^(.+) (limit|request)$/;

/** Where a field of a container lies in what its writers own; null for what no single entry holds. */
const pathOf = (name: string): string[] | null => {
  const [, kind, part] = resource.exec(name) ?? [];
  if (kind && part) return ["f:resources", `f:${part}s`, `f:${kind}`];
  if (name.startsWith("env ") && name !== "env sources")
    return ["f:env", `k:${JSON.stringify({ name: name.slice(4) })}`];
  const probe = /^(readiness|liveness|startup) probe$/.exec(name)?.[1];
  if (probe) return [`f:${probe}Probe`];
  return { image: ["f:image"], "image pull policy": ["f:imagePullPolicy"], ports: ["f:ports"] }[name] ?? null;
};

const at = (fields: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], fields);

/** The one manager that owns this field of a container's now: who wrote it last, whatever else it wrote since. */
export const ownerOf = (
  { metadata }: KubeObject,
  container: string,
  name: string,
): { manager: string; time: string | undefined } | null => {
  const path = pathOf(name);
  if (!path) return null;
  const owners = (metadata.managedFields ?? []).filter(
    ({ manager, subresource, fieldsV1 }) =>
      isPerson(manager) &&
      !subresource &&
      ["f:containers", "f:initContainers"].some(
        (list) =>
          at(fieldsV1, [
            "f:spec",
            "f:template",
            "f:spec",
            list,
            `k:${JSON.stringify({ name: container })}`,
            ...path,
          ]) !== undefined,
      ),
  );
  const [one, more] = owners;
  return one?.manager && !more ? { manager: one.manager, time: one.time } : null;
};
