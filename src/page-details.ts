import type { PagerDutyRest } from "./adapters/pagerduty-rest.ts";
import type { Alert } from "./incident/alert.ts";
import { fromPagerDuty, isHinted } from "./intake/pagerduty.ts";

/** Asks PagerDuty once more for the alerts of an incident whose title was all that was known. */
export const pageDetails =
  ({ alertPages }: Pick<PagerDutyRest, "alertPages">) =>
  async (alert: Alert, signal: AbortSignal): Promise<Alert[]> => {
    if (alert.pagerdutyIncident === null) return [];
    const found: unknown[] = [];
    try {
      for await (const page of alertPages(alert.pagerdutyIncident.id, signal)) found.push(...page);
    } catch (error) {
      // Of many those that came are taken, as at intake.
      if (found.length === 0) throw error;
    }
    const { summary: title, startsAt, severity, pagerdutyIncident } = alert;
    const urgency = severity === "info" ? "low" : "high";
    const incident = { ...pagerdutyIncident, title, status: "firing" as const, startsAt, urgency, details: null };
    return fromPagerDuty(incident, found).filter((one) => !isHinted(one));
  };
