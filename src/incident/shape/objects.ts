import { conditions, labels, podSpec, podStatus, selector, texts } from "./pod.ts";
import { list, map, record, type Shape } from "./shape.ts";

const metadata = record(
  {
    name: "text",
    namespace: "text",
    uid: "text",
    resourceVersion: "text",
    generation: "number",
    creationTimestamp: "time",
    deletionTimestamp: "time",
    labels,
    annotations: labels,
    ownerReferences: list(
      record({ apiVersion: "text", kind: "text", name: "text", uid: "text", controller: "flag" }, "kind", "name"),
    ),
    managedFields: list(
      record({ manager: "text", operation: "text", subresource: "text", time: "time", fieldsV1: map(record({})) }),
    ),
    finalizers: texts,
  },
  "name",
);

const amounts = map("amount");
const template = record({ metadata: record({ labels, annotations: labels }), spec: podSpec });
const templated = record({
  replicas: "number",
  paused: "flag",
  podManagementPolicy: "text",
  serviceName: "text",
  selector,
  progressDeadlineSeconds: "number",
  strategy: record({
    type: "text",
    rollingUpdate: record({ maxSurge: "amount", maxUnavailable: "amount" }),
  }),
  template,
});
const counts = record({
  observedGeneration: "number",
  replicas: "number",
  readyReplicas: "number",
  updatedReplicas: "number",
  availableReplicas: "number",
  unavailableReplicas: "number",
  currentRevision: "text",
  updateRevision: "text",
  desiredNumberScheduled: "number",
  currentNumberScheduled: "number",
  updatedNumberScheduled: "number",
  numberReady: "number",
  numberAvailable: "number",
  numberMisscheduled: "number",
  conditions,
});

const jobSpec = record({
  parallelism: "number",
  backoffLimit: "number",
  activeDeadlineSeconds: "number",
  suspend: "flag",
  template,
});

const event = {
  involvedObject: record({ kind: "text", namespace: "text", name: "text", uid: "text", fieldPath: "text" }),
  reason: "text",
  message: "text",
  type: "text",
  source: record({ component: "text" }),
  reportingComponent: "text",
  count: "number",
  firstTimestamp: "time or null",
  lastTimestamp: "time or null",
  eventTime: "time or null",
  series: record({ count: "number", lastObservedTime: "time" }),
} as const;

const backend = record({ service: record({ name: "text", port: record({ number: "number", name: "text" }) }) });
const peers = list(record({}));
const ports = list(record({ port: "amount", protocol: "text" }));
const hpaSource = record({
  name: "text",
  container: "text",
  metric: record({ name: "text" }),
  target: record({ averageUtilization: "number", averageValue: "amount", value: "amount" }),
  current: record({ averageUtilization: "number", averageValue: "amount", value: "amount" }),
});
const hpaMetrics = list(
  record({
    type: "text",
    resource: hpaSource,
    containerResource: hpaSource,
    pods: hpaSource,
    object: hpaSource,
    external: hpaSource,
  }),
);

/** Of each kind the parts that are looked at; what a kind is not listed with is not looked at. */
const byKind: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  Pod: { spec: podSpec, status: podStatus },
  Deployment: { spec: templated, status: counts },
  ReplicaSet: { spec: templated, status: counts },
  StatefulSet: { spec: templated, status: counts },
  DaemonSet: { spec: templated, status: counts },
  ControllerRevision: { revision: "number", data: record({ spec: record({ template }) }) },
  Event: event,
  Service: {
    spec: record({
      selector: labels,
      type: "text",
      externalName: "text",
      clusterIP: "text",
      clusterIPs: texts,
      externalIPs: texts,
      internalTrafficPolicy: "text",
      externalTrafficPolicy: "text",
      ports: list(record({ name: "text", port: "number", targetPort: "amount", protocol: "text" })),
    }),
    status: record({ loadBalancer: record({ ingress: list(record({ ip: "text" })) }) }),
  },
  EndpointSlice: {
    endpoints: list(
      record({
        addresses: texts,
        conditions: record({ ready: "flag", serving: "flag" }),
        nodeName: "text",
        targetRef: record({ kind: "text", name: "text", uid: "text" }),
      }),
    ),
    ports: list(record({ name: "text", port: "number", protocol: "text" })),
  },
  PersistentVolumeClaim: {
    spec: record({ storageClassName: "text", volumeName: "text", accessModes: texts }),
    status: record({ phase: "text" }),
  },
  PersistentVolume: {
    spec: record({ claimRef: record({ namespace: "text", name: "text" }), storageClassName: "text" }),
    status: record({ phase: "text", message: "text" }),
  },
  ServiceAccount: { automountServiceAccountToken: "flag" },
  StorageClass: { provisioner: "text", volumeBindingMode: "text" },
  ResourceQuota: { spec: record({ hard: amounts }), status: record({ hard: amounts, used: amounts }) },
  LimitRange: { spec: record({ limits: list(record({ type: "text" })) }) },
  HorizontalPodAutoscaler: {
    spec: record({
      scaleTargetRef: record({ apiVersion: "text", kind: "text", name: "text" }),
      minReplicas: "number",
      maxReplicas: "number",
      metrics: hpaMetrics,
    }),
    status: record({
      currentReplicas: "number",
      desiredReplicas: "number",
      conditions,
      currentMetrics: hpaMetrics,
    }),
  },
  PodDisruptionBudget: {
    spec: record({ selector, minAvailable: "amount", maxUnavailable: "amount" }),
    status: record({
      currentHealthy: "number",
      desiredHealthy: "number",
      disruptionsAllowed: "number",
      expectedPods: "number",
    }),
  },
  Ingress: {
    spec: record({
      ingressClassName: "text",
      defaultBackend: backend,
      rules: list(record({ host: "text", http: record({ paths: list(record({ path: "text", backend })) }) })),
      tls: list(record({ secretName: "text", hosts: texts })),
    }),
  },
  NetworkPolicy: {
    spec: record({
      podSelector: selector,
      policyTypes: texts,
      egress: list(record({ ports, to: peers })),
      ingress: list(record({ ports, from: peers })),
    }),
  },
  Node: {
    spec: record({
      unschedulable: "flag",
      taints: list(record({ key: "text", value: "text", effect: "text" }, "key")),
    }),
    status: record({
      conditions,
      allocatable: amounts,
      capacity: amounts,
      addresses: list(record({ type: "text", address: "text" })),
    }),
  },
  Namespace: { status: record({ phase: "text", conditions }) },
  PriorityClass: { value: "number" },
  Job: {
    spec: jobSpec,
    status: record({
      active: "number",
      succeeded: "number",
      failed: "number",
      conditions,
      startTime: "time",
      completionTime: "time",
    }),
  },
  CronJob: {
    spec: record({
      schedule: "text",
      suspend: "flag",
      startingDeadlineSeconds: "number",
      jobTemplate: record({ spec: jobSpec }),
    }),
    status: record({ lastScheduleTime: "time", lastSuccessfulTime: "time" }),
  },
};

const base = { apiVersion: "text", kind: "text", metadata } as const;
const bare = record(base, "kind", "metadata");
const shapes: ReadonlyMap<string, Shape> = new Map(
  Object.entries(byKind).map(([kind, fields]) => [kind, record({ ...base, ...fields }, "kind", "metadata")]),
);

export const shapeOf = (kind: unknown): Shape => (typeof kind === "string" ? shapes.get(kind) : undefined) ?? bare;
