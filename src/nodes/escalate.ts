import type { Incident, Update } from "../incident/incident.ts";
import { outcomeText } from "../incident/outcome.ts";
import type { Ports } from "../ports/index.ts";
import { cardNotice, inputFor, type Linked, noteNotices, pageNotice, sendAll } from "./notices.ts";

const becauseOfVerdict = ({ verdict }: Incident): string | null => {
  if (verdict === null || verdict.kind === "recovered") return null;
  const failed = verdict.checks.filter(({ ok, required }) => !ok && required).map(({ name }) => name);
  const words = verdict.kind === "worse" ? "made things worse" : "did not help";
  return `the change ${words}${failed.length === 0 ? "" : `; failed checks: ${failed.join(", ")}`}`;
};

const becauseOfOutcome = ({ outcomes }: Incident): string | null => {
  const last = outcomes.at(-1);
  return last === undefined || last.kind === "applied" ? null : outcomeText(last);
};

const becauseOfDecision = ({ decision }: Incident): string | null => {
  switch (decision?.kind) {
    case "rejected":
      return `${decision.by} rejected the proposed change${decision.why === null ? "" : `: ${decision.why}`}`;
    case "expired":
      return "nobody decided about the proposed change before it expired";
    case "void":
      return `the question was withdrawn: ${decision.why}`;
    case "approved":
    case undefined:
      return null;
  }
};

const becauseOfPlan = ({ plan }: Incident): string | null =>
  plan?.kind === "none" ? `no change is proposed: ${plan.why}` : null;

const becauseOfDiagnosis = ({ diagnosis }: Incident): string =>
  diagnosis?.kind === "cause"
    ? "Nightshift could not go on by itself"
    : `the cause is not known: ${diagnosis?.missing.join("; ") ?? "no diagnosis was reached"}`;

/** The latest thing that went another way than healthy is the reason. */
const reasonToEscalate = (incident: Incident): string =>
  incident.escalation ??
  becauseOfVerdict(incident) ??
  // A question that was asked again came after the outcome that made it be asked again.
  becauseOfDecision(incident) ??
  becauseOfOutcome(incident) ??
  becauseOfPlan(incident) ??
  becauseOfDiagnosis(incident);

/** Pages a person with everything found so far. Needs neither model nor cluster. */
export const escalate =
  (ports: Pick<Ports, "outbox" | "archive">, settings: Linked) =>
  async (incident: Incident): Promise<Update> => {
    const escalation = reasonToEscalate(incident);
    const input = await inputFor(ports, settings, { ...incident, escalation }, "escalated");
    const page = pageNotice(input);
    // The page is a note on its incident of PagerDuty already, with the whole report.
    const notes = noteNotices(input, "escalation").filter(
      ({ pagerdutyIncident }) => pagerdutyIncident !== page.pagerdutyIncident,
    );
    await sendAll(ports, [page, cardNotice(input), ...notes]);
    return { escalation };
  };
