import type { KubeObject, Workload } from "../../incident/kube.ts";
import { quote } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { eventText, eventTime } from "../world/events.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import type { Change, Part } from "./change.ts";
import { createdAt, type Revision, revisionsOf } from "./kept-revisions.ts";
import { templateChanges } from "./template-changes.ts";
import { fieldsWritten, isPerson, ownerOf, type Write } from "./writes.ts";

/** The moment a revision of a workload began, and when the one before it did: what was written until then made that one. */
export interface Beginning {
  readonly at: number;
  readonly after: number;
}

interface Rollout {
  readonly revision: Revision;
  readonly before: Revision;
  /** When it began; null where the cluster keeps only that it was after the one before. */
  readonly at: number | null;
  readonly after: number;
}

const isScaleUp = (text: string, name: string): boolean => text.startsWith(`Scaled up replica set ${name} `);

/** When a reused revision came back, between two moments; null where the cluster does not keep it. Its own creation says nothing. */
const cameBack = (world: World, workload: Workload, { object }: Revision, from: number, to: number): number | null => {
  const scaledUp = world
    .eventsOf(workload)
    .filter((event) => event.reason === "ScalingReplicaSet" && isScaleUp(eventText(event), object.metadata.name))
    .map(eventTime);
  const written = (workload.metadata.managedFields ?? [])
    .filter((write) => !write.subresource && isPerson(write.manager) && fieldsWritten(write).includes("template"))
    .map(({ time }) => clock(time));
  const between = (at: number): boolean => at > from && at < to;
  const [first] = scaledUp.filter(between).toSorted((a, b) => a - b);
  const at = first ?? Math.max(...written.filter(between));
  return Number.isFinite(at) ? at : null;
};

/** All that the cluster keeps, newest first. */
const rolledOut = (world: World, workload: Workload): Rollout[] => {
  const all = revisionsOf(world, workload);
  const list: Rollout[] = [];
  let after = 0;
  for (const [index, revision] of [...all.entries()].toReversed()) {
    const before = all[index + 1];
    const next = all.slice(0, index).findLast((one) => !one.isReused);
    const to = next ? createdAt(next) : Number.POSITIVE_INFINITY;
    const at = revision.isReused ? cameBack(world, workload, revision, after, to) : createdAt(revision);
    if (before) list.unshift({ revision, before, at, after });
    after = at ?? after;
  }
  return list;
};

/** With the strategy Recreate the new revision comes only when the last old pod is gone. */
const slowest = 5 * 60_000;

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

const timeText = (at: number): string => (at > 0 ? new Date(at).toISOString() : "");

/** When a revision began to be rolled out, and by whom, as far as the cluster keeps it. */
const beginningOf = (workload: Workload, { revision, at, after }: Rollout): string => {
  if (!revision.isReused) return byWhom(workload, { at: at ?? 0, after });
  const again = " again, one that was in use before";
  if (at !== null) return `${again},${byWhom(workload, { at, after }) || " by whom is not kept"}`;
  return `${again}, at some time after ${timeText(after)}; when and by whom the cluster does not keep`;
};

const causeKey = "kubernetes.io/change-cause";

/** What somebody wrote about it. What the one before said already was only left standing. */
const changeCause = (workload: Workload, { revision, before }: Rollout, isNewest: boolean): string => {
  const own = revision.object.metadata.annotations?.[causeKey];
  const cause = own ?? (isNewest ? workload.metadata.annotations?.[causeKey] : undefined);
  return cause && cause !== before.object.metadata.annotations?.[causeKey] ? ` (change cause: ${quote(cause)})` : "";
};

/** Where some between them are gone, one of those may have changed it. */
const gapText = ({ revision, before }: Rollout): string =>
  revision.number > before.number + 1 && before.number > 0
    ? `: against revision ${before.number}, as none between is kept`
    : "";

/** Whoever wrote it and something else since owns the field still: that much is left of who began an older revision. */
const withOwner = (workload: Workload, { revision, at }: Rollout, part: Part): Part => {
  const owner = part.container === null || revision.isReused ? null : ownerOf(workload, part.container, part.name);
  return owner && clock(owner.time) > (at ?? 0)
    ? { ...part, words: `${part.words} (last written by ${owner.manager})` }
    : part;
};

/** The kept revisions, each as what differs from the one before, newest first. */
export const rollouts = (world: World, workload: Workload): Change[] =>
  rolledOut(world, workload).flatMap((one, index) => {
    const [evidence] = world.cite(one.revision.object);
    const differs = templateChanges(one.before.template, one.revision.template);
    if (!evidence) return [];
    const who = beginningOf(workload, one);
    const parts = who === "" ? differs.map((part) => withOwner(workload, one, part)) : differs;
    return [
      {
        at: one.revision.isReused
          ? timeText(one.at ?? one.after)
          : (one.revision.object.metadata.creationTimestamp ?? ""),
        head: `revision ${one.revision.number} of ${workload.metadata.name} rolled out${who}${gapText(one)}${parts.length > 0 ? "" : ": a new template"}`,
        parts,
        tail: changeCause(workload, one, index === 0),
        evidence,
        of: refOf(workload),
        isRevision: true,
      },
    ];
  });

/** When revisions began to be rolled out, as far as they are told of. */
export const beginnings = (world: World, workload: KubeObject): Beginning[] => {
  const all = rolledOut(world, workload as Workload);
  const first = revisionsOf(world, workload).at(-1);
  return [
    ...all.flatMap(({ at, after }) => (at === null ? [] : [{ at, after }])),
    ...(first ? [{ at: createdAt(first), after: 0 }] : []),
  ];
};
