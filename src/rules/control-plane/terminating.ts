import type { Finding } from "../../incident/diagnosis.ts";
import type { KubeObject, Pod } from "../../incident/kube.ts";
import { found, named, quote, spanText } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

const patience = 5 * 60_000;
/** A pod whose containers are all over has nothing left to wait for. */
const patienceWithTheDead = 30_000;
/** Kubernetes itself holds these back while something uses the object: that is their purpose. */
const guards = /^kubernetes\.io\/(pvc|pv)-protection$/;

const isOver = (thing: KubeObject): boolean => {
  if (thing.kind !== "Pod") return false;
  const { containerStatuses = [] } = (thing as Pod).status ?? {};
  return containerStatuses.length > 0 && containerStatuses.every(({ state }) => state?.terminated !== undefined);
};

const stuck = (world: World, thing: KubeObject): Finding[] => {
  const { deletionTimestamp, finalizers = [] } = thing.metadata;
  const left = finalizers.filter((one) => !guards.test(one));
  const since = world.now - clock(deletionTimestamp);
  if (!deletionTimestamp || left.length === 0 || since < (isOver(thing) ? patienceWithTheDead : patience)) return [];
  const object = refOf(thing);
  return found(world, {
    class: "finalizer-stuck",
    object,
    statement: `${named(object)} was deleted ${spanText(since)} ago and does not go: nobody has removed its finalizer ${quote(left.join(", "))}.`,
    because: [thing],
    confidence: 0.92,
    disproof: "the controller behind the finalizer is at work and removes it",
  });
};

const namespaces = (world: World): Finding[] =>
  world.list("Namespace").flatMap((space) => {
    const since = world.now - clock(space.metadata.deletionTimestamp);
    const remaining = space.status?.conditions?.find(
      ({ type, status }) => /^Namespace(ContentRemaining|FinalizersRemaining)$/.test(type) && status === "True",
    );
    if (!space.metadata.deletionTimestamp || since < patience || !remaining) return [];
    const object = refOf(space);
    return found(world, {
      class: "finalizer-stuck",
      object,
      statement: `${named(object)} was deleted ${spanText(since)} ago and does not go. It says: ${quote(remaining.message ?? "")}.`,
      because: [space],
      confidence: 0.92,
      disproof: "the number of remaining objects falls",
    });
  });

/** Objects whose deletion waits for a controller that does not come. */
export const terminating = (world: World): Finding[] => [
  ...[
    ...world.list("Pod"),
    ...world.workloads,
    ...world.list("PersistentVolumeClaim"),
    ...world.list("Service"),
    ...world.list("Job"),
  ].flatMap((thing) => stuck(world, thing)),
  ...namespaces(world),
];
