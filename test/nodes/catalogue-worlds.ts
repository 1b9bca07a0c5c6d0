import type { Evidence } from "../../src/incident/evidence.ts";
import type { Incident } from "../../src/incident/incident.ts";
import type { KubeObject, Workload } from "../../src/incident/kube.ts";
import type { Policy } from "../../src/incident/policy.ts";
import { act } from "../../src/nodes/act.ts";
import { propose } from "../../src/nodes/propose.ts";
import { fakeKubernetes } from "../support/fake-actuator.ts";
import { fakeLedger } from "../support/fake-ledger.ts";
import {
  cause,
  clockAt,
  deployment,
  fakeArchive,
  found,
  incidentOf,
  pod,
  podSpec,
  policyIn,
  subject,
} from "../support/workloads.ts";

export const clock = clockAt("2026-01-01T10:00:00.000Z");
export const inShop = { namespace: "shop", resourceVersion: "5" };
export const web = deployment(podSpec("web:1", { ports: [{ containerPort: 8080 }] }), { readyReplicas: 2 });
export const ofWeb = { kind: "Deployment", namespace: "shop", name: "web" };
export const applied = (object: object) => ({
  "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(object),
});
export const service = (spec: object, annotations: object = {}): object => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", uid: "uid-svc", ...inShop, annotations },
  spec,
});
export const node = (name: string, spec: object, annotations: object = {}): object => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, uid: `uid-${name}`, resourceVersion: "7", annotations },
  spec,
  status: { conditions: [{ type: "Ready", status: "True" }] },
});
export const podOn = (nodeName: string, name: string, metadata: object = {}): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, uid: `uid-${name}`, ...inShop, ...metadata },
  spec: { nodeName, containers: [] },
});
export const event = (message: string) => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "e", namespace: "shop" },
  involvedObject: { kind: "Deployment", name: "web", namespace: "shop", uid: "uid-web" },
  reason: "ScalingReplicaSet",
  source: { component: "deployment-controller" },
  message,
});
export const fromThree = event("Scaled down replica set web-r2 from 3 to 0");
/** The manifest it was applied from, with a count of its own. */
export const appliedWith = (replicas: number) => ({
  ...toZero,
  metadata: {
    ...toZero.metadata,
    annotations: {
      "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({
        kind: "Deployment",
        metadata: { name: "web", namespace: "shop" },
        spec: { replicas },
      }),
    },
  },
});
export const toZero = { ...web, spec: { ...web.spec, replicas: 0 }, status: {} };
export const scaler: object = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web", uid: "uid-hpa", ...inShop },
  spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 5 },
};
export const cronJob = (suspend: boolean): object => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "nightly", uid: "uid-cj", ...inShop },
  spec: { schedule: "0 2 * * *", suspend },
});
export const stuckPod = {
  ...podOn("node-1", "db-0", {
    labels: { app: "db", "controller-revision-hash": "db-1" },
    ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "uid-db", controller: true }],
  }),
  status: { conditions: [{ type: "Ready", status: "False" }] },
};
export const statefulSet: object = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", uid: "uid-db", ...inShop },
  spec: { replicas: 1, selector: { matchLabels: { app: "db" } }, template: { spec: podSpec("db:2") } },
  status: { updateRevision: "db-2" },
};
export const budget: object = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "db", uid: "uid-pdb", ...inShop },
  spec: { selector: { matchLabels: { app: "db" } } },
  status: { disruptionsAllowed: 0 },
};
export const job = (name: string, status: object): object => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, uid: `uid-${name}`, ...inShop },
  spec: {
    selector: { matchLabels: { "controller-uid": "x" } },
    template: { metadata: { labels: { "controller-uid": "x", team: "a" } }, spec: podSpec("export:1") },
  },
  status,
});
export const failedJob = job("export", { conditions: [{ type: "Failed", status: "True" }] });
export const jobPod = (status: object): object => ({
  ...podOn("node-1", "export-1", {
    ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: "export", uid: "uid-export", controller: true }],
  }),
  status,
});

export const evicted = (message: string): object => ({ phase: "Failed", reason: "Evicted", message });
/** A pod of `web` that runs, is not ready since then, and what the kubelet says of its probe. */
export const silentPod = (unreadySince: string, restartCount = 0): object => ({
  ...pod("web-r1-a", 1, {
    conditions: [{ type: "Ready", status: "False", lastTransitionTime: unreadySince }],
    containerStatuses: [{ name: "web", restartCount, state: { running: { startedAt: "2026-01-01T09:00:00Z" } } }],
  }),
});
export const probed = (message: string): object => ({
  ...event(message),
  metadata: { name: "probe", namespace: "shop" },
  involvedObject: { kind: "Pod", name: "web-r1-a", namespace: "shop", uid: "uid-web-r1-a" },
  reason: "Unhealthy",
});
export const noAnswer = 'Readiness probe failed: Get "http://10.1.2.3:8080/": context deadline exceeded';
export const hung = "2026-01-01T09:40:00Z";

export interface Case {
  objects: object[];
  about: Parameters<typeof cause>;
  subject?: { kind: string; namespace: string | null; name: string };
  policy?: Policy;
  /** Beside the objects themselves. */
  evidence?: Evidence[];
  /** The share of its periods in which a container is held back, as Prometheus tells it at the moment of acting. */
  throttled?: number;
}
export const run = async ({ objects, about, subject: sick, policy = policyIn("approve"), ...more }: Case) => {
  const kubernetes = fakeKubernetes(objects);
  const evidence: Evidence[] = [found("2026-01-01T09:59:00Z", ...objects), ...(more.evidence ?? [])];
  const ports = { ...kubernetes, archive: fakeArchive(evidence), clock };
  const diagnosis = cause(about[0], { ...(sick ? { object: sick } : {}), ...about[1] });
  let incident: Incident = incidentOf({
    evidence: evidence.map(({ id }) => id),
    diagnosis,
    subject: sick ? { ...subject, ...sick } : subject,
  });
  incident = { ...incident, ...(await propose(ports, { policy, approvalMinutes: 60, redact: (v) => v })(incident)) };
  return { kubernetes, incident, policy, throttled: more.throttled ?? 0 };
};
export const carriedOut = async (
  { kubernetes, incident, policy, throttled }: Awaited<ReturnType<typeof run>>,
  now = policy,
) => {
  if (incident.plan?.kind !== "actions") throw new Error(JSON.stringify(incident.plan));
  const { ledger } = fakeLedger([incident.plan.hash]);
  const series = [{ labels: {}, points: [[0, throttled] as [number, number]] }];
  const metrics = { instant: async () => series, range: async () => series };
  return act({ ...kubernetes, metrics, ledger, clock }, { policy: now })(incident);
};
export const at = (kubernetes: ReturnType<typeof fakeKubernetes>, ref: string) =>
  kubernetes.objects.get(ref) as (KubeObject & { spec: Record<string, unknown> }) | undefined;
export const whyNot = ({ incident }: Awaited<ReturnType<typeof run>>): string =>
  incident.plan?.kind === "none" ? incident.plan.why : `proposed ${JSON.stringify(incident.plan)}`;

export const svc = { kind: "Service", namespace: "shop", name: "web" };
export const nodeRef = { kind: "Node", namespace: null, name: "node-1" };
export const cj = { kind: "CronJob", namespace: "shop", name: "nightly" };
export const db = { kind: "StatefulSet", namespace: "shop", name: "db" };
export const jobRef = { kind: "Job", namespace: "shop", name: "export" };
export const selectorGone: Case = {
  objects: [web, service({ selector: { app: "web-api" } })],
  about: ["service-selector-unmatched", { related: [ofWeb] }],
  subject: svc,
};
export const cases: [string, Case, string, (k: ReturnType<typeof fakeKubernetes>) => unknown, unknown][] = [
  [
    "restore-service-selector",
    selectorGone,
    "Service/shop/web",
    (k) => at(k, "Service/shop/web")?.spec.selector,
    { app: "web" },
  ],
  [
    "restore-service-port",
    {
      objects: [web, service({ selector: { app: "web" }, ports: [{ port: 80, targetPort: 9999 }] })],
      about: ["service-target-port-wrong"],
      subject: svc,
    },
    "Service/shop/web",
    (k) => at(k, "Service/shop/web")?.spec.ports,
    [{ port: 80, targetPort: 8080 }],
  ],
  [
    "scale-workload",
    { objects: [toZero, event("Scaled down replica set web-r2 from 3 to 0")], about: ["scaled-to-zero"] },
    "Deployment/shop/web",
    (k) => at(k, "Deployment/shop/web")?.spec.replicas,
    3,
  ],
  [
    "scale-workload",
    { objects: [appliedWith(3), fromThree], about: ["scaled-to-zero"] },
    "Deployment/shop/web",
    (k) => at(k, "Deployment/shop/web")?.spec.replicas,
    3,
  ],
  [
    "resume-rollout",
    { objects: [{ ...web, spec: { ...web.spec, paused: true } }], about: ["rollout-paused-or-unobserved"] },
    "Deployment/shop/web",
    (k) => at(k, "Deployment/shop/web")?.spec.paused,
    undefined,
  ],
  [
    "resume-cronjob",
    { objects: [cronJob(true)], about: ["cronjob-suspended-or-invalid"], subject: cj },
    "CronJob/shop/nightly",
    (k) => at(k, "CronJob/shop/nightly")?.spec.suspend,
    false,
  ],
  [
    "uncordon-node",
    {
      objects: [node("node-1", { unschedulable: true }), podOn("node-1", "p")],
      about: ["node-cordoned"],
      subject: nodeRef,
    },
    "Node//node-1",
    (k) => at(k, "Node//node-1")?.spec.unschedulable,
    undefined,
  ],
  [
    "cordon-node",
    { objects: [node("node-1", {}), node("node-2", {})], about: ["node-flapping"], subject: nodeRef },
    "Node//node-1",
    (k) => at(k, "Node//node-1")?.spec.unschedulable,
    true,
  ],
  [
    "delete-pod",
    { objects: [stuckPod, statefulSet], about: ["statefulset-ordinal-stuck"], subject: db },
    "Pod/shop/db-0",
    (k) => at(k, "Pod/shop/db-0"),
    undefined,
  ],
  [
    "restart-workload",
    { objects: [web, silentPod(hung), probed(noAnswer)], about: ["app-not-ready"] },
    "Deployment/shop/web",
    (k) => (at(k, "Deployment/shop/web") as Workload | undefined)?.spec.template.metadata?.annotations,
    { "kubectl.kubernetes.io/restartedAt": "2026-01-01T10:00:00.000Z" },
  ],
  [
    "rerun-job",
    {
      objects: [failedJob, jobPod(evicted("The node was low on resource: memory."))],
      about: ["job-backoff-limit"],
      subject: jobRef,
    },
    "Job/shop/export",
    (k) => [...k.objects.keys()].filter((key) => key.startsWith("Job/shop/export-again")).length,
    1,
  ],
];
