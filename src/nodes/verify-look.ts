import { objectsSeen, ownsPod } from "../actions/seen.ts";
import { selectorText } from "../actions/selector.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Incident } from "../incident/incident.ts";
import type { EndpointSlice, Pod, Service, Workload } from "../incident/kube.ts";
import type { HorizontalPodAutoscaler } from "../incident/kube-autoscaler.ts";
import type { Question } from "../incident/question.ts";
import type { ObjectRef } from "../incident/subject.ts";

export type Ask = (question: Question) => Promise<Evidence>;

/** The target and what depends on it, at one moment. Null: it could not be asked, which is never taken for well. */
export interface Sight {
  /** `gone`: asked, and there is none. */
  workload: Workload | "gone" | null;
  /** Pods the workload controls that are meant to run; those that end or have ended are left out. */
  pods: Pod[] | null;
  /** Services that select the pods of the template, with the endpoints behind each. */
  services: { service: Service; slices: EndpointSlice[] }[] | null;
  scalers: HorizontalPodAutoscaler[] | null;
  /** The incident's alerts that fire now; null when nobody could be asked, or none of them fires but not all are Prometheus'. */
  firing: Incident["alerts"] | null;
}

/** One look: the workload first, then in parallel what belongs to it. */
export const look = async (
  ask: Ask,
  target: ObjectRef,
  alerts: Incident["alerts"],
): Promise<{ sight: Sight; evidence: Evidence[] }> => {
  const { kind, namespace, name } = target;
  const first = await ask({ ask: "get", kind, namespace, name });
  const workload = workloadIn(first, kind);
  const selector = workload === null || workload === "gone" ? null : selectorText(workload.spec.selector ?? {});
  const list = (of: string, by: string | null): Question => ({ ask: "list", kind: of, namespace, selector: by });
  const [pods, services, slices, scalers, firing] = await Promise.all([
    ask(list("Pod", selector)),
    ask(list("Service", null)),
    ask(list("EndpointSlice", null)),
    ask(list("HorizontalPodAutoscaler", null)),
    ask({ ask: "metric", query: firingQuery(namespace, alerts), minutes: 0 }),
  ]);
  const sight: Sight = {
    workload,
    pods: typeof workload === "object" && workload && allRead(pods) ? podsOf(workload, pods) : null,
    services: answered(services) && answered(slices) ? servicesOf(workload, services, slices) : null,
    scalers: answered(scalers) ? scalersOf(target, scalers) : null,
    firing: firingIn(firing, alerts),
  };
  return { sight, evidence: [first, pods, services, slices, scalers, firing] };
};

const scalersOf = ({ kind, name }: ObjectRef, evidence: Evidence): HorizontalPodAutoscaler[] =>
  objectsSeen<HorizontalPodAutoscaler>([evidence], "HorizontalPodAutoscaler").filter(
    ({ spec: { scaleTargetRef: to } }) => to.kind === kind && to.name === name,
  );

const answered = ({ answer }: Evidence): boolean => answer.kind !== "could-not-ask";

/** A pod that cannot be read may be the one that is not well. */
const allRead = ({ answer }: Evidence): boolean =>
  answer.kind === "no-data" ||
  (answer.kind === "found" && answer.body.kind === "objects" && (answer.body.unreadable ?? []).length === 0);

const workloadIn = (evidence: Evidence, kind: string): Sight["workload"] => {
  if (!answered(evidence)) return null;
  return objectsSeen<Workload>([evidence], kind)[0] ?? "gone";
};

const podsOf = (workload: Workload, evidence: Evidence): Pod[] =>
  objectsSeen<Pod>([evidence], "Pod").filter(
    (pod) =>
      ownsPod(workload, pod) &&
      !pod.metadata.deletionTimestamp &&
      pod.status?.phase !== "Succeeded" &&
      pod.status?.phase !== "Failed",
  );

/** Pods of an older revision that are not ready: the template was corrected, but a StatefulSet waits for them first. */
export const stuckPods = ({ workload, pods }: Sight): string[] => {
  if (workload === null || workload === "gone" || workload.kind !== "StatefulSet") return [];
  const newest = workload.status?.updateRevision;
  if (newest === undefined) return [];
  return (pods ?? [])
    .filter(({ metadata }) => metadata.labels?.["controller-revision-hash"] !== newest)
    .filter(({ status }) => !status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"))
    .map(({ metadata }) => metadata.name);
};

const servicesOf = (workload: Sight["workload"], services: Evidence, slices: Evidence): Sight["services"] => {
  if (workload === null || workload === "gone") return [];
  const labels = workload.spec.template.metadata?.labels ?? {};
  const all = objectsSeen<EndpointSlice>([slices], "EndpointSlice");
  return objectsSeen<Service>([services], "Service")
    .filter(({ spec: { selector } }) => selects(selector ?? {}, labels))
    .map((service) => ({ service, slices: all.filter((slice) => servedBy(slice) === service.metadata.name) }));
};

const servedBy = ({ metadata }: EndpointSlice): string | undefined => metadata.labels?.["kubernetes.io/service-name"];

export const selects = (selector: Record<string, string>, labels: Record<string, string>): boolean => {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
};

const quoted = (text: string): string => JSON.stringify(text);

const firingQuery = (namespace: string | null, alerts: Incident["alerts"]): string => {
  const names = [...new Set(alerts.map((alert) => ruleName(alert).replaceAll(/[^\w]/g, ".")))].join("|");
  const where = namespace === null ? "" : `,namespace=${quoted(namespace)}`;
  return `ALERTS{alertstate="firing",alertname=~${quoted(names)}${where}}`;
};

/** Grafana evaluates its own rules, and a title of PagerDuty is no rule: no series of either is in Prometheus. */
const isOfPrometheus = ({ source, labels }: Incident["alerts"][number]): boolean =>
  source === "alertmanager" || (source === "pagerduty" && labels.alertname !== undefined);

const ruleName = ({ name, labels }: Incident["alerts"][number]): string => labels.alertname ?? name;

// An alert is told by its labels: another one of the same name may fire for a neighbour.
const firingIn = ({ answer }: Evidence, alerts: Incident["alerts"]): Incident["alerts"] | null => {
  const series = answer.kind === "found" && answer.body.kind === "series" ? answer.body.series : [];
  const fires = (alert: Incident["alerts"][number]): boolean =>
    series.some(
      ({ labels }) => labels.alertname === ruleName(alert) && ours.every((key) => labels[key] === alert.labels[key]),
    );
  const firing = alerts.filter(fires);
  const provable = answer.kind !== "could-not-ask" && alerts.every(isOfPrometheus);
  return firing.length > 0 || provable ? firing : null;
};

const ours = ["namespace", "deployment", "statefulset", "daemonset", "pod", "container"] as const;
