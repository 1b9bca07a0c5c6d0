import type { World } from "../../src/demo/recorded-cluster/world.ts";
import type { KubeObject } from "../../src/incident/kube.ts";

const at = "2026-11-22T14:30:00Z";
export const deadNode = "node-dead";
/** As real ones: the owner can be read off the name. */
const podHash = "7c9d8f6b5c";
const podEnd = "x7k2p";

const uid = (name: string): string => `uid-${name}`;

const node = (name: string, ready: boolean): KubeObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, uid: uid(name), creationTimestamp: "2026-11-01T00:00:00Z" },
  spec: {},
  status: {
    conditions: [
      {
        type: "Ready",
        status: ready ? "True" : "Unknown",
        reason: ready ? "KubeletReady" : "NodeStatusUnknown",
        message: ready ? "kubelet is posting ready status" : "Kubelet stopped posting node status.",
        lastTransitionTime: at,
      },
    ],
  },
});

export interface Inhabitant {
  name: string;
  node: string;
  image: string;
  /** What its one container waits for; null: it runs. */
  waiting: { reason: string; message: string } | null;
  ready: boolean;
}

const owner = (kind: string, name: string) => [
  { apiVersion: "apps/v1", kind, name, uid: uid(`${kind}-${name}`), controller: true },
];

/** A Deployment of one replica, with its ReplicaSet and its pod, as the API server would show them. */
const workload = (namespace: string, { name, node: nodeName, image, waiting, ready }: Inhabitant): KubeObject[] => {
  const hash = podHash;
  const labels = { app: name, "pod-template-hash": hash };
  const spec = { containers: [{ name: "main", image }] };
  const template = { metadata: { labels: { app: name } }, spec };
  const set = `${name}-${hash}`;
  const count = ready ? 1 : 0;
  const base = (kind: string, its: string, more: object) => ({
    metadata: {
      name: its,
      namespace,
      uid: uid(`${kind}-${its}`),
      creationTimestamp: at,
      labels: { app: name },
      ...more,
    },
  });
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      ...base("Deployment", name, { generation: 1, annotations: { "deployment.kubernetes.io/revision": "1" } }),
      spec: { replicas: 1, selector: { matchLabels: { app: name } }, template },
      status: {
        observedGeneration: 1,
        replicas: 1,
        updatedReplicas: 1,
        readyReplicas: count,
        availableReplicas: count,
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      ...base("ReplicaSet", set, { ownerReferences: owner("Deployment", name), labels }),
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } },
      status: { replicas: 1, readyReplicas: count },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      ...base("Pod", `${set}-${podEnd}`, { ownerReferences: owner("ReplicaSet", set), labels }),
      spec: { ...spec, nodeName },
      status: {
        phase: waiting ? "Pending" : "Running",
        startTime: at,
        conditions: [
          { type: "PodScheduled", status: "True", lastTransitionTime: at },
          { type: "Ready", status: ready ? "True" : "False", lastTransitionTime: at },
        ],
        containerStatuses: [
          {
            name: "main",
            image,
            ready,
            restartCount: 0,
            state: waiting ? { waiting } : { running: { startedAt: at } },
          },
        ],
      },
    },
  ];
};

export const onDeadNode = (name: string): Inhabitant => ({
  name,
  node: deadNode,
  image: `registry.example/${name}:1`,
  waiting: null,
  ready: false,
});

const pulling = (image: string) => ({
  reason: "ImagePullBackOff",
  message: `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
});

export const withoutImage = (name: string, image = `registry.example/${name}:nope`): Inhabitant => ({
  name,
  node: "node-well",
  image,
  waiting: pulling(image),
  ready: false,
});

export const withoutConfig = (name: string, configMap: string): Inhabitant => ({
  name,
  node: "node-well",
  image: "registry.example/app:1",
  waiting: { reason: "CreateContainerConfigError", message: `configmap "${configMap}" not found` },
  ready: false,
});

const worldOf = (namespace: string, objects: KubeObject[]): World => ({
  namespace,
  recordedAt: "2026-11-22T15:00:00Z",
  version: "v1.35.6",
  objects: [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, uid: uid(namespace), creationTimestamp: at } },
    ...objects,
  ],
  logs: new Map(),
  heals: {},
});

/** The nodes are in the first of them. */
export const town = (namespaces: Record<string, Inhabitant[]>): World[] =>
  Object.entries(namespaces).map(([namespace, all], index) =>
    worldOf(namespace, [
      ...(index === 0 ? [node(deadNode, false), node("node-well", true)] : []),
      ...all.flatMap((one) => workload(namespace, one)),
    ]),
  );

export const podOf = (name: string): string => `${name}-${podHash}-${podEnd}`;

export interface Sent {
  status: "firing" | "resolved";
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  fingerprint: string;
}

export const alertOn = (
  namespace: string,
  name: string,
  alertname: string,
  { status = "firing", startsAt = at }: Partial<Sent> = {},
): Sent => ({
  status,
  labels: { alertname, namespace, pod: podOf(name), severity: "warning" },
  annotations: { summary: `${namespace}/${name}: ${alertname}` },
  startsAt,
  fingerprint: `${alertname}-${namespace}-${name}`,
});

export const alertOnNode = (): Sent => ({
  status: "firing",
  labels: { alertname: "KubeNodeNotReady", node: deadNode, severity: "critical" },
  annotations: { summary: `${deadNode} is not ready` },
  startsAt: at,
  fingerprint: "node",
});
