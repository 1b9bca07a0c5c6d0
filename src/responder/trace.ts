import type { Cause } from "../incident/diagnosis.ts";
import type { Incident } from "../incident/incident.ts";
import { type ObjectRef, subjectKey } from "../incident/subject.ts";

/** What an incident that was just diagnosed traces back to. */
export interface Trace {
  id: string;
  key: string;
  by: ObjectRef;
  /** Keys of the subjects that suffer from the same. */
  victims: string[];
  /** It is the incident on the cause itself. */
  isCause: boolean;
}

/** The step that leaves a cause behind: only here are families made and left. What is unknown changes nothing of them. */
export const foundCause = ({ diagnosis }: Incident, next: readonly string[]): boolean =>
  diagnosis?.kind === "cause" && next.includes("runbook-retrieve");

/** Null where it stands for itself, or people have to do with it already. */
export const traceOf = (incident: Incident, next: readonly string[]): Trace | null => {
  const { id, subject, diagnosis, outcomes, decision } = incident;
  const gathers = diagnosis?.kind === "cause" && diagnosis.by === "rules" ? (diagnosis as Cause).gathers : undefined;
  if (gathers === undefined || !foundCause(incident, next) || outcomes.length > 0 || decision !== null) return null;
  const keyOf = (ref: ObjectRef): string => subjectKey({ ...ref, cluster: subject.cluster });
  const key = keyOf(gathers.by);
  const own = subjectKey(subject);
  const victims = gathers.victims.map(keyOf).filter((one) => one !== own);
  return { id, key, by: gathers.by, victims, isCause: key === own };
};
