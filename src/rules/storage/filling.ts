import type { Finding } from "../../incident/diagnosis.ts";
import type { Evidence } from "../../incident/evidence.ts";
import { bytesText } from "../../incident/quantity.ts";
import { found, named, spanText } from "../finding.ts";
import { refOf } from "../world/objects.ts";
import { lineThrough, type Points } from "../world/trend.ts";
import type { World } from "../world/world.ts";

/** The two thresholds of the kubernetes-mixin: nearly full, and soon full at the present pace. */
const nearlyFull = 0.97;
const getsFull = 0.85;
const soon = 4 * 24 * 3600;
/** How much of the movement a straight line must explain to be called a pace. */
const steady = 0.8;

interface Measured {
  readonly points: Points;
  readonly id: string;
}

const seriesOf = (world: World, metric: string, claim: string): Measured | null => {
  const of = ({ id, answer }: Evidence): Measured[] => {
    if (answer.kind !== "found" || answer.body.kind !== "series" || !answer.body.query.includes(metric)) return [];
    const one = answer.body.series.find(({ labels }) => labels.persistentvolumeclaim === claim);
    return one && one.points.length > 0 ? [{ points: one.points, id }] : [];
  };
  return world.evidence.flatMap(of).toSorted((a, b) => b.points.length - a.points.length)[0] ?? null;
};

const last = (measured: Measured | null): number | null => measured?.points.at(-1)?.[1] ?? null;

interface Fill {
  readonly share: number;
  readonly words: string;
  /** Seconds until nothing is left; null: it does not grow. */
  readonly left: number | null;
  readonly evidence: readonly string[];
}

const bytesFill = (world: World, claim: string): Fill | null => {
  const used = seriesOf(world, "kubelet_volume_stats_used_bytes", claim);
  const capacity = seriesOf(world, "kubelet_volume_stats_capacity_bytes", claim);
  const [have, whole] = [last(used), last(capacity)];
  if (!used || !capacity || have === null || whole === null || whole <= 0) return null;
  const { slope, explained } = lineThrough(used.points);
  const grows = used.points.length >= 5 && slope > 0 && explained >= steady;
  const left = grows ? (whole - have) / slope : null;
  const pace =
    left === null
      ? "; within what was measured it does not grow steadily"
      : ` and grows by ${bytesText(slope * 3600)} an hour: (${bytesText(whole)} − ${bytesText(have)}) / ${bytesText(slope * 3600)} an hour leaves ${spanText(left * 1000)}`;
  return {
    share: have / whole,
    words: `holds ${bytesText(have)} of ${bytesText(whole)} (${Math.floor((have / whole) * 100)} %)${pace}`,
    left,
    evidence: [used.id, capacity.id],
  };
};

const inodesFill = (world: World, claim: string): Fill | null => {
  const used = seriesOf(world, "kubelet_volume_stats_inodes_used", claim);
  const share = last(used);
  return used && share !== null
    ? { share, words: `has used ${Math.floor(share * 100)} % of its inodes`, left: null, evidence: [used.id] }
    : null;
};

const isFull = ({ share, left }: Fill): boolean =>
  share >= nearlyFull || (share >= getsFull && left !== null && left < soon);

/** Volumes that are full or will be within days, by the kubelet's own measure, with the time that is left. */
export const filling = (world: World): Finding[] =>
  world.list("PersistentVolumeClaim").flatMap((claim) => {
    const object = refOf(claim);
    const fill = [bytesFill(world, object.name), inodesFill(world, object.name)].find((one) => one && isFull(one));
    if (!fill) return [];
    const users = world
      .list("Pod")
      .filter(
        ({ metadata, spec }) =>
          metadata.namespace === object.namespace &&
          spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === object.name),
      );
    return found(world, {
      class: "volume-full",
      object,
      statement: `${named(object)} ${fill.words}.`,
      because: [claim],
      confidence: 0.93,
      disproof: "df inside the pod shows room on this volume",
      related: users.map((pod) => world.rootOf(pod)),
    }).map((one) => ({ ...one, evidence: [...one.evidence, ...fill.evidence] }));
  });
