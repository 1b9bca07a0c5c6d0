import { readExpected } from "../../src/commands/eval/compare.ts";
import { onStage, type Stage } from "../../src/commands/eval/stage.ts";
import type { Cause } from "../../src/incident/diagnosis.ts";
import type { Evidence } from "../../src/incident/evidence.ts";
import { type Incident, newIncident } from "../../src/incident/incident.ts";
import { kinds } from "../../src/incident/kinds.ts";
import { gather } from "../../src/nodes/gather.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { metricsOf } from "./metrics.ts";

export type Looking = Parameters<typeof gather>[0];

/** One fault of a recorded world after the first look, and what a good investigator would see in it. */
export interface Case {
  fault: string;
  world: Looking;
  swept: Incident;
  evidence: readonly Evidence[];
  /** What the rules say, were they asked. Whoever has read all that it cites may conclude the same. */
  truth: Cause;
}

const caseFrom = async (stage: Stage, object: string, alike: readonly string[]): Promise<Case | null> => {
  const [kind = "", name = ""] = object.split("/");
  const namespaced = Reflect.get(kinds, kind)?.namespaced !== false;
  const openedAt = stage.clock.now().toISOString();
  const subject = {
    kind,
    name,
    namespace: namespaced ? stage.world.namespace : null,
    cluster: "bench",
    guessed: false,
  };
  const opened = newIncident({ id: "bench", subject, severity: "warning", openedAt, alerts: [] });
  const world: Looking = {
    ...stage,
    metrics: metricsOf(stage.world.objects, stage.clock.now()),
    bookshelf: { search: async () => [] },
  };
  const swept = { ...opened, ...(await gather(world)(opened)) };
  const evidence = await stage.archive.open(swept.evidence);
  const { certain } = diagnoseByRules({ evidence, subject, alerts: [], now: openedAt });
  if (certain === null || !alike.includes(certain.class)) return null;
  return {
    fault: `${object} ${certain.class}`,
    world,
    swept,
    evidence,
    truth: certain,
  };
};

/** Runs `play` on every fault of a world that the rules name from the first look: their answer is the measure of a good one. */
export const eachCase = async (folder: string, play: (one: Case) => Promise<void>): Promise<number> => {
  const expected = readExpected(folder);
  if (expected === null) return 0;
  return onStage(folder, async (stage) => {
    let skipped = 0;
    for (const { object, class: name, alsoRight } of expected.faults) {
      const one = await caseFrom(stage, object, [name, ...alsoRight]);
      if (one === null) skipped += 1;
      else await play(one);
    }
    return skipped;
  });
};
