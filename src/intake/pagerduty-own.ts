import { incidentOfPageKey, type OwnPage } from "../incident/page-key.ts";
import { clean } from "./bounds.ts";

const keyIn = (value: unknown): string | null => {
  const { incident_key, alert_key, dedup_key, body } = Object(value) ?? {};
  const cef = Object(Object(body).cef_details).dedup_key;
  return [incident_key, alert_key, dedup_key, cef].map(incidentOfPageKey).find((id) => id !== null) ?? null;
};

/**
 * A page of ours comes back by the webhook like any other incident. Its key is in the webhook, and in each alert read
 * (`details`) where PagerDuty gathered several into one; neither is promised.
 */
export const ownPage = (data: unknown, details: readonly unknown[]): OwnPage => {
  const found = [data, ...details].map(keyIn).filter((id) => id !== null);
  const { incident_key: key, title } = Object(data);
  const keyless = found.length === 0 && details.length === 0 && typeof key !== "string" && typeof title === "string";
  return { incidentIds: [...new Set(found)], title: keyless ? clean(title) : null };
};

/** Of the alerts read those that we did not send ourselves. */
export const sentByOthers = (details: readonly unknown[]): unknown[] => details.filter((one) => keyIn(one) === null);
