import type { Alert } from "../incident/alert.ts";
import type { Cause } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import { questionKey } from "../incident/question.ts";
import type { Subject } from "../incident/subject.ts";
import { alertsAround } from "./sweep-metrics.ts";

/** Alerts about what an object's state shows: readiness, restarts, replicas, memory, nodes, rollouts. */
const aboutState =
  /^(Kube|Container|Node|Pod|Deployment|StatefulSet|DaemonSet|Replica|Job|CronJob|PersistentVolume|TargetDown$|CPUThrottling|OOM|CrashLoop|Watchdog$|InfoInhibitor$)/i;

const beyond = (alerts: readonly Alert[]): Alert[] =>
  alerts.filter(({ status, name }) => status === "firing" && !aboutState.test(name));

/** The state of the object is well, and the alert is about something else: what the program answers, how fast, how often. */
export const isBeyondState = ({ class: name }: Cause, alerts: readonly Alert[]): boolean =>
  name === "control-healthy" && beyond(alerts).length > 0;

const firingIn = ({ answer }: Evidence): string[] =>
  answer.kind === "found" && answer.body.kind === "series"
    ? answer.body.series.map(({ labels }) => labels.alertname ?? "")
    : [];

/** Prometheus was last asked what fires around the subject, and named none of these. Never asked, or no answer: false. */
export const isQuietAgain = (subject: Subject, alerts: readonly Alert[], evidence: readonly Evidence[]): boolean => {
  const key = questionKey(alertsAround(subject));
  const last = evidence.findLast(({ question }) => questionKey(question) === key);
  if (last === undefined || last.answer.kind === "could-not-ask") return false;
  const firing = firingIn(last);
  return !beyond(alerts).some(({ name, labels }) => firing.includes(labels.alertname ?? name));
};
