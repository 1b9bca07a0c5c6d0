import type { KubeObject } from "../../incident/kube.ts";
import type { World } from "./world.ts";

/** The objects of all worlds together, with one resourceVersion that only grows. */
export interface Shelf {
  version(): string;
  get(kind: string, namespace: string | null, name: string): KubeObject | null;
  list(kind: string, namespace: string | null): KubeObject[];
  /** Stores a copy under a new resourceVersion and returns what is stored. */
  put(object: KubeObject): KubeObject;
  remove(object: KubeObject): void;
}

const keyOf = (kind: string, namespace: string | null | undefined, name: string): string =>
  [kind, namespace ?? "", name].join("/");

const highestVersion = (objects: KubeObject[]): number =>
  Math.max(1, ...objects.map(({ metadata }) => Number(metadata.resourceVersion ?? 0)));

export const shelfOf = (worlds: World[]): Shelf => {
  const recorded = worlds.flatMap(({ objects }) => objects);
  const objects = new Map<string, KubeObject>();
  // Worlds of one cluster share nodes and storage classes: the first recording of them stands.
  for (const object of recorded) {
    const key = keyOf(object.kind, object.metadata.namespace, object.metadata.name);
    if (!objects.has(key)) objects.set(key, structuredClone(object));
  }
  let version = highestVersion(recorded);

  return {
    version: () => String(version),
    get: (kind, namespace, name) => structuredClone(objects.get(keyOf(kind, namespace, name)) ?? null),
    list: (kind, namespace) =>
      [...objects.entries()]
        .filter(([, object]) => object.kind === kind)
        .filter(([, object]) => namespace === null || object.metadata.namespace === namespace)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, object]) => structuredClone(object)),
    put: (object) => {
      version += 1;
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
      objects.set(keyOf(object.kind, object.metadata.namespace, object.metadata.name), structuredClone(stored));
      return stored;
    },
    remove: ({ kind, metadata }) => {
      version += 1;
      objects.delete(keyOf(kind, metadata.namespace, metadata.name));
    },
  };
};
