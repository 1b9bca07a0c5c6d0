import type { Incident, IncidentStatus } from "./incident.ts";
import { linksOf } from "./links.ts";
import type { Plan } from "./plan.ts";

const mostAlerts = 20;
const mostDiff = 4_000;

const shortPlan = (plan: Plan | null): unknown =>
  plan?.kind !== "actions"
    ? plan
    : { ...plan, actions: plan.actions.map((action) => ({ ...action, diff: action.diff.slice(0, mostDiff) })) };

/** What a program is told of an incident; the words are those of `GET /api/incidents/:id`. */
export const factsOf = (incident: Incident, status: IncidentStatus): Record<string, unknown> => {
  const { subject, openedAt, alerts, diagnosis, plan, decision, outcomes, verdict, escalation } = incident;
  return {
    status,
    subject,
    openedAt,
    alerts: alerts
      .slice(0, mostAlerts)
      .map(({ name, source, severity, startsAt }) => ({ name, source, severity, startsAt })),
    links: linksOf(alerts),
    diagnosis,
    plan: shortPlan(plan),
    decision,
    outcomes,
    verdict,
    escalation,
  };
};
