import type { Evidence } from "../incident/evidence.ts";
import type { ObjectRef } from "../incident/subject.ts";
import type { Scope } from "../tools/tool.ts";

/** What the model may look at: the subject's namespace, or those that were seen where the subject lies in none. */
export const scopeOf = (subject: ObjectRef, evidence: readonly Evidence[]): Scope => {
  const home = subject.kind === "Namespace" ? subject.name : subject.namespace;
  const objects = evidence.flatMap(({ answer }) =>
    answer.kind === "found" && answer.body.kind === "objects" ? answer.body.objects : [],
  );
  const seen = objects.flatMap(({ metadata }) => metadata.namespace ?? []);
  return {
    home,
    namespaces: new Set(home === null ? seen : [home]),
    find: (kind, namespace, name) =>
      objects.find(
        (one) => one.kind === kind && one.metadata.name === name && (one.metadata.namespace ?? null) === namespace,
      ) ?? null,
  };
};
