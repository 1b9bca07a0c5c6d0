import { objectsSeen } from "../actions/seen.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { KubeObject } from "../incident/kube.ts";
import { withFloor } from "../rules/world/objects.ts";

/** All objects of a kind that the evidence holds, each once. */
export const objectsIn = (evidence: readonly Evidence[], kind: string): KubeObject[] =>
  objectsSeen<KubeObject>(evidence, kind).map(withFloor);

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
