import type { Condition, KubeObject } from "../incident/kube.ts";

// What says nothing about a cause, or says it a second time.
const noise = new Set(
  `managedFields uid resourceVersion generation observedGeneration selfLink creationTimestamp ownerReferences imageID
  containerID started terminationMessagePath terminationMessagePolicy schedulerName allocatedResources user podIP podIPs
  hostIP hostIPs qosClass lastProbeTime lastHeartbeatTime lastUpdateTime lastTransitionTime successThreshold
  terminationGracePeriodSeconds dnsPolicy enableServiceLinks preemptionPolicy serviceAccount restartPolicy
  revisionHistoryLimit conditions finalizers clusterIPs ipFamilies ipFamilyPolicy sessionAffinity volumeMounts nodeInfo
  addresses daemonEndpoints images internalTrafficPolicy collisionCount terminatingReplicas capacity
  kubernetes.io/metadata.name`.split(/\s+/),
);
// What a field holds unless somebody decided otherwise, as `flow` writes it.
const usual: Record<string, readonly string[]> = {
  protocol: ["TCP"],
  phase: ["Active"],
  timeoutSeconds: ["1"],
  failureThreshold: ["3"],
  periodSeconds: ["10"],
  scheme: ["HTTP"],
  imagePullPolicy: ["IfNotPresent"],
  progressDeadlineSeconds: ["600"],
  "hugepages-1Gi": ["0"],
  "hugepages-2Mi": ["0"],
  strategy: [
    "{type:RollingUpdate,rollingUpdate:{maxUnavailable:25%,maxSurge:25%}}",
    "{rollingUpdate:{maxSurge:25%,maxUnavailable:25%},type:RollingUpdate}",
  ],
};

/** Packed data has no words; how it begins tells what it is. */
const unpacked = (text: string): string => text.replace(/[\w+/=.-]{100,}/g, (word) => `${word.slice(0, 40)}…`);

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);

const isServiceAccountVolume = (value: unknown): boolean =>
  typeof value === "object" && value !== null && String(Reflect.get(value, "name")).startsWith("kube-api-access-");

/** Kubernetes values in few characters: {image:nginx,ports:[{containerPort:80}]}. */
export const flow = (value: unknown): string => {
  if (Array.isArray(value))
    return `[${value
      .filter((one) => !isServiceAccountVolume(one))
      .map(flow)
      .join(",")}]`;
  if (typeof value !== "object" || value === null) return unpacked(String(value));
  const fields = Object.entries(value)
    .filter(([key, field]) => !noise.has(key) && !isEmpty(field))
    .map(([key, field]) => [key, flow(field)] as const)
    .filter(([key, text]) => usual[key]?.includes(text) !== true);
  return `{${fields.map((field) => field.join(":")).join(",")}}`;
};

// The condition is bad when it is true.
const badWhenTrue = /Pressure|Failure|Unavailable|Limited|Disruption|Failed|Suspended|Resizing/;

const badConditions = ({ status }: KubeObject): string[] => {
  const conditions = (status as { conditions?: Condition[] } | undefined)?.conditions;
  const bad = (Array.isArray(conditions) ? conditions : []).filter(
    ({ type, status: is }) => is !== (badWhenTrue.test(type) ? "False" : "True"),
  );
  // A pod says the same twice.
  const twice = (one: Condition): boolean =>
    one.type === "ContainersReady" && bad.some(({ type, message }) => type === "Ready" && message === one.message);
  return bad
    .filter((one) => !twice(one))
    .map(({ type, status: is, reason = "", message = "" }) => `${type}=${is} ${reason} ${message}`.trim());
};

const field = (object: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((at, key) => (typeof at === "object" && at ? Reflect.get(at, key) : undefined), object);

// What of a kind is worth a line; of other kinds spec and status.
const telling: Record<string, readonly string[]> = {
  Pod: [
    "status.phase",
    "status.reason",
    "status.message",
    "spec.nodeName",
    "status.initContainerStatuses",
    "status.containerStatuses",
  ],
  Deployment: ["spec.replicas", "spec.paused", "status"],
  StatefulSet: ["spec.replicas", "status"],
  DaemonSet: ["status"],
  ReplicaSet: ["spec.replicas", "status"],
  Node: ["spec.unschedulable", "spec.taints", "status.allocatable"],
  ServiceAccount: ["imagePullSecrets"],
  EndpointSlice: ["endpoints", "ports"],
  ResourceQuota: ["status"],
  ControllerRevision: ["revision"],
  Namespace: ["status"],
};

const revisionNote = "deployment.kubernetes.io/revision";

const headOf = ({ kind, metadata }: KubeObject): string =>
  [
    `${kind}/${metadata.name}`,
    ...(metadata.annotations?.[revisionNote] ? [`revision ${metadata.annotations[revisionNote]}`] : []),
    ...(metadata.deletionTimestamp ? [`deleted ${metadata.deletionTimestamp}`] : []),
  ].join(" ");

interface Container {
  name?: string;
  resources?: unknown;
}

/** Of its containers a pod tells the resources twice; where both are the same, what it wants says it. */
const toldOnce = (object: KubeObject, path: string): unknown => {
  const value = field(object, path);
  const wanted = wantedBy[path] === undefined ? undefined : field(object, wantedBy[path]);
  if (!Array.isArray(value) || !Array.isArray(wanted)) return value;
  return value.map((one: Container) => {
    const { resources, ...rest } = one;
    const same = wanted.some((its: Container) => its.name === one.name && flow(its.resources) === flow(resources));
    return same ? rest : one;
  });
};
const wantedBy: Record<string, string> = {
  "status.containerStatuses": "spec.containers",
  "status.initContainerStatuses": "spec.initContainers",
};

const textOf = (object: KubeObject, paths: readonly string[]): string => {
  const parts = paths.map((path) => [path.split(".").at(-1), toldOnce(object, path)] as const);
  const shown = parts.filter(([, value]) => !isEmpty(value)).map(([name, value]) => `${name}=${flow(value)}`);
  return [headOf(object), ...shown.filter((part) => !part.endsWith("={}")), ...badConditions(object)].join("; ");
};

/** One line with what matters of its kind. */
export const objectLine = (object: KubeObject): string => textOf(object, telling[object.kind] ?? ["spec", "status"]);

/** All but the bulk. */
export const objectInFull = (object: KubeObject): string =>
  textOf(object, ["metadata.labels", "spec", "status", "data", "involvedObject", "reason", "message", "endpoints"]);
