import type { Alert } from "../incident/alert.ts";
import type { Cause } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { FaultClass } from "../incident/fault-classes.ts";
import { questionKey } from "../incident/question.ts";
import type { Subject } from "../incident/subject.ts";
import { alertsAround } from "./sweep-metrics.ts";

/** Alerts about what an object's state shows: readiness, restarts, replicas, memory, nodes, rollouts. */
const aboutState =
  /^(?:Kube|Kubelet|Kubernetes|Containers?|Nodes?|Pods?|Deployments?|Stateful ?Sets?|Daemon ?Sets?|Replicas?|Replica ?Sets?|Jobs?|Cron ?Jobs?|Persistent ?Volumes?|Target ?Down$|CPU ?Throttling|OOM|Crash ?Loop|Watchdog$|Info ?Inhibitor$)\b/i;

/** What a program answers, how fast, how often: no state shows that, whatever the name begins with. */
const aboutAnswers =
  /\b(?:errors?|latency|lag(?:s|ging)?|[45]xx|burn|(?<!disruption )budget|rates?|slow|missing|responses?|requests? (?:failed|failing|high)|throughput|slo|sla|backlog)\b/i;

/** `KubePodNotReady`, `kube_pod_not_ready` and `Kube Pod Not Ready` are the same words. */
const wordsOf = (name: string): string =>
  name.replace(/_+/g, " ").replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=[45]xx)/g, " ");

const isOfState = (name: string): boolean => aboutState.test(wordsOf(name)) && !aboutAnswers.test(wordsOf(name));

const beyond = (alerts: readonly Alert[]): Alert[] =>
  alerts.filter(({ status, name }) => status === "firing" && !isOfState(name));

// What these say is that the state is as it should be: well, on its way, or done. A log line that poses as an order adds nothing.
const wells: ReadonlySet<FaultClass> = new Set<FaultClass>([
  "control-healthy",
  "control-prompt-injection",
  "control-rollout-in-progress",
  "control-job-pod-finished",
  "control-normal-pending",
]);

/** The state of the object is well, and the alert is about something else: what the program answers, how fast, how often. */
export const isBeyondState = ({ class: name }: Cause, alerts: readonly Alert[]): boolean =>
  wells.has(name) && beyond(alerts).length > 0;

const firingIn = ({ answer }: Evidence): string[] =>
  answer.kind === "found" && answer.body.kind === "series"
    ? answer.body.series.map(({ labels }) => labels.alertname ?? "")
    : [];

/** Raw series of `ALERTS`: what functions make of them has lost that name. */
const isToldOf = (name: string, { question, answer }: Evidence): boolean =>
  question.ask === "metric" &&
  answer.kind === "found" &&
  answer.body.kind === "series" &&
  answer.body.series.some(({ labels }) => labels.__name__ === "ALERTS" && labels.alertname === name);

/**
 * Prometheus knew each of these alerts, and named none of them when it was last asked what fires around the subject. An alert
 * that another program fires is never in it: that it says nothing of such a one means nothing.
 */
export const isQuietAgain = (subject: Subject, alerts: readonly Alert[], evidence: readonly Evidence[]): boolean => {
  const key = questionKey(alertsAround(subject));
  const last = evidence.findLast(({ question }) => questionKey(question) === key);
  if (last === undefined || last.answer.kind === "could-not-ask") return false;
  const firing = firingIn(last);
  return beyond(alerts)
    .map(({ name, labels }) => labels.alertname ?? name)
    .every((name) => !firing.includes(name) && evidence.some((one) => isToldOf(name, one)));
};
