import { isControl } from "../incident/fault-classes.ts";
import { refText } from "../incident/subject.ts";
import { verbs } from "./catalogue.ts";
import type { Draft, Scene, VerbSpec } from "./verb.ts";

export type Choice = { kind: "verb"; spec: VerbSpec; draft: Draft } | { kind: "none"; why: string };

/** The one change that would help, or why there is none. Pure: it sees objects and evidence, never a wish. */
export const choose = (scene: Scene): Choice => {
  const { cause, live } = scene;
  if (isControl(cause.class)) return { kind: "none", why: "nothing is broken, so nothing is changed" };
  if (live.metadata.deletionTimestamp) return { kind: "none", why: `${live.metadata.name} is being deleted` };
  const whyNot: string[] = [];
  for (const spec of verbs.filter(({ classes }) => classes.includes(cause.class))) {
    const fit = spec.fit(scene);
    if (fit.kind === "fits") return { kind: "verb", spec, draft: fit.draft };
    whyNot.push(`${spec.verb}: ${fit.why}`);
  }
  const about = `${cause.class} at ${refText(cause.object)}`;
  return whyNot.length === 0
    ? { kind: "none", why: `no verb of the catalogue is a safe answer to ${about}` }
    : { kind: "none", why: `no safe change for ${about} (${whyNot.join("; ")})` };
};
