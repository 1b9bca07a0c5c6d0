import { type FaultClass, isControl } from "../incident/fault-classes.ts";
import type { Kind } from "../incident/kinds.ts";
import { refText } from "../incident/subject.ts";
import { verbs } from "./catalogue.ts";
import { type Draft, type Scene, type VerbSpec, workloadKinds } from "./verb.ts";

export type Choice = { kind: "verb"; spec: VerbSpec; draft: Draft } | { kind: "none"; why: string };

const answering = (name: FaultClass): VerbSpec[] => verbs.filter(({ classes }) => classes.includes(name));

/** Kinds that may be changed against this cause; where no verb answers it, a workload, so that the reason is a better one. */
export const changeableFor = (name: FaultClass): readonly Kind[] => {
  const targets = answering(name).flatMap(({ targets, holder }) => [...targets, ...(holder ? [holder] : [])]);
  return targets.length === 0 ? workloadKinds : [...new Set(targets)];
};

/** The verbs that could answer this cause with a target of this kind, in the order of preference. */
export const candidates = (name: FaultClass, kind: string): VerbSpec[] =>
  answering(name).filter(({ targets, holder }) => holder === kind || targets.some((target) => target === kind));

/** The one change that would help, or why there is none. Pure: it sees objects and evidence, never a wish. */
export const choose = (scenes: readonly { spec: VerbSpec; scene: Scene | null }[], about: Scene["cause"]): Choice => {
  if (isControl(about.class)) return { kind: "none", why: "nothing is broken, so nothing is changed" };
  const whyNot: string[] = [];
  for (const { spec, scene } of scenes) {
    const fit = scene === null ? { kind: "unfit" as const, why: "what it would change is gone" } : fitIn(spec, scene);
    if (fit.kind === "fits") return { kind: "verb", spec, draft: fit.draft };
    whyNot.push(`${spec.verb}: ${fit.why}`);
  }
  const what = `${about.class} at ${refText(about.object)}`;
  return whyNot.length === 0
    ? { kind: "none", why: `no verb of the catalogue is a safe answer to ${what}` }
    : { kind: "none", why: `no safe change for ${what} (${whyNot.join("; ")})` };
};

const fitIn = (spec: VerbSpec, scene: Scene) =>
  scene.live.metadata.deletionTimestamp
    ? { kind: "unfit" as const, why: `${scene.live.metadata.name} is being deleted` }
    : spec.fit(scene);
