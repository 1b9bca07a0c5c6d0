/** Where the API keeps a kind: `/api/v1` when the group is empty, `/apis/<group>/<version>` otherwise. */
export interface KindEntry {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

const core = (plural: string, namespaced = true): KindEntry => ({ group: "", version: "v1", plural, namespaced });
const inGroup = (group: string, version: string, plural: string, namespaced = true): KindEntry => ({
  group,
  version,
  plural,
  namespaced,
});

/** Every kind Nightshift may read. Secret is not here and never will be. ConfigMap is read by name only. */
export const kinds = {
  Pod: core("pods"),
  Event: core("events"),
  Service: core("services"),
  ServiceAccount: core("serviceaccounts"),
  PersistentVolumeClaim: core("persistentvolumeclaims"),
  ResourceQuota: core("resourcequotas"),
  LimitRange: core("limitranges"),
  ConfigMap: core("configmaps"),
  Node: core("nodes", false),
  Namespace: core("namespaces", false),
  PersistentVolume: core("persistentvolumes", false),
  Deployment: inGroup("apps", "v1", "deployments"),
  ReplicaSet: inGroup("apps", "v1", "replicasets"),
  StatefulSet: inGroup("apps", "v1", "statefulsets"),
  DaemonSet: inGroup("apps", "v1", "daemonsets"),
  ControllerRevision: inGroup("apps", "v1", "controllerrevisions"),
  Job: inGroup("batch", "v1", "jobs"),
  CronJob: inGroup("batch", "v1", "cronjobs"),
  HorizontalPodAutoscaler: inGroup("autoscaling", "v2", "horizontalpodautoscalers"),
  PodDisruptionBudget: inGroup("policy", "v1", "poddisruptionbudgets"),
  EndpointSlice: inGroup("discovery.k8s.io", "v1", "endpointslices"),
  Ingress: inGroup("networking.k8s.io", "v1", "ingresses"),
  NetworkPolicy: inGroup("networking.k8s.io", "v1", "networkpolicies"),
  StorageClass: inGroup("storage.k8s.io", "v1", "storageclasses", false),
  PriorityClass: inGroup("scheduling.k8s.io", "v1", "priorityclasses", false),
} as const satisfies Record<string, KindEntry>;

export type Kind = keyof typeof kinds;

export const isKind = (name: string): name is Kind => Object.hasOwn(kinds, name);

/** Path of a collection (no name) or of one object. Names are encoded: they come from alerts and are not trusted. */
export const apiPath = (kind: Kind, namespace: string | null, name?: string): string => {
  const { group, version, plural, namespaced } = kinds[kind];
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespaced && namespace !== null ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
};
