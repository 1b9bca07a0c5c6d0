import type { Finding } from "../../incident/diagnosis.ts";
import { parseQuantity } from "../../incident/quantity.ts";
import { found, named } from "../finding.ts";
import { failureOf, unhealthy } from "../rollout/probe-text.ts";
import { liveContainers, probeKill, type Running } from "../world/containers.ts";
import { eventText } from "../world/events.ts";
import type { World } from "../world/world.ts";

/** Share of its periods in which a container was held back, and the evidence that says so. */
const throttled = (world: World, { pod, name }: Running): { share: number; id: string } | null => {
  for (const { id, answer } of world.evidence) {
    if (
      answer.kind !== "found" ||
      answer.body.kind !== "series" ||
      !/cfs_throttled.*\/.*cfs_periods/s.test(answer.body.query)
    )
      continue;
    const series = answer.body.series.find(
      ({ labels }) => labels.container === name && labels.pod === pod.metadata.name,
    );
    const share = series?.points.at(-1)?.[1];
    if (share !== undefined) return { share, id };
  }
  return null;
};

const killedByTimeout = (world: World, running: Running): boolean => {
  const event = unhealthy(world, running, "Liveness");
  return probeKill(world, running) !== null && event !== null && failureOf(eventText(event)) === "timeout";
};

/** A first step, not a measure: what runs in the remaining share of periods, stretched to all of them. */
const sumFor = (limit: string, share: number): string => {
  const cores = parseQuantity(limit);
  if (cores === null || share >= 0.95) return "";
  const need = Math.ceil((cores / (1 - share)) * 20) / 20;
  return ` As a first step ${limit} / (1 − ${share.toFixed(2)}) ≈ ${Math.round(need * 1000)}m.`;
};

/** Containers that want more CPU than their limit gives. A liveness probe that times out on the way is a symptom. */
export const throttling = (world: World): Finding[] =>
  liveContainers(world).flatMap((running) => {
    const measured = throttled(world, running);
    if (!measured || measured.share <= 0.25 || !running.spec?.resources?.limits?.cpu) return [];
    const killed = killedByTimeout(world, running);
    const object = world.rootOf(running.pod);
    return found(world, {
      class: "cpu-throttled",
      object,
      statement: `${named(object)}: container ${running.name} is held back by its CPU limit of ${running.spec.resources.limits.cpu} in ${Math.round(measured.share * 100)} % of its periods${killed ? ", and is killed because its liveness probe times out meanwhile" : ""}.${sumFor(running.spec.resources.limits.cpu, measured.share)}`,
      because: [running.pod],
      confidence: killed ? 0.95 : measured.share > 0.5 ? 0.86 : 0.7,
      disproof: "latency stays the same with a higher limit",
    }).map((one) => ({ ...one, evidence: [...one.evidence, measured.id] }));
  });
