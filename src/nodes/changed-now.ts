import { objectsSeen, podsSeen } from "../actions/seen.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Workload } from "../incident/kube.ts";
import type { Subject } from "../incident/subject.ts";
import { desiredOf, readyOf } from "./verify-baseline.ts";
import { isWorkload } from "./verify-watched.ts";

/** Why nothing is named after somebody was faster than our approved change: what it runs now, and what still ends. */
export const changedNow = ({ kind, namespace, name }: Subject, evidence: readonly Evidence[]): string => {
  const why = "it was changed by somebody before the approved change was made, and no rule matches what was seen since";
  const workload = objectsSeen<Workload>(evidence, kind).find(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? null) === namespace,
  );
  if (workload?.spec === undefined || !isWorkload({ kind, namespace, name })) return why;
  const ending = podsSeen(evidence, workload).filter(({ metadata }) => metadata.deletionTimestamp);
  const images = (workload.spec.template?.spec?.containers ?? []).flatMap(({ image }) => image ?? []);
  return [
    why,
    `${readyOf(workload)} of ${desiredOf(workload)} ready now${images.length === 0 ? "" : ` (${images.slice(0, 3).join(", ")})`}`,
    ...ending.slice(0, 3).map(({ metadata }) => `pod ${metadata.name} is still ending`),
  ].join("; ");
};
