import type { Incident } from "../incident/incident.ts";
import { defaultBudget } from "../nodes/budget.ts";

/** The one counter that stops the walk from going back to `gather`. */
export const maxRounds = defaultBudget.rounds;

type AfterDiagnose = "gather" | "runbook-retrieve" | "escalate";
export const afterDiagnose = ({ diagnosis, rounds }: Incident): AfterDiagnose => {
  if (diagnosis !== null) return "runbook-retrieve";
  return rounds < maxRounds ? "gather" : "escalate";
};

type AfterPropose = "request-approval" | "act" | "escalate" | "report";
export const afterPropose = ({ plan, escalation }: Incident): AfterPropose => {
  if (plan?.kind === "actions") return plan.authority === "person" ? "request-approval" : "act";
  return escalation === null && plan !== null ? "report" : "escalate";
};

type AfterApproval = "act" | "gather" | "escalate";
export const afterApproval = ({ decision, rounds }: Incident): AfterApproval => {
  switch (decision?.kind) {
    case "approved":
      return "act";
    case "void":
      return rounds < maxRounds ? "gather" : "escalate";
    case "rejected":
    case "expired":
    case undefined:
      return "escalate";
  }
};

type AfterAct = "verify" | "gather" | "escalate";
export const afterAct = ({ outcomes, escalation, rounds }: Incident): AfterAct => {
  const last = outcomes.at(-1);
  if (last?.kind === "refused" && last.reason === "changed") return rounds < maxRounds ? "gather" : "escalate";
  return last?.kind === "applied" && escalation === null ? "verify" : "escalate";
};

type AfterVerify = "verify" | "report" | "escalate";
export const afterVerify = ({ verdict, escalation }: Incident): AfterVerify => {
  switch (verdict?.kind) {
    case undefined:
      return "verify";
    case "recovered":
      return "report";
    case "unchanged":
    case "worse":
      // Once more, to take our own change back; that run says why a person is needed.
      return escalation === null ? "verify" : "escalate";
  }
};
