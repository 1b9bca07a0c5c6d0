import { sha256 } from "../../src/incident/canonical.ts";
import type { Cause } from "../../src/incident/diagnosis.ts";
import { type Evidence, evidenceId } from "../../src/incident/evidence.ts";
import { type Incident, newIncident } from "../../src/incident/incident.ts";
import type { KubeObject, PodSpec, Workload } from "../../src/incident/kube.ts";
import { Policy } from "../../src/incident/policy.ts";
import type { Archive } from "../../src/ports/archive.ts";

const namespace = "shop";
export const subject = { cluster: "test", namespace, kind: "Deployment", name: "web", guessed: false };
export const policyIn = (mode: Policy["mode"], more: object = {}): Policy => Policy.parse({ mode, ...more });

export const podSpec = (image: string, more: object = {}): PodSpec => ({
  containers: [{ name: "web", image, ...more }],
});

export const deployment = (spec: PodSpec, status: Workload["status"], more: object = {}): Workload => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "web",
    namespace,
    uid: "uid-web",
    resourceVersion: "10",
    generation: 2,
    labels: { app: "web" },
    annotations: { "deployment.kubernetes.io/revision": "2", owner: "shop" },
    ...more,
  },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec },
  },
  ...(status ? { status } : {}),
});

export const replicaSet = (revision: number, spec: PodSpec, ready: number, createdAt: string): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: {
    name: `web-r${revision}`,
    namespace,
    uid: `uid-rs${revision}`,
    creationTimestamp: createdAt,
    labels: { app: "web", "pod-template-hash": `r${revision}` },
    annotations: { "deployment.kubernetes.io/revision": `${revision}` },
    ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "uid-web", controller: true }],
  },
  spec: { template: { metadata: { labels: { app: "web", "pod-template-hash": `r${revision}` } }, spec } },
  status: { readyReplicas: ready },
});

export const pod = (name: string, revision: number, status: object): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    generateName: `web-r${revision}-`,
    namespace,
    uid: `uid-${name}`,
    labels: { app: "web", "pod-template-hash": `r${revision}` },
    ownerReferences: [
      {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        name: `web-r${revision}`,
        uid: `uid-rs${revision}`,
        controller: true,
      },
    ],
  },
  spec: podSpec("any"),
  status,
});

export const found = (askedAt: string, ...objects: object[]): Evidence => {
  const question = { ask: "list" as const, kind: "Everything", namespace, selector: sha256(objects).slice(0, 6) };
  const answer = {
    kind: "found" as const,
    body: { kind: "objects" as const, objects: objects as KubeObject[], truncated: false },
  };
  return { id: evidenceId(question, answer), question, command: "kubectl get", askedAt, ms: 1, bytes: 1, answer };
};

export const logged = (podName: string, text: string): Evidence => {
  const question = { ask: "logs" as const, namespace, pod: podName, container: "web", previous: true, lines: 100 };
  const answer = {
    kind: "found" as const,
    body: { kind: "log" as const, namespace, pod: podName, container: "web", previous: true, text, truncated: false },
  };
  return {
    id: evidenceId(question, answer),
    question,
    command: "",
    askedAt: "2026-01-01T00:00:00Z",
    ms: 1,
    bytes: 1,
    answer,
  };
};

export const fakeArchive = (evidence: readonly Evidence[]): Archive & { kept: Evidence[] } => {
  const kept = [...evidence];
  return {
    kept,
    keep: async (more) => {
      kept.push(...more.filter(({ id }) => !kept.some((one) => one.id === id)));
    },
    open: async (ids) =>
      ids.map((id) => {
        const one = kept.find((other) => other.id === id);
        if (!one) throw new Error(`no evidence ${id}`);
        return one;
      }),
  };
};

export const cause = (name: Cause["class"], more: Partial<Cause> = {}): Cause => ({
  kind: "cause",
  class: name,
  statement: "it is broken",
  object: { kind: "Deployment", namespace, name: "web" },
  evidence: ["e1"],
  confidence: 0.95,
  by: "rules",
  scope: "isolated",
  disproof: "",
  related: [],
  alsoSeen: [],
  changes: [],
  ...more,
});

export const incidentOf = (more: Partial<Incident>): Incident => ({
  ...newIncident({ id: "inc-1", subject, severity: "critical", openedAt: "2026-01-01T10:00:00.000Z", alerts: [] }),
  questions: [],
  rounds: 1,
  ...more,
});

export const clockAt = (iso: string) => {
  let time = Date.parse(iso);
  return {
    now: () => new Date(time),
    to: (next: string) => {
      time = Date.parse(next);
    },
    after: (seconds: number) => {
      time += seconds * 1000;
    },
  };
};
