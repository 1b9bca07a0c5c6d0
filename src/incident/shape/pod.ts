import { list, map, record } from "./shape.ts";

export const texts = list("text");
export const labels = map("text");
const amounts = map("amount");

const keyRef = record({ name: "text", key: "text", optional: "flag" });
const named = record({ name: "text", optional: "flag" });

const probe = record({
  httpGet: record({ path: "text", port: "amount", scheme: "text", host: "text" }),
  tcpSocket: record({ port: "amount", host: "text" }),
  exec: record({ command: texts }),
  grpc: record({ port: "number" }),
  initialDelaySeconds: "number",
  periodSeconds: "number",
  timeoutSeconds: "number",
  failureThreshold: "number",
});

const securityContext = record({
  runAsUser: "number",
  runAsGroup: "number",
  runAsNonRoot: "flag",
  readOnlyRootFilesystem: "flag",
  privileged: "flag",
  capabilities: record({ add: texts, drop: texts }),
});

const container = record(
  {
    name: "text",
    image: "text",
    imagePullPolicy: "text",
    command: texts,
    args: texts,
    env: list(
      record(
        { name: "text", value: "text", valueFrom: record({ configMapKeyRef: keyRef, secretKeyRef: keyRef }) },
        "name",
      ),
    ),
    envFrom: list(record({ configMapRef: named, secretRef: named })),
    ports: list(record({ name: "text", containerPort: "number", hostPort: "number", protocol: "text" })),
    resources: record({ requests: amounts, limits: amounts }),
    volumeMounts: list(record({ name: "text", mountPath: "text", subPath: "text", readOnly: "flag" })),
    readinessProbe: probe,
    livenessProbe: probe,
    startupProbe: probe,
    lifecycle: record({ postStart: record({}), preStop: record({}) }),
    restartPolicy: "text",
    securityContext,
  },
  "name",
);

const items = list(record({ key: "text", path: "text" }));
const volume = record({
  name: "text",
  configMap: record({ name: "text", optional: "flag", items }),
  secret: record({ secretName: "text", optional: "flag", items }),
  persistentVolumeClaim: record({ claimName: "text" }),
  emptyDir: record({ medium: "text", sizeLimit: "amount" }),
  projected: record({ sources: list(record({ configMap: named, secret: named })) }),
});

const terms = list(record({ key: "text", operator: "text", values: texts }, "key", "operator"));
const nodeTerm = record({ matchExpressions: terms, matchFields: terms });
const podTerms = record({
  requiredDuringSchedulingIgnoredDuringExecution: list(record({})),
  preferredDuringSchedulingIgnoredDuringExecution: list(record({})),
});
const affinity = record({
  nodeAffinity: record({
    requiredDuringSchedulingIgnoredDuringExecution: record({ nodeSelectorTerms: list(nodeTerm) }),
    preferredDuringSchedulingIgnoredDuringExecution: list(record({ preference: nodeTerm })),
  }),
  podAffinity: podTerms,
  podAntiAffinity: podTerms,
});

export const selector = record({ matchLabels: labels, matchExpressions: terms });

export const podSpec = record({
  nodeName: "text",
  nodeSelector: labels,
  affinity,
  tolerations: list(record({ key: "text", operator: "text", value: "text", effect: "text" })),
  containers: list(container),
  initContainers: list(container),
  volumes: list(volume),
  restartPolicy: "text",
  serviceAccountName: "text",
  automountServiceAccountToken: "flag",
  imagePullSecrets: list(record({ name: "text" })),
  schedulingGates: list(record({ name: "text" }, "name")),
  readinessGates: list(record({ conditionType: "text" }, "conditionType")),
  hostNetwork: "flag",
  hostAliases: list(record({ ip: "text", hostnames: texts })),
  dnsPolicy: "text",
  dnsConfig: record({ nameservers: texts, searches: texts }),
  securityContext,
  topologySpreadConstraints: list(record({})),
  priorityClassName: "text",
  runtimeClassName: "text",
});

export const conditions = list(
  record({ type: "text", status: "text", reason: "text", message: "text", lastTransitionTime: "time" }, "type"),
);

const terminated = record({
  exitCode: "number",
  signal: "number",
  reason: "text",
  message: "text",
  startedAt: "time",
  finishedAt: "time",
});
const state = record({
  waiting: record({ reason: "text", message: "text" }),
  running: record({ startedAt: "time" }),
  terminated,
});
const containerStatuses = list(
  record(
    {
      name: "text",
      ready: "flag",
      started: "flag",
      restartCount: "number",
      image: "text",
      imageID: "text",
      state,
      lastState: state,
    },
    "name",
  ),
);

export const podStatus = record({
  phase: "text",
  reason: "text",
  message: "text",
  podIP: "text",
  hostIP: "text",
  conditions,
  containerStatuses,
  initContainerStatuses: containerStatuses,
  startTime: "time",
  qosClass: "text",
});
