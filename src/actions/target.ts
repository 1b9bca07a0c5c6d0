import type { Cause } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Workload } from "../incident/kube.ts";
import { type ObjectRef, refText, type Subject, sameObject } from "../incident/subject.ts";
import { objectsSeen } from "./seen.ts";

const workloads = ["Deployment", "StatefulSet", "DaemonSet"] as const;
type WorkloadKind = (typeof workloads)[number];

export type TargetChoice =
  | { kind: "target"; ref: ObjectRef & { kind: WorkloadKind; namespace: string } }
  | { kind: "none"; why: string };

/**
 * What may be changed for this incident: its own subject, or, where the alert named no workload, the sick workload that
 * was read as an object of the same namespace. A name that only stands in a text is never enough.
 */
export const targetOf = (subject: Subject, cause: Cause, evidence: readonly Evidence[]): TargetChoice => {
  const ref = isWorkload(subject) && concerns(cause, subject) ? subject : cause.object;
  if (!isWorkload(ref))
    return { kind: "none", why: `the cause is at ${refText(ref)}, which no verb of the catalogue changes` };
  if (isWorkload(subject) && !sameObject(ref, subject))
    return {
      kind: "none",
      why: `the cause is at ${refText(ref)}, but this incident is about ${refText(subject)} only`,
    };
  if (ref.namespace !== subject.namespace && subject.namespace !== null)
    return { kind: "none", why: `${refText(ref)} is outside of the namespace of this incident` };
  const seen = objectsSeen<Workload>(evidence, ref.kind).some(
    ({ metadata }) => metadata.name === ref.name && metadata.namespace === ref.namespace,
  );
  if (!seen && !sameObject(ref, subject)) return { kind: "none", why: `${refText(ref)} was never read as an object` };
  const { kind, namespace, name } = ref;
  return { kind: "target", ref: { kind, namespace, name } };
};

const isWorkload = <T extends ObjectRef>(ref: T): ref is T & { kind: WorkloadKind; namespace: string } =>
  workloads.some((kind) => kind === ref.kind) && ref.namespace !== null;

// The cause object of a sick workload may be what it lacks: a ConfigMap, a quota.
const concerns = ({ object, related }: Cause, subject: ObjectRef): boolean =>
  sameObject(object, subject) || (!isWorkload(object) && related.some((other) => sameObject(other, subject)));
