import type { Evidence } from "../incident/evidence.ts";
import type { KubeObject } from "../incident/kube.ts";
import { withFloor } from "../rules/world/objects.ts";

/** All objects of a kind that the evidence holds, each once. */
export const objectsIn = (evidence: readonly Evidence[], kind: string): KubeObject[] => {
  const found = evidence.flatMap(({ answer }) =>
    answer.kind === "found" && answer.body.kind === "objects" ? answer.body.objects : [],
  );
  const ofKind = found.filter((object) => object.kind === kind);
  return [...new Map(ofKind.map((one) => [`${one.metadata.namespace ?? ""}/${one.metadata.name}`, one])).values()].map(
    withFloor,
  );
};

/** Whether a list of this kind was cut short. */
export const wasTruncated = (evidence: readonly Evidence[], kind: string): boolean =>
  evidence.some(
    ({ question, answer }) =>
      question.ask === "list" &&
      question.kind === kind &&
      answer.kind === "found" &&
      answer.body.kind === "objects" &&
      answer.body.truncated,
  );
