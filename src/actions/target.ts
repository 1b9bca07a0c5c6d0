import type { Cause } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import { isKind, type Kind, kinds } from "../incident/kinds.ts";
import type { KubeObject } from "../incident/kube.ts";
import { type ObjectRef, refText, type Subject, sameObject } from "../incident/subject.ts";
import { objectsSeen } from "./seen.ts";
import { workloadKinds } from "./verb.ts";

export type TargetRef = ObjectRef & { kind: Kind };
export type TargetChoice = { kind: "target"; ref: TargetRef } | { kind: "none"; why: string };

/**
 * What may be changed for this incident: its own subject, or, where the alert named something else, the sick object that
 * was read as an object of the same namespace. A name that only stands in a text is never enough.
 */
export const targetOf = (
  subject: Subject,
  cause: Cause,
  evidence: readonly Evidence[],
  changeable: readonly Kind[] = workloadKinds,
): TargetChoice => {
  const fits = (ref: ObjectRef): ref is TargetRef => changeable.some((kind) => kind === ref.kind) && isPlaced(ref);
  const ref = fits(subject) && concerns(cause, subject, fits) ? subject : cause.object;
  if (!fits(ref))
    return { kind: "none", why: `the cause is at ${refText(ref)}, which no verb of the catalogue changes` };
  const foreign = whyForeign(subject, cause, ref);
  if (foreign !== null) return { kind: "none", why: foreign };
  if (!wasSeen(evidence, ref) && !sameObject(ref, subject))
    return { kind: "none", why: `${refText(ref)} was never read as an object` };
  const { kind, namespace, name } = ref;
  return { kind: "target", ref: { kind, namespace, name } };
};

const isPlaced = ({ kind, namespace }: ObjectRef): boolean =>
  isKind(kind) && kinds[kind].namespaced === (namespace !== null);

// The cause object of a sick workload may be what it lacks: a ConfigMap, a quota.
const concerns = (cause: Cause, subject: ObjectRef, fits: (ref: ObjectRef) => boolean): boolean =>
  sameObject(cause.object, subject) || (!fits(cause.object) && names(cause, subject));

const names = ({ related }: Cause, subject: ObjectRef): boolean => related.some((other) => sameObject(other, subject));

/** An alert about one workload is no reason to change another object, unless a rule shows that this one makes it sick. */
const whyForeign = (subject: Subject, cause: Cause, ref: TargetRef): string | null => {
  if (sameObject(ref, subject)) return null;
  const shown = cause.by === "rules" && names(cause, subject);
  if (workloadKinds.some((kind) => kind === subject.kind) && !shown)
    return `the cause is at ${refText(ref)}, but this incident is about ${refText(subject)} only`;
  if (cause.by !== "rules")
    return `${refText(ref)} is named by a model only, and this incident is about ${refText(subject)}`;
  if (ref.namespace === null) return null;
  const own = subject.kind === "Namespace" ? subject.name : subject.namespace;
  return own !== null && ref.namespace !== own ? `${refText(ref)} is outside of the namespace of this incident` : null;
};

const wasSeen = (evidence: readonly Evidence[], { kind, namespace, name }: TargetRef): boolean =>
  objectsSeen<KubeObject>(evidence, kind).some(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? null) === namespace,
  );
