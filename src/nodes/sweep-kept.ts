import type { Alert } from "../incident/alert.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { ContainerStatus, KubeEvent, Pod, Terminated } from "../incident/kube.ts";
import type { Question } from "../incident/question.ts";
import type { Subject } from "../incident/subject.ts";
import { objectsIn, wasTruncated } from "./sweep-objects.ts";

type LogsQuestion = Extract<Question, { ask: "logs" }>;
type KeptQuestion = Extract<Question, { ask: "kept-logs" }>;

const mostGonePods = 2;
const mostQuestions = 8;
/** The kubelet tells whole seconds, and a last line may be written while the container ends. */
const slackMs = 2_000;

const later = (time: string | undefined): string | null =>
  time === undefined || Number.isNaN(Date.parse(time)) ? null : new Date(Date.parse(time) + slackMs).toISOString();

const statusIn = (pod: Pod | undefined, container: string): ContainerStatus | undefined =>
  [...(pod?.status?.containerStatuses ?? []), ...(pod?.status?.initContainerStatuses ?? [])].find(
    ({ name }) => name === container,
  );

const life = ({ startedAt, finishedAt }: Terminated): Pick<KeptQuestion, "from" | "to"> => ({
  from: startedAt ?? null,
  to: later(finishedAt),
});

const spanOf = (status: ContainerStatus | undefined, previous: boolean): Pick<KeptQuestion, "from" | "to"> => {
  const { state, lastState } = status ?? {};
  // While a restart is held back, the kubelet's current log is that of the life that ended.
  const held = previous || !state?.running ? lastState?.terminated : undefined;
  const ended = previous ? held : (state?.terminated ?? held);
  if (ended) return life(ended);
  // Of the life before this one nothing is told but that it was over when this one began.
  return { from: null, to: previous ? (status?.state?.running?.startedAt ?? null) : null };
};

/** A kubelet that does not answer is as good as gone; one that refuses has said why. */
const unheard = ({ answer }: Evidence): boolean =>
  answer.kind === "no-data" ||
  (answer.kind === "could-not-ask" && ["timeout", "unreachable", "failed"].includes(answer.reason));

const lostLogs = (evidence: readonly Evidence[], pods: readonly Pod[]): KeptQuestion[] =>
  evidence.flatMap((one): KeptQuestion[] => {
    if (one.question.ask !== "logs" || !unheard(one)) return [];
    const { namespace, pod: name, container, previous }: LogsQuestion = one.question;
    const pod = pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    const status = statusIn(pod, container);
    // It runs and has said nothing: nobody else has heard more.
    if (one.answer.kind === "no-data" && !previous && status?.state?.running) return [];
    return [{ ask: "kept-logs", namespace, pod: name, container, previous, ...spanOf(status, previous) }];
  });

const eventTime = ({ lastTimestamp, eventTime: at, metadata }: KubeEvent): string =>
  lastTimestamp ?? at ?? metadata.creationTimestamp ?? "";

/** Pods of the subject that events still tell of, the newest first. */
const inEvents = ({ kind, namespace, name }: Subject, evidence: readonly Evidence[]): string[] =>
  (objectsIn(evidence, "Event") as KubeEvent[])
    .filter(({ involvedObject: of }) => of?.kind === "Pod" && of.namespace === namespace)
    .filter(({ involvedObject: of }) => (kind === "Pod" ? of?.name === name : of?.name?.startsWith(`${name}-`)))
    .sort((a, b) => (eventTime(a) < eventTime(b) ? 1 : -1))
    .map(({ involvedObject: of }) => of?.name ?? "");

const inAlerts = ({ namespace }: Subject, alerts: readonly Alert[]): string[] =>
  alerts.flatMap(({ labels }) => ((labels.namespace ?? namespace) === namespace && labels.pod ? [labels.pod] : []));

/** Pods that are spoken of and are not there any more. Of a workload that has pods, only those that an alert names. */
const gonePods = (subject: Subject, alerts: readonly Alert[], evidence: readonly Evidence[], pods: readonly Pod[]) => {
  const { kind, namespace, name } = subject;
  if (namespace === null || wasTruncated(evidence, "Pod")) return [];
  const there = new Set(
    pods.filter(({ metadata }) => metadata.namespace === namespace).map(({ metadata }) => metadata.name),
  );
  const hasPods = [...there].some((pod) => pod.startsWith(`${name}-`));
  const spokenOf = [
    ...(kind === "Pod" ? [name] : []),
    ...inAlerts(subject, alerts),
    ...(hasPods ? [] : inEvents(subject, evidence)),
  ];
  return [...new Set(spokenOf)].filter((pod) => !there.has(pod)).slice(0, mostGonePods);
};

/** Whether the pods of the namespace were listed: what was not asked for is not gone. */
const listed = ({ namespace }: Subject, evidence: readonly Evidence[]): boolean =>
  evidence.some(
    ({ question, answer }) =>
      question.ask === "list" &&
      question.kind === "Pod" &&
      question.namespace === namespace &&
      answer.kind !== "could-not-ask",
  );

/** What only a store of logs can still tell: of pods that are gone, and of lives whose log the kubelet has no more. */
export const keptQuestions = (
  subject: Subject,
  alerts: readonly Alert[],
  evidence: readonly Evidence[],
): KeptQuestion[] => {
  const pods = objectsIn(evidence, "Pod") as Pod[];
  const gone = listed(subject, evidence) ? gonePods(subject, alerts, evidence, pods) : [];
  const ofGone = gone.map((pod): KeptQuestion => {
    const { namespace } = subject;
    return {
      ask: "kept-logs",
      namespace: namespace ?? "",
      pod,
      container: null,
      previous: false,
      from: null,
      to: null,
    };
  });
  return [...lostLogs(evidence, pods), ...ofGone].slice(0, mostQuestions);
};
