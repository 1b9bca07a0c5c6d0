import type { Body, Evidence } from "../../incident/evidence.ts";

export type Known = (kind: string, namespace: string | null) => boolean;

type Objects = Extract<Body, { kind: "objects" }>;

const isWhole = ({ truncated, unreadable = [] }: Objects): boolean => !truncated && unreadable.length === 0;

/** The kinds whose whole list was read. A forbidden, failed, cut-off or partly unreadable list proves nothing about what is not in it. */
export const knownKinds = (evidence: readonly Evidence[]): Known => {
  const whole = new Set<string>();
  for (const { question, answer } of evidence) {
    if (question.ask !== "list" || question.selector !== null) continue;
    const complete =
      answer.kind === "no-data" || (answer.kind === "found" && answer.body.kind === "objects" && isWhole(answer.body));
    if (complete) whole.add(`${question.kind}/${question.namespace ?? ""}`);
  }
  return (kind, namespace) => whole.has(`${kind}/${namespace ?? ""}`) || whole.has(`${kind}/`);
};
