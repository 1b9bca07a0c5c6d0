import type { Incident } from "../incident/incident.ts";
import { refText } from "../incident/subject.ts";

/** One line for the timeline: what this node did, read from the state it left behind. */
const lines: Record<string, (state: Incident, again: boolean) => string> = {
  gather: ({ evidence, rounds }) =>
    `looked at the world, round ${rounds}: ${evidence.length} pieces of evidence so far`,
  diagnose: ({ diagnosis, questions, lookAgainAt }) => {
    if (diagnosis === null && lookAgainAt !== null)
      return `what is seen may not last, or may end by itself: looks again at ${lookAgainAt}`;
    if (diagnosis === null) return `needs ${questions.length} more answers before it can name a cause`;
    if (diagnosis.kind === "unknown") return `cannot name a cause: ${diagnosis.missing.join("; ")}`;
    return `${diagnosis.class} on ${refText(diagnosis.object)} (by ${diagnosis.by}, ${diagnosis.confidence.toFixed(2)}): ${diagnosis.statement}`;
  },
  "runbook-retrieve": ({ runbooks }) =>
    runbooks.length === 0 ? "no runbook fits" : `runbooks: ${runbooks.map(({ title }) => title).join("; ")}`,
  propose: ({ plan }) => {
    if (plan?.kind === "actions") return `proposes ${plan.actions.map(({ command }) => command).join(" && ")}`;
    return `proposes nothing: ${plan?.why ?? "no plan"}`;
  },
  "request-approval": ({ plan, askedAgain }) =>
    `asked ${askedAgain ? `again (${askedAgain}) ` : ""}for a decision${plan?.kind === "actions" ? `, open until ${plan.expiresAt}` : ""}`,
  "await-approval": ({ decision }) => {
    switch (decision?.kind) {
      case "approved":
        return `approved by ${decision.by}`;
      case "rejected":
        return `rejected by ${decision.by}${decision.why ? `: ${decision.why}` : ""}`;
      case "expired":
        return "nobody decided in time";
      case "void":
        return `the question went away: ${decision.why}`;
      case undefined:
        return "waits for a decision";
    }
  },
  act: ({ outcomes }) => outcomes.map(({ verb, kind, message }) => `${verb} ${kind}: ${message}`).join("; "),
  verify: ({ verdict, lookAgainAt }) => {
    if (verdict === null) return `looks again at ${lookAgainAt}`;
    const failed = verdict.checks.filter(({ ok, required }) => required && !ok).map(({ detail }) => detail);
    return `${verdict.kind}: ${failed.join("; ") || "every check that decides holds"}`;
  },
  escalate: ({ escalation }, again) =>
    `${again ? "looked again, and a person is still needed" : "paged a person"}: ${escalation ?? ""}`,
  report: () => "wrote the report",
};

/** `again`: whoever was paged about it was told, and nobody paged anew. */
export const stepLine = (node: string, state: Incident, again = false): string => lines[node]?.(state, again) ?? node;
