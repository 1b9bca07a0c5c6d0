import type { KubeObject, Pod } from "../incident/kube.ts";
import type { Question } from "../incident/question.ts";
import type { Subject } from "../incident/subject.ts";

const minutesBack = 60;

/** A PromQL string: names come from alerts and are not trusted. */
const promString = (text: string): string => JSON.stringify(text);

const alternatives = (names: readonly string[]): string =>
  names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");

/** A PromQL string that matches exactly these names. */
const anyOf = (names: readonly string[]): string => promString(alternatives(names));

const instant = (query: string): Question => ({ ask: "metric", query, minutes: 0 });
const range = (query: string): Question => ({ ask: "metric", query, minutes: minutesBack });

const ofPods = (namespace: string, names: string[]): Question[] => {
  const where = `namespace=${promString(namespace)},pod=~${anyOf(names)}`;
  const inContainers = `${where},container!=""`;
  const used = `container_memory_working_set_bytes{${inContainers}}`;
  const throttled = `increase(container_cpu_cfs_throttled_periods_total{${inContainers}}[5m])`;
  const periods = `increase(container_cpu_cfs_periods_total{${inContainers}}[5m])`;
  return [
    range(`max by (pod, container) (${used})`),
    instant(`max by (pod, container) (max_over_time(${used}[1h]))`),
    instant(`max by (pod, container) (kube_pod_container_resource_limits{${where},resource="memory"})`),
    range(`max by (pod, container) (kube_pod_container_status_restarts_total{${where}})`),
    instant(`sum by (pod, container) (${throttled}) / sum by (pod, container) (${periods})`),
  ];
};

/** How full the volumes are, and how fast they fill. */
const ofClaims = (namespace: string, names: string[]): Question[] => {
  const where = `{namespace=${promString(namespace)},persistentvolumeclaim=~${anyOf(names)}}`;
  const inodes = `kubelet_volume_stats_inodes_used${where} / kubelet_volume_stats_inodes${where}`;
  return [
    range(`max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes${where})`),
    instant(`max by (persistentvolumeclaim) (kubelet_volume_stats_capacity_bytes${where})`),
    instant(`max by (persistentvolumeclaim) (${inodes})`),
  ];
};

/** A query of the sweep without the names it is about. */
const shapeOf = (query: string): string =>
  query.replace(/\b(namespace=|pod=~|persistentvolumeclaim=~)"(?:[^"\\]|\\.)*"/g, "$1");

const shapesOf = (questions: readonly Question[], told: readonly string[]): [string, string][] =>
  questions.map((one, at) => [one.ask === "metric" ? shapeOf(one.query) : "", told[at] ?? ""]);

const briefs = new Map([
  ...shapesOf(ofPods("", [""]), ["memory now", "memory most 1 h", "memory limit", "restarts", "throttled"]),
  ...shapesOf(ofClaims("", [""]), ["volume used", "volume size", "volume inodes used"]),
]);

/** What the sweep asks of its own accord, in few words; null: a query that somebody else came to. */
export const briefOf = (query: string): string | null => briefs.get(shapeOf(query)) ?? null;

const claimsOf = (subject: Subject, pods: readonly Pod[]): string[] => [
  ...new Set([
    ...(subject.kind === "PersistentVolumeClaim" ? [subject.name] : []),
    ...pods.flatMap(({ spec }) =>
      (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
    ),
  ]),
];

/** The exporter names a node by an address, with or without a port, or by its name. */
const ofNode = (name: string, addresses: readonly string[]): Question[] => {
  const instance = promString(`(${alternatives([name, ...addresses])})(:\\d+)?`);
  const where = `{fstype!~"tmpfs|ramfs|overlay|squashfs",instance=~${instance}}`;
  return [
    range(`max by (condition) (kube_node_status_condition{node=${promString(name)},status="true"})`),
    range(`min by (mountpoint) (node_filesystem_avail_bytes${where})`),
    instant(`max by (mountpoint) (node_filesystem_size_bytes${where})`),
  ];
};

const addressesOf = ({ status }: KubeObject): string[] =>
  ((status as { addresses?: { address: string }[] } | undefined)?.addresses ?? []).map(({ address }) => address);

/** The namespace that is looked at around the subject. */
export const placeOf = ({ kind, namespace, name }: Subject): string | null => (kind === "Namespace" ? name : namespace);

/** Which alerts fire around the subject. */
export const alertsAround = (subject: Subject): Question => {
  const namespace = placeOf(subject);
  const where = namespace === null ? `node=${promString(subject.name)}` : `namespace=${promString(namespace)}`;
  return instant(`ALERTS{${where},alertstate="firing"}`);
};

/** Memory against limit and its peak, restarts, throttling, how full the volumes are, and which alerts fire around the subject. */
export const metricQuestions = (
  subject: Subject,
  pods: readonly Pod[],
  nodes: readonly KubeObject[] = [],
): Question[] => {
  const names = pods.map(({ metadata }) => metadata.name);
  const claims = claimsOf(subject, pods);
  const namespace = placeOf(subject);
  if (namespace === null) {
    return [
      ...(subject.kind === "Node"
        ? ofNode(subject.name, nodes.filter(({ metadata }) => metadata.name === subject.name).flatMap(addressesOf))
        : []),
      alertsAround(subject),
    ];
  }
  return [
    alertsAround(subject),
    ...(names.length > 0 ? ofPods(namespace, names) : []),
    ...(claims.length > 0 ? ofClaims(namespace, claims) : []),
  ];
};
