import type { Alert } from "../incident/alert.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { KubeObject, Pod } from "../incident/kube.ts";
import type { Question } from "../incident/question.ts";
import type { Subject } from "../incident/subject.ts";
import { podIsWell, statusesOf } from "../incident/well.ts";
import { objectsIn } from "./sweep-objects.ts";

const maxPods = 4;
// Pods of one owner mostly tell the same story: two of them leave room for the neighbours.
const maxOfOneOwner = 2;
const logLines = 500;

const controllerOf = ({ metadata }: KubeObject): { kind: string; name: string } | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

/** The object itself and its owners, as far up as the evidence goes. */
const lineOf = (pod: Pod, evidence: readonly Evidence[]): { kind: string; name: string }[] => {
  const line = [{ kind: "Pod", name: pod.metadata.name }];
  let owner = controllerOf(pod);
  // An owner chain of Kubernetes is three long; the bound is against evidence that names itself as its owner.
  while (owner && line.length < 5) {
    const { kind, name } = owner;
    line.push({ kind, name });
    const above = objectsIn(evidence, kind).find(({ metadata }) => metadata.name === name);
    owner = above && controllerOf(above);
  }
  return line;
};

/** Services and disruption budgets select pods; an autoscaler names their owner. */
const selectedBy = (subject: Subject, pod: Pod, evidence: readonly Evidence[]): boolean => {
  const spec = objectsIn(evidence, subject.kind).find(({ metadata }) => metadata.name === subject.name)?.spec as
    | { selector?: Record<string, unknown>; scaleTargetRef?: { kind: string; name: string } }
    | undefined;
  const target = spec?.scaleTargetRef;
  if (target) return lineOf(pod, evidence).some(({ kind, name }) => kind === target.kind && name === target.name);
  const wanted = Object.entries((spec?.selector?.matchLabels as object | undefined) ?? spec?.selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
};

const selectors = new Set(["Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"]);

const belongsTo = (subject: Subject, pod: Pod, evidence: readonly Evidence[]): boolean => {
  if (subject.kind === "Node") return pod.spec.nodeName === subject.name;
  if (pod.metadata.namespace !== subject.namespace) return false;
  if (selectors.has(subject.kind)) return selectedBy(subject, pod, evidence);
  return lineOf(pod, evidence).some(({ kind, name }) => kind === subject.kind && name === subject.name);
};

const isNamedBy = (alerts: readonly Alert[], { metadata }: Pod): boolean =>
  alerts.some(({ labels }) => labels.pod === metadata.name && (labels.namespace ?? "") === (metadata.namespace ?? ""));

/** Lower is read first; null: not worth a log. */
const rank = (alerts: readonly Alert[], pod: Pod, own: boolean): number | null => {
  if (!podIsWell(pod)) return own ? 0 : isNamedBy(alerts, pod) ? 1 : 2;
  return own || isNamedBy(alerts, pod) ? 3 : null;
};

/** Sick neighbours never push out all of the subject's own: what an alert tells of may stand in the log of a pod that is well. */
const ownFirst = (ranked: { pod: Pod; at: number; own: boolean }[]): typeof ranked => {
  const first = ranked.find(({ own }) => own);
  return first === undefined || ranked[0]?.own === true ? ranked : [first, ...ranked.filter((one) => one !== first)];
};

/** The pods whose logs are worth reading: the subject's sick ones or one that is well, those the alerts name, sick neighbours, then its other well ones. */
export const podsToRead = (subject: Subject, alerts: readonly Alert[], evidence: readonly Evidence[]): Pod[] => {
  const ranked = (objectsIn(evidence, "Pod") as Pod[])
    .map((pod) => ({ pod, own: belongsTo(subject, pod, evidence) }))
    .map(({ pod, own }) => ({ pod, at: rank(alerts, pod, own), own }))
    .filter((entry): entry is { pod: Pod; at: number; own: boolean } => entry.at !== null)
    .sort((a, b) => a.at - b.at);
  const ofOwner = new Map<string, number>();
  const fewOfEach = ownFirst(ranked).filter(({ pod }) => {
    const owner = controllerOf(pod)?.name ?? pod.metadata.name;
    ofOwner.set(owner, (ofOwner.get(owner) ?? 0) + 1);
    return (ofOwner.get(owner) ?? 0) <= maxOfOneOwner;
  });
  return fewOfEach.slice(0, maxPods).map(({ pod }) => pod);
};

/** Current log of each container, and the previous one where there was a life before. */
export const logQuestions = (pod: Pod): Question[] => {
  const { namespace = "", name } = pod.metadata;
  const restarted = new Set(
    statusesOf(pod)
      .filter(({ restartCount = 0, lastState }) => restartCount > 0 || lastState?.terminated)
      .map((status) => status.name),
  );
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((container) => container.name);
  return containers.flatMap((container) =>
    [false, true]
      .filter((previous) => !previous || restarted.has(container))
      .map((previous) => ({ ask: "logs" as const, namespace, pod: name, container, previous, lines: logLines })),
  );
};
