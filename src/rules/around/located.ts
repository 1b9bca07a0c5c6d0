import type { Finding } from "../../incident/diagnosis.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { keyOf } from "../world/objects.ts";

interface Told extends ObjectRef {
  /** True when nobody found the object that the alert is about. */
  readonly guessed?: boolean;
}

const short = 0.8;

const names = (subject: ObjectRef, { object, related }: Finding): boolean =>
  [object, ...related].some((ref) => keyOf(ref) === keyOf(subject));

/** Whether a finding may explain an alert about this subject at all; a fault somewhere is no cause of everything. */
const explains = (subject: Told, finding: Finding): boolean => {
  const clusterWide = finding.object.namespace === null || finding.object.namespace === "kube-system";
  if (subject.kind === "Cluster") return clusterWide;
  // That a caller misses the subject is what it suffers from, not what the subject does.
  if (finding.class === "dependency-unavailable" && subject.kind !== "Namespace")
    return keyOf(finding.object) === keyOf(subject) || !names(subject, finding);
  return subject.guessed !== true || clusterWide || names(subject, finding);
};

/** What cannot be the subject's stays a candidate, however sure it is of its own object. */
export const located = (subject: Told, findings: readonly Finding[]): Finding[] =>
  findings.map((one) => (explains(subject, one) ? one : { ...one, confidence: Math.min(one.confidence, short) }));
