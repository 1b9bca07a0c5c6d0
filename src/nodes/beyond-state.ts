import type { Alert } from "../incident/alert.ts";
import type { Cause } from "../incident/diagnosis.ts";
import type { Evidence, Series } from "../incident/evidence.ts";
import type { FaultClass } from "../incident/fault-classes.ts";
import type { Incident } from "../incident/incident.ts";
import { questionKey } from "../incident/question.ts";
import type { Subject } from "../incident/subject.ts";
import { alertsAround, placeOf } from "./sweep-metrics.ts";

const among = (words: readonly string[]): string => `\\b(?:${words.join("|")})\\b`;

const kinds: readonly string[] = [
  "pod disruption budgets?|horizontal pod autoscalers?|pdbs?|hpas?",
  "kube|kubernetes|k8s|namespaces?|nodes?|pods?|(?:init )?containers?|workloads?|deployments?",
  "stateful ?sets?|daemon ?sets?|replica ?sets?|replicas?|(?:cron ?)?jobs?|persistent ?volumes?(?: ?claims?)?|pvcs?",
];

/** What the state of an object shows, in the words of alerts: readiness, restarts, replicas, memory, placement, rollouts. */
const shown: readonly string[] = [
  "(?:create container config|create container|run container) errors?|(?:err )?image pull(?: (?:errors?|back ?off))?|invalid image name",
  "oom(?: ?kill(?:s|ed|er|ing)?)?|out of memory|crash(?:es|ed|ing)?|crash ?loop(?:s|ing)?(?: ?back ?off)?|loop(?:s|ing)?|back ?off(?: limit)?",
  "restarts?|restarted|restarting|flapping|exited|terminat(?:ed|ing)|evict(?:ed|ions?)|preempted|fail(?:s|ed|ing|ures?)?|down",
  "ready|readiness|unready|(?:not enough )?healthy|unhealthy|(?:liveness |startup )?probes?|(?:un)?available|unavailability|unknown",
  "waiting|pending|scheduled|scheduling|(?:mis|un) ?scheduled|unschedulable|disabled|cordoned|drain(?:ing)?|(?<=nodes? )unreachable",
  "(?:replicas|generation) ?mismatch(?:ed)?|rollouts?|rolled out|updates?|updated|progress(?:ing)?|(?:deadline )?exceeded|stuck|paused",
  "start(?:ed|ing)?|running|complet(?:ed?|ion)|suspended|missed (?:runs?|schedules?)|overlapping|too long|(?<=claims? )lost|(?:un)?bound",
  "(?:memory|disk|pid) pressure|pressure|network unavailable|out of pod capacity|kubelet too many pods|(?<=budget )at limit",
  "maxed out|scale (?:inability|maximum)|metrics unavailability|underutilized|(?:cpu|memory) (?:quota )?overcommit",
  "quota (?:almost full|fully used|exceeded)",
];

const between =
  "not|no|is|are|was|has|have|in|at|for|of|the|an?|too|many|often|high|frequent(?:ly)?|long|time|state|status|kubelet|critical|warning|alerts?|\\d+";

const knownWords = new RegExp(among([...shown, ...kinds, between]), "gi");
const shownWords = new RegExp(among(shown), "i");
const kindWords = new RegExp(among([...kinds, "oom|crash\\w*|kubelet (?:probes?|too many pods)"]), "i");

/** Not of one object's state, and answered by it: a test of the alerting itself, and a notice that wakes nobody. */
const answered = /^(?:Watchdog|Info ?Inhibitor|CPU ?Throttling(?: ?High)?)$/i;

/** `KubePodNotReady`, `kube_pod_not_ready` and `Kube Pod Not Ready` are the same words. */
const wordsOf = (name: string): string =>
  name.replace(/_+/g, " ").replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=[45]xx)/g, " ");

/**
 * Every word of the name must be one of an object's kind or of its state. A word that is neither says that the alert is about
 * more: a queue, a disk, a certificate, what a program answers. No state shows that, whatever the name begins with.
 */
const isOfState = (name: string): boolean => {
  const words = wordsOf(name);
  const others = words.replace(knownWords, "").replace(/[^\p{L}\p{N}]/gu, "");
  return answered.test(words) || (others === "" && kindWords.test(words) && shownWords.test(words));
};

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

/** It fires because a rollout does not end. */
const tellsStuck = ({ status, name }: Alert): boolean =>
  status === "firing" && /\b(?:rollout stuck|not rolled out|progress deadline)\b/i.test(wordsOf(name));

/** Somebody changed it under our hands: what it looks like right after that may not last. */
export const isChangedUnderUs = ({ outcomes }: Pick<Incident, "outcomes">): boolean =>
  outcomes.some(({ kind, reason }) => kind === "refused" && reason === "changed");

const isQuiet = (alerts: readonly Alert[]): boolean =>
  alerts.length > 0 && alerts.every(({ status }) => status === "resolved");

/**
 * On its way, where an alert says that it does not move on; or well in any other way, where it was changed while we were about
 * to change it and its alerts fire on: new pods are well for a while. That it stays so is to be seen.
 */
export const isStillToBeSeen = (
  { class: name }: Cause,
  { alerts, outcomes }: Pick<Incident, "alerts" | "outcomes">,
): boolean =>
  (name === "control-rollout-in-progress" && alerts.some(tellsStuck)) ||
  (wells.has(name) && isChangedUnderUs({ outcomes }) && !isQuiet(alerts));

type Labels = Readonly<Record<string, string>>;

/** Raw series of `ALERTS`: what functions make of them has lost that name. */
const toldIn = ({ question, answer }: Evidence): Series[] =>
  question.ask === "metric" && answer.kind === "found" && answer.body.kind === "series"
    ? answer.body.series.filter(({ labels }) => labels.__name__ === "ALERTS" && labels.alertstate === "firing")
    : [];

const ownLabels = ({ name, labels }: Alert): Labels => ({ ...labels, alertname: labels.alertname ?? name });

const withoutState = ({ labels: { __name__, alertstate, ...labels } }: Series): [string, string][] =>
  Object.entries(labels);

/** The series of this very alert: each of its labels is one of the alert's, which may have more. */
const isOf = (own: Labels, series: Series): boolean =>
  withoutState(series).every(([label, value]) => own[label] === value);

/** It may be this alert: no label says otherwise. */
const mayBeOf = (own: Labels, series: Series): boolean =>
  withoutState(series).every(([label, value]) => (own[label] ?? value) === value);

// Between two points of a range lies at most a 239th of it, and a quarter of a minute at least.
const slackSeconds = (minutes: number): number => Math.max(60, minutes);

/** Whether the newest point is of when it was asked. */
const isNow = ({ question, askedAt }: Evidence, { points }: Series): boolean => {
  const minutes = question.ask === "metric" ? question.minutes : 0;
  const last = points.at(-1)?.[0] ?? 0;
  return (minutes === 0 && points.length === 1) || last >= Date.parse(askedAt) / 1000 - slackSeconds(minutes);
};

/** Whether what was asked around the subject would name it, if it fired. */
const isAround = (subject: Subject, own: Labels): boolean => {
  const place = placeOf(subject);
  return place === null ? own.node === subject.name : own.namespace === place;
};

/**
 * Prometheus told that each of these alerts fired, and named none of them when it was last asked what fires around the
 * subject, or later. An alert that another program fires, or of another place, is never in that answer: that it says nothing
 * of such a one means nothing.
 */
export const isQuietAgain = (subject: Subject, alerts: readonly Alert[], evidence: readonly Evidence[]): boolean => {
  const key = questionKey(alertsAround(subject));
  const last = evidence.findLast(({ question }) => questionKey(question) === key);
  if (last === undefined || last.answer.kind === "could-not-ask") return false;
  const since = evidence.filter(({ askedAt }) => Date.parse(askedAt) >= Date.parse(last.askedAt));
  const firing = since.flatMap((one) => toldIn(one).filter((series) => isNow(one, series)));
  const told = evidence.flatMap(toldIn);
  return beyond(alerts)
    .map(ownLabels)
    .every(
      (own) =>
        isAround(subject, own) &&
        !firing.some((series) => mayBeOf(own, series)) &&
        told.some((series) => isAround(subject, series.labels) && isOf(own, series)),
    );
};
