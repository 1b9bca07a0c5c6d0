import type { KubeObject, PodSpec, Workload } from "../../incident/kube.ts";
import { quote } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { eventText, eventTime } from "../world/events.ts";
import { keyOf, refOf } from "../world/objects.ts";
import { replicaSetsOf, revisionOf } from "../world/revisions.ts";
import type { World } from "../world/world.ts";
import type { Change } from "./change.ts";
import { partsOf, templateChanges } from "./template-changes.ts";
import { fieldsWritten, isPerson, type Write } from "./writes.ts";

const history = "deployment.kubernetes.io/revision-history";

/** Was this revision in use before, and taken up again by a rollback? Then it is older than its rollout. */
const isReused = (newest: KubeObject, before: KubeObject): boolean =>
  newest.metadata.annotations?.[history] !== undefined ||
  clock(newest.metadata.creationTimestamp) < clock(before.metadata.creationTimestamp);

/** When a reused revision came back, and by whose word; null where the cluster keeps neither. Its own creation says nothing. */
const cameBack = (world: World, workload: Workload, newest: KubeObject, before: KubeObject): string | null => {
  const earliest = clock(before.metadata.creationTimestamp);
  const scaledUp = world
    .eventsOf(workload)
    .filter((event) => event.reason === "ScalingReplicaSet" && isScaleUp(eventText(event), newest.metadata.name))
    .map(eventTime);
  const written = (workload.metadata.managedFields ?? [])
    .filter((write) => !write.subresource && isPerson(write.manager) && fieldsWritten(write).includes("template"))
    .map(({ time }) => clock(time));
  const [first] = scaledUp.filter((at) => at > earliest).toSorted((a, b) => a - b);
  const at = first ?? Math.max(...written.filter((one) => one > earliest));
  return Number.isFinite(at) ? new Date(at).toISOString() : null;
};

const isScaleUp = (text: string, name: string): boolean => text.startsWith(`Scaled up replica set ${name} `);

/** With the strategy Recreate the new revision comes only when the last old pod is gone. */
const slowest = 5 * 60_000;

/** The moment a revision of a workload began, and when the one before it did: what was written until then made that one. */
export interface Beginning {
  readonly at: number;
  readonly after: number;
}

/** Whether this write began the revision of that moment. What only removes a field leaves no entry, so an older write is none. */
export const began = (workload: KubeObject, write: Write, { at, after }: Beginning): boolean => {
  const written = clock(write.time);
  const before = at - written;
  const window = (workload as Workload).spec?.strategy?.type === "Recreate" ? slowest : 5000;
  return (
    written > after &&
    (Math.abs(before) < 5000 || (before > 0 && before < window && fieldsWritten(write).includes("template")))
  );
};

/** Who wrote the spec at a moment, as far as the managed fields keep it. */
const byWhom = (workload: Workload, beginning: Beginning): string => {
  const off = (time: string | undefined): number => Math.abs(clock(time) - beginning.at);
  const writes = (workload.metadata.managedFields ?? [])
    .filter((write) => !write.subresource && isPerson(write.manager) && began(workload, write, beginning))
    .toSorted((a, b) => off(a.time) - off(b.time));
  const nearest = writes.find((write) => fieldsWritten(write).includes("template")) ?? writes[0];
  return nearest ? ` by ${nearest.manager}` : "";
};

/** When a revision began to be rolled out, and by whom, as far as the cluster keeps it. */
const beginningOf = (
  world: World,
  workload: Workload,
  newest: KubeObject,
  before: KubeObject,
): { at: string; told: string } => {
  const after = clock(before.metadata.creationTimestamp);
  if (!isReused(newest, before)) {
    const at = newest.metadata.creationTimestamp ?? "";
    return { at, told: byWhom(workload, { at: clock(at), after }) };
  }
  const back = cameBack(world, workload, newest, before);
  const again = " again, one that was in use before";
  if (back !== null)
    return { at: back, told: `${again},${byWhom(workload, { at: clock(back), after }) || " by whom is not kept"}` };
  const since = before.metadata.creationTimestamp ?? "";
  return { at: since, told: `${again}, at some time after ${since}; when and by whom the cluster does not keep` };
};

const controllerRevisions = (world: World, owner: KubeObject) =>
  world
    .list("ControllerRevision")
    .filter((one) => keyOf(world.rootOf(one)) === keyOf(refOf(owner)))
    .toSorted((a, b) => (b.revision ?? 0) - (a.revision ?? 0));

interface Revision {
  readonly object: KubeObject;
  readonly number: number | undefined;
  readonly template: PodSpec | undefined;
}

/** Newest first: a Deployment keeps its revisions as ReplicaSets, a StatefulSet or DaemonSet as objects of their own. */
const revisionsOf = (world: World, workload: KubeObject): Revision[] => {
  const sets = replicaSetsOf(world, refOf(workload));
  if (sets.length > 0)
    return sets.map((set) => ({ object: set, number: revisionOf(set), template: set.spec.template.spec }));
  return controllerRevisions(world, workload).map((one) => ({
    object: one,
    number: one.revision,
    template: one.data?.spec?.template?.spec,
  }));
};

/** The newest revision, as what differs from the one before. */
export const rollout = (world: World, workload: Workload): Change[] => {
  const [newest, before] = revisionsOf(world, workload);
  const [evidence] = world.cite(newest?.object);
  if (!newest?.template?.containers || !before?.template?.containers || !evidence) return [];
  const differs = templateChanges(before.template, newest.template).slice(0, 8);
  const cause = workload.metadata.annotations?.["kubernetes.io/change-cause"];
  const { at, told } = beginningOf(world, workload, newest.object, before.object);
  return [
    {
      at,
      what: `revision ${newest.number} of ${workload.metadata.name} rolled out${told}: ${differs.join("; ") || "a new template"}${cause ? ` (change cause: ${quote(cause)})` : ""}`,
      evidence,
      of: refOf(workload),
      parts: partsOf(differs),
    },
  ];
};

/** When revisions began to be rolled out, as far as they are told of. */
export const beginnings = (world: World, workload: KubeObject): Beginning[] => {
  const [newest, before] = revisionsOf(world, workload);
  const back =
    newest && before && isReused(newest.object, before.object)
      ? cameBack(world, workload as Workload, newest.object, before.object)
      : null;
  const sets = replicaSetsOf(world, refOf(workload));
  const all = sets.length > 0 ? sets.slice(0, 2) : controllerRevisions(world, workload);
  const times = all.map(({ metadata }) => clock(metadata.creationTimestamp));
  return [
    ...(sets.length > 0 ? times.slice(0, 1) : times).map((at, index) => ({ at, after: times[index + 1] ?? 0 })),
    ...(back === null ? [] : [{ at: clock(back), after: clock(before?.object.metadata.creationTimestamp) }]),
  ];
};
