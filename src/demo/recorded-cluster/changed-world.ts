import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { KubeObject } from "../../incident/kube.ts";
import { jsonPatch } from "./json-patch.ts";
import type { World } from "./world.ts";

const file = "changes.json";

/** What differs from a recorded world, so that a case shows nothing but the difference. */
const Changes = z.strictObject({
  /** The folder of the recorded world, seen from this one. */
  of: z.string(),
  /** Keep of its namespace only what belongs to these workloads, by their names; absent: everything. */
  only: z.array(z.string()).optional(),
  /** "Kind/name": the object goes. */
  gone: z.array(z.string()).default([]),
  /** "Kind/name": JSON patch. */
  edits: z.record(z.string(), z.array(z.unknown())).default({}),
  /** The namespace is the world's own where none is given and the kind has one. */
  added: z.array(z.record(z.string(), z.unknown())).default([]),
  /** "pod/container" or "pod/container/previous": the text; null: no such log. */
  logs: z.record(z.string(), z.string().nullable()).default({}),
  now: z.string().optional(),
});
type Changes = z.infer<typeof Changes>;

export const isChangedWorld = (folder: string): boolean => existsSync(join(folder, file));

const labelOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;

/** The object itself, what it owns by name, and the events about either. */
const belongs = (names: readonly string[], object: KubeObject): boolean => {
  const about = (object as { involvedObject?: { name?: string } }).involvedObject?.name ?? object.metadata.name;
  return names.some((name) => about === name || about.startsWith(`${name}-`));
};

const kept = ({ namespace }: World, { only }: Changes, object: KubeObject): boolean =>
  only === undefined ||
  object.metadata.namespace !== namespace ||
  object.kind === "ServiceAccount" ||
  belongs(only, object);

const patched = (object: KubeObject, { edits }: Changes): KubeObject => {
  const patch = edits[labelOf(object)];
  return patch ? jsonPatch(object, patch) : object;
};

const clusterWide = /^(Node|Namespace|PersistentVolume|StorageClass|PriorityClass)$/;

const added = ({ namespace }: World, object: Record<string, unknown>): KubeObject =>
  ({
    apiVersion: "v1",
    ...object,
    metadata: {
      ...(clusterWide.test(String(object.kind)) ? {} : { namespace }),
      ...(object.metadata as object | undefined),
    },
  }) as unknown as KubeObject;

const logsWith = (world: World, { logs }: Changes): World["logs"] => {
  const all = new Map(world.logs);
  for (const [key, text] of Object.entries(logs)) {
    const [pod, container, life = "current"] = key.split("/");
    const place = [world.namespace, pod, container, life].join("/");
    if (text === null) all.delete(place);
    else all.set(place, text);
  }
  return all;
};

/** A patch for an object that is not there would test nothing. */
const unused = (world: World, { edits, gone }: Changes): string[] => {
  const there = new Set(world.objects.map(labelOf));
  return [...Object.keys(edits), ...gone].filter((label) => !there.has(label));
};

export const changedWorld = (folder: string, read: (folder: string) => World): World => {
  const changes = Changes.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
  const world = read(join(folder, changes.of));
  const lost = unused(world, changes);
  if (lost.length > 0) throw new Error(`${folder}: ${changes.of} has no ${lost.join(", ")}`);
  return {
    ...world,
    recordedAt: changes.now ?? world.recordedAt,
    objects: [
      ...world.objects
        .filter((object) => kept(world, changes, object) && !changes.gone.includes(labelOf(object)))
        .map((object) => patched(object, changes)),
      ...changes.added.map((object) => added(world, object)),
    ],
    logs: logsWith(world, changes),
  };
};
