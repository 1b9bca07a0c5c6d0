import type { Alert } from "../incident/alert.ts";
import type { Subject } from "../incident/subject.ts";
import type { List } from "./gone-pod.ts";
import { type Get, ownerWalk } from "./owner-walk.ts";
import { isHinted } from "./pagerduty.ts";
import { ignorable, subjectOf } from "./subject-of.ts";

/** Alerts with the same one have the same subject. */
export const resolvedBy = (alert: Alert): string =>
  JSON.stringify([ignorable(alert), subjectOf(alert), isHinted(alert)]);

/** Alert → what is sick, or null for alerts that are never an incident. */
export const subjectResolver = (get: Get, list: List | undefined, cluster: string) => {
  const walk = ownerWalk(get, list);
  return async (alert: Alert): Promise<Subject | null> => {
    if (ignorable(alert)) return null;
    const candidate = subjectOf(alert);
    if (candidate.kind === "Cluster") return { ...candidate, name: cluster, cluster, guessed: false };
    const subject = await walk(candidate, cluster);
    return isHinted(alert) ? { ...subject, guessed: true } : subject;
  };
};
