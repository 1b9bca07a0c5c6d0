import type { Series } from "../../incident/evidence.ts";
import type { KubeNode } from "../../incident/kube.ts";
import { bytesText } from "../../incident/quantity.ts";
import { spanText } from "../finding.ts";
import { lineThrough } from "../world/trend.ts";
import type { World } from "../world/world.ts";

/** The thresholds of the node mixin: nearly out of space, and out of it within a day at the present pace. */
const nearlyOut = 0.05;
const getsOut = 0.15;
const soon = 24 * 3600;
/** How much of the movement a straight line must explain to be called a pace. */
const steady = 0.8;

export interface Disk {
  readonly words: string;
  readonly short: boolean;
  readonly evidence: readonly string[];
}

interface Measured {
  readonly id: string;
  readonly series: readonly Series[];
}

/** Asked for this node alone: its name stands first among those the question knows it by. */
const asksFor = (query: string, { metadata: { name } }: KubeNode): boolean => {
  const plain = query.replaceAll("\\", "");
  return plain.includes(`(${name}|`) || plain.includes(`(${name})`);
};

const measured = (world: World, metric: string, node: KubeNode): Measured | null => {
  for (const { id, question, answer } of world.evidence) {
    if (question.ask !== "metric" || answer.kind !== "found" || answer.body.kind !== "series") continue;
    if (question.query.includes(metric) && asksFor(question.query, node)) return { id, series: answer.body.series };
  }
  return null;
};

const fillOf = (mountpoint: string, points: Series["points"], size: number): Omit<Disk, "evidence"> => {
  const left = points.at(-1)?.[1] ?? 0;
  const { slope, explained } = lineThrough(points);
  const pace = points.length >= 5 && slope < 0 && explained >= steady ? -slope : null;
  const out = pace === null ? null : left / pace;
  const an = pace === null ? "" : `${bytesText(pace * 3600)} an hour`;
  return {
    short: left / size < nearlyOut || (left / size < getsOut && out !== null && out < soon),
    words: `of its disk at ${mountpoint} ${bytesText(left)} of ${bytesText(size)} are left (${Math.floor((1 - left / size) * 100)} % used)${out === null ? ", and within what was measured that does not fall steadily" : `, ${an} fewer: ${bytesText(left)} / ${an} leaves ${spanText(out * 1000)}`}`,
  };
};

/** The fullest disk of a node, by its own exporter, with the time that is left; null: not measured. */
export const diskOf = (world: World, node: KubeNode): Disk | null => {
  const left = measured(world, "node_filesystem_avail_bytes", node);
  const sizes = measured(world, "node_filesystem_size_bytes", node);
  if (!left || !sizes) return null;
  const disks = left.series.flatMap(({ labels, points }) => {
    const { mountpoint = "/" } = labels;
    const size = sizes.series.find((one) => (one.labels.mountpoint ?? "/") === mountpoint)?.points.at(-1)?.[1] ?? 0;
    const last = points.at(-1)?.[1];
    return size > 0 && last !== undefined ? [{ share: last / size, fill: fillOf(mountpoint, points, size) }] : [];
  });
  const [fullest] = disks.toSorted((a, b) => Number(b.fill.short) - Number(a.fill.short) || a.share - b.share);
  return fullest ? { ...fullest.fill, evidence: [left.id, sizes.id] } : null;
};
