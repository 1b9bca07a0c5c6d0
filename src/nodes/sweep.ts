import type { Alert } from "../incident/alert.ts";
import type { Evidence } from "../incident/evidence.ts";
import { isKind, type Kind, kinds } from "../incident/kinds.ts";
import { type Question, questionKey } from "../incident/question.ts";
import type { Subject } from "../incident/subject.ts";
import { metricQuestions } from "./sweep-metrics.ts";
import { objectsIn, wasTruncated } from "./sweep-objects.ts";
import { logQuestions, podsToRead } from "./sweep-pods.ts";

const inNamespace: readonly Kind[] = [
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "ControllerRevision",
  "Job",
  "CronJob",
  "Pod",
  "Event",
  "Service",
  "EndpointSlice",
  "PersistentVolumeClaim",
  "ResourceQuota",
  "LimitRange",
  "HorizontalPodAutoscaler",
  "PodDisruptionBudget",
  "Ingress",
  "NetworkPolicy",
  "ServiceAccount",
];
const inCluster: readonly Kind[] = ["Node", "StorageClass", "PersistentVolume"];

// Events of cluster-scoped objects are kept in this namespace.
const clusterEvents = "default";

const list = (kind: Kind, namespace: string | null, selector: string | null = null): Question => ({
  ask: "list",
  kind,
  namespace,
  selector,
});
const get = (kind: Kind, namespace: string | null, name: string): Question => ({ ask: "get", kind, namespace, name });

const distinct = (questions: Question[]): Question[] => [
  ...new Map(questions.map((question) => [questionKey(question), question])).values(),
];

/** The namespace the subject lies in, or is. */
export const namespaceOf = ({ kind, namespace, name }: Subject): string | null =>
  kind === "Namespace" ? name : namespace;

const itself = ({ kind, namespace, name }: Subject): Question[] => {
  if (!isKind(kind) || kind === "ConfigMap") return [];
  return kinds[kind].namespaced && namespace === null ? [] : [get(kind, namespace, name)];
};

/** The first questions about any subject: itself, all that lies around it, and what it stands on. */
export const firstLook = (subject: Subject): Question[] => {
  const namespace = namespaceOf(subject);
  const around =
    namespace === null
      ? [list("Pod", null), list("Event", clusterEvents)]
      : [
          get("Namespace", null, namespace),
          ...inNamespace.map((kind) => list(kind, namespace)),
          { ask: "names", kind: "ConfigMap", namespace } as const,
        ];
  return distinct([...itself(subject), ...around, ...inCluster.map((kind) => list(kind, null))]);
};

const labelsText = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

/** When the list of pods was cut short: the subject's own pods by its selector. */
const ownPods = (subject: Subject, evidence: readonly Evidence[]): Question[] => {
  if (!wasTruncated(evidence, "Pod")) return [];
  const workload = objectsIn(evidence, subject.kind).find(({ metadata }) => metadata.name === subject.name);
  const spec = workload?.spec as { selector?: { matchLabels?: Record<string, string> } } | undefined;
  const labels = spec?.selector?.matchLabels;
  return labels ? [list("Pod", subject.namespace, labelsText(labels))] : [];
};

/** Objects the read pods name that no list of the first look holds. */
const referenced = (evidence: readonly Evidence[], pods: ReturnType<typeof podsToRead>): Question[] => {
  const nodes = new Set(objectsIn(evidence, "Node").map(({ metadata }) => metadata.name));
  return pods.flatMap(({ spec }) => [
    ...(spec.priorityClassName ? [get("PriorityClass", null, spec.priorityClassName)] : []),
    ...(spec.nodeName && !nodes.has(spec.nodeName) ? [get("Node", null, spec.nodeName)] : []),
  ]);
};

/** What is worth asking once the first look is there: logs, metrics, and what was named but not listed. */
export const secondLook = (
  subject: Subject,
  alerts: readonly Alert[],
  evidence: readonly Evidence[],
  has: { metrics: boolean },
): Question[] => {
  const pods = podsToRead(subject, alerts, evidence);
  return distinct([
    ...pods.flatMap(logQuestions),
    ...ownPods(subject, evidence),
    ...referenced(evidence, pods),
    ...(has.metrics ? metricQuestions(subject, pods, objectsIn(evidence, "Node")) : []),
  ]);
};
