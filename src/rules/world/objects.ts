import type { Evidence } from "../../incident/evidence.ts";
import type { KubeObject } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import type { KindMap, KnownKind } from "./kind-map.ts";

export const refOf = ({ kind, metadata }: KubeObject): ObjectRef => ({
  kind,
  namespace: metadata.namespace ?? null,
  name: metadata.name,
});

export const keyOf = ({ kind, namespace, name }: ObjectRef): string => `${kind}/${namespace ?? ""}/${name}`;

/** Arrays and maps that rules and sweeps walk without asking; the API leaves them out when they are empty. */
export const withFloor = (object: KubeObject): KubeObject => {
  const spec = (object.spec ?? {}) as Record<string, unknown>;
  const template = spec.template as Record<string, unknown> | undefined;
  const podSpec = (value: unknown): unknown => ({ containers: [], ...(value as object | undefined) });
  switch (object.kind) {
    case "Pod":
      return { ...object, spec: podSpec(spec) };
    case "Deployment":
    case "StatefulSet":
    case "DaemonSet":
    case "ReplicaSet":
    case "Job":
      return { ...object, spec: { ...spec, template: { ...template, spec: podSpec(template?.spec) } } };
    case "Event":
      return { ...object, involvedObject: object.involvedObject ?? {} };
    case "HorizontalPodAutoscaler":
      return { ...object, spec: { scaleTargetRef: {}, ...spec } };
    default:
      return { ...object, spec };
  }
};

export interface ObjectIndex {
  list<K extends KnownKind>(kind: K): readonly KindMap[K][];
  find<K extends KnownKind>(kind: K, namespace: string | null, name: string): KindMap[K] | null;
  evidenceOf(thing: object): string | undefined;
}

/** Every object once: what was read last wins. */
export const objectIndex = (evidence: readonly Evidence[]): ObjectIndex => {
  const byKey = new Map<string, KubeObject>();
  const ids = new WeakMap<object, string>();
  for (const { id, answer } of evidence) {
    if (answer.kind !== "found" || answer.body.kind !== "objects") continue;
    for (const raw of answer.body.objects) {
      const object = withFloor(raw);
      ids.set(object, id);
      byKey.set(keyOf(refOf(object)), object);
    }
  }
  const byKind = Map.groupBy(byKey.values(), ({ kind }) => kind);
  return {
    list: <K extends KnownKind>(kind: K) => (byKind.get(kind) ?? []) as KindMap[K][],
    find: <K extends KnownKind>(kind: K, namespace: string | null, name: string) =>
      (byKey.get(keyOf({ kind, namespace, name })) ?? null) as KindMap[K] | null,
    evidenceOf: (thing) => ids.get(thing),
  };
};
