import { clock, type Running } from "../world/containers.ts";
import { lineThrough } from "../world/trend.ts";
import type { World } from "../world/world.ts";

export interface Growth {
  /** Bytes an hour. */
  readonly perHour: number;
  readonly from: number;
  readonly to: number;
  readonly minutes: number;
  readonly evidence: string;
}

const leastMinutes = 10;
const leastPoints = 5;
/** How much of the movement a straight line must explain; a cache that fills and then rests stays far below. */
const straight = 0.9;

const seriesOf = (world: World, { pod, name }: Running) => {
  for (const { id, question, answer } of world.evidence) {
    if (question.ask !== "metric" || question.minutes === 0 || answer.kind !== "found" || answer.body.kind !== "series")
      continue;
    if (!answer.body.query.includes("container_memory_working_set_bytes")) continue;
    const one = answer.body.series.find(({ labels }) => labels.pod === pod.metadata.name && labels.container === name);
    if (one) return { id, points: one.points };
  }
  return null;
};

/** How the working set moved in the container's last completed life; null: not measured, too short, or no straight climb. */
export const growthOf = (world: World, running: Running): Growth | null => {
  const { state, lastState } = running.status;
  const last = state?.terminated ?? lastState?.terminated;
  const measured = seriesOf(world, running);
  if (!last || !measured) return null;
  const [from, to] = [clock(last.startedAt) / 1000, clock(last.finishedAt) / 1000];
  const points = measured.points.filter(([at]) => at >= from && at <= to);
  const [first, end] = [points[0], points.at(-1)];
  if (!first || !end || points.length < leastPoints || end[0] - first[0] < leastMinutes * 60) return null;
  const { slope, explained } = lineThrough(points);
  return slope > 0 && explained >= straight
    ? { perHour: slope * 3600, from: first[1], to: end[1], minutes: (end[0] - first[0]) / 60, evidence: measured.id }
    : null;
};
