import type { Evidence } from "../incident/evidence.ts";
import type { KubeObject } from "../incident/kube.ts";
import type { Question } from "../incident/question.ts";
import { type ObjectRef, sameObject } from "../incident/subject.ts";
import { reachOf } from "../rules/around/reach.ts";
import { newestAnswers } from "../rules/world/newest.ts";
import { keyOf, refOf } from "../rules/world/objects.ts";
import { worldOf } from "../rules/world/world.ts";
import { type IsNear, sectionOf } from "./diagnose-section.ts";
import { cleaned, clipped } from "./diagnose-text.ts";

const most = 18_000;
// Everything in the namespace stands under these; neighbours that are not near are not read.
const shared = new Set(["ResourceQuota", "LimitRange", "NetworkPolicy"]);
const untold = new Set(["Namespace", "StorageClass", "PersistentVolume", "ServiceAccount", "ControllerRevision"]);

const nearness = (evidence: readonly Evidence[], subject: ObjectRef, now: string): IsNear => {
  if (subject.kind === "Namespace" || subject.kind === "Cluster") return () => true;
  const world = worldOf(evidence, now);
  const reach = reachOf(world, subject);
  const ofService = (object: KubeObject): boolean => {
    const name = object.metadata.labels?.["kubernetes.io/service-name"];
    return name !== undefined && reach.has(keyOf({ ...refOf(object), kind: "Service", name }));
  };
  return (object) =>
    reach.has(keyOf(refOf(object))) ||
    shared.has(object.kind) ||
    ofService(object) ||
    sameObject(world.rootOf(object), subject);
};

/** Lower is told first. */
const rank = (question: Question, subject: ObjectRef): number => {
  switch (question.ask) {
    case "get":
      return question.kind === subject.kind && question.name === subject.name ? 0 : untold.has(question.kind) ? 5 : 3;
    case "list":
      if (question.selector !== null) return 3;
      return question.kind === "Pod" || question.kind === "Event" ? 1 : untold.has(question.kind) ? 5 : 4;
    case "logs":
    case "kept-logs":
      return 2;
    case "events":
    case "metric":
    case "runbooks":
    case "names":
    case "sweep":
      return 3;
  }
};

export interface Shown {
  /** What the model was shown of each piece of evidence. */
  sections: ReadonlyMap<string, string>;
  text: string;
}

/** Evidence as compact text: what bears on the subject first, the same log once, what was left out by name. */
export const digestOf = (all: readonly Evidence[], subject: ObjectRef, now: string): Shown => {
  const isNear = nearness(all, subject, now);
  const ordered = newestAnswers(all).toSorted((a, b) => rank(a.question, subject) - rank(b.question, subject));
  const sections = new Map<string, string>();
  const bodies = new Map<string, string>();
  let left = most;
  for (const evidence of ordered) {
    const [head = "", ...lines] = cleaned(sectionOf(evidence, isNear)).split("\n");
    const body = lines.join("\n");
    const before = bodies.get(body);
    const section =
      before !== undefined && body !== "" ? `${head}: the same as ${before}` : [head, ...lines].join("\n");
    bodies.set(body, before ?? evidence.id);
    sections.set(evidence.id, left > section.length ? section : clipped(head, 120));
    left -= section.length;
  }
  return { sections, text: [...sections.values()].join("\n") };
};
