import type { Alert } from "../incident/alert.ts";
import { type Subject, unreadPage } from "../incident/subject.ts";
import type { List } from "./gone-pod.ts";
import { type Get, ownerWalk } from "./owner-walk.ts";
import { isHinted, lacksDetails } from "./pagerduty.ts";
import { ignorable, subjectOf } from "./subject-of.ts";

/** Alerts with the same one have the same subject. */
export const resolvedBy = (alert: Alert): string =>
  JSON.stringify([ignorable(alert), subjectOf(alert), isHinted(alert), unreadId(alert)]);

/** Null: its details were read, or it is not PagerDuty's. */
const unreadId = (alert: Alert): string | null => (lacksDetails(alert) ? (alert.pagerdutyIncident?.id ?? null) : null);

/** Alert → what is sick, or null for alerts that are never an incident. */
export const subjectResolver = (get: Get, list: List | undefined, cluster: string) => {
  const walk = ownerWalk(get, list);
  return async (alert: Alert): Promise<Subject | null> => {
    if (ignorable(alert)) return null;
    const candidate = subjectOf(alert);
    const unread = unreadId(alert);
    // What nobody could read is no trouble of the whole cluster's or namespace's: two such have nothing to do with each other.
    if (unread !== null && (candidate.kind === "Cluster" || candidate.kind === "Namespace"))
      return { kind: unreadPage, namespace: null, name: unread, cluster, guessed: false };
    if (candidate.kind === "Cluster") return { ...candidate, name: cluster, cluster, guessed: false };
    const subject = await walk(candidate, cluster);
    return isHinted(alert) ? { ...subject, guessed: true } : subject;
  };
};
