import type { Evidence } from "../../src/incident/evidence.ts";
import type { ObjectRef } from "../../src/incident/subject.ts";
import { type MemoryNeed, needOf } from "../../src/rules/resources/memory-need.ts";
import { containersOf } from "../../src/rules/world/containers.ts";
import { worldOf } from "../../src/rules/world/world.ts";

/** What each container of the workload needs, pod by pod, as the memory rules reckon it for one that was killed. */
export const memoryNeeds = (evidence: readonly Evidence[], now: string, root: ObjectRef): MemoryNeed[] => {
  const world = worldOf(evidence, now);
  return world
    .podsOf(root)
    .flatMap(containersOf)
    .flatMap((running) => needOf(world, running));
};
