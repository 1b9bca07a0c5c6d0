import type { Finding } from "../../incident/diagnosis.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { named } from "../finding.ts";
import { keyOf } from "../world/objects.ts";

/**
 * Each victim of a shared cause finds it in words about itself, and only one of them survives the ranking. Told is what
 * was seen on the subject, else what was seen on the cause, never what a sibling suffers.
 */
export const inWordsOf = (subject: ObjectRef, finding: Finding, seen: readonly Finding[]): Finding => {
  const same = seen.filter((one) => one.class === finding.class && keyOf(one.object) === keyOf(finding.object));
  const tells = (ref: ObjectRef) =>
    same.find(({ statement }) => statement.startsWith(`${named(ref)}:`)) ??
    same.find(({ statement }) => statement.startsWith(`${named(ref)} `));
  const own = tells(subject) ?? tells(finding.object);
  return own ? { ...finding, statement: own.statement, evidence: own.evidence, disproof: own.disproof } : finding;
};
