import { expect, test } from "vitest";
import { isVerb, verbSpec, verbs } from "../../src/actions/catalogue.ts";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { Incident } from "../../src/incident/incident.ts";
import type { KubeObject, Workload } from "../../src/incident/kube.ts";
import { Action } from "../../src/incident/plan.ts";
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
  replicaSet,
  subject,
} from "../support/workloads.ts";

const clock = clockAt("2026-01-01T10:00:00.000Z");
const inShop = { namespace: "shop", resourceVersion: "5" };
const web = deployment(podSpec("web:1", { ports: [{ containerPort: 8080 }] }), { readyReplicas: 2 });
const ofWeb = { kind: "Deployment", namespace: "shop", name: "web" };
const applied = (object: object) => ({
  "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(object),
});
const service = (spec: object, annotations: object = {}): object => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", uid: "uid-svc", ...inShop, annotations },
  spec,
});
const node = (name: string, spec: object, annotations: object = {}): object => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, uid: `uid-${name}`, resourceVersion: "7", annotations },
  spec,
  status: { conditions: [{ type: "Ready", status: "True" }] },
});
const podOn = (nodeName: string, name: string, metadata: object = {}): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, uid: `uid-${name}`, ...inShop, ...metadata },
  spec: { nodeName, containers: [] },
});
const event = (message: string) => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "e", namespace: "shop" },
  involvedObject: { kind: "Deployment", name: "web", namespace: "shop", uid: "uid-web" },
  reason: "ScalingReplicaSet",
  source: { component: "deployment-controller" },
  message,
});
const fromThree = event("Scaled down replica set web-r2 from 3 to 0");
/** The manifest it was applied from, with a count of its own. */
const appliedWith = (replicas: number) => ({
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
const toZero = { ...web, spec: { ...web.spec, replicas: 0 }, status: {} };
const scaler: object = {
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web", uid: "uid-hpa", ...inShop },
  spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas: 5 },
};
const cronJob = (suspend: boolean): object => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "nightly", uid: "uid-cj", ...inShop },
  spec: { schedule: "0 2 * * *", suspend },
});
const stuckPod = {
  ...podOn("node-1", "db-0", {
    labels: { app: "db", "controller-revision-hash": "db-1" },
    ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "uid-db", controller: true }],
  }),
  status: { conditions: [{ type: "Ready", status: "False" }] },
};
const statefulSet: object = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", uid: "uid-db", ...inShop },
  spec: { replicas: 1, selector: { matchLabels: { app: "db" } }, template: { spec: podSpec("db:2") } },
  status: { updateRevision: "db-2" },
};
const budget: object = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "db", uid: "uid-pdb", ...inShop },
  spec: { selector: { matchLabels: { app: "db" } } },
  status: { disruptionsAllowed: 0 },
};
const job = (name: string, status: object): object => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name, uid: `uid-${name}`, ...inShop },
  spec: {
    selector: { matchLabels: { "controller-uid": "x" } },
    template: { metadata: { labels: { "controller-uid": "x", team: "a" } }, spec: podSpec("export:1") },
  },
  status,
});
const failedJob = job("export", { conditions: [{ type: "Failed", status: "True" }] });
const jobPod = (status: object): object => ({
  ...podOn("node-1", "export-1", {
    ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: "export", uid: "uid-export", controller: true }],
  }),
  status,
});

const evicted = (message: string): object => ({ phase: "Failed", reason: "Evicted", message });
/** A pod of `web` that runs, is not ready since then, and what the kubelet says of its probe. */
const silentPod = (unreadySince: string, restartCount = 0): object => ({
  ...pod("web-r1-a", 1, {
    conditions: [{ type: "Ready", status: "False", lastTransitionTime: unreadySince }],
    containerStatuses: [{ name: "web", restartCount, state: { running: { startedAt: "2026-01-01T09:00:00Z" } } }],
  }),
});
const probed = (message: string): object => ({
  ...event(message),
  metadata: { name: "probe", namespace: "shop" },
  involvedObject: { kind: "Pod", name: "web-r1-a", namespace: "shop", uid: "uid-web-r1-a" },
  reason: "Unhealthy",
});
const noAnswer = 'Readiness probe failed: Get "http://10.1.2.3:8080/": context deadline exceeded';
const hung = "2026-01-01T09:40:00Z";

interface Case {
  objects: object[];
  about: Parameters<typeof cause>;
  subject?: { kind: string; namespace: string | null; name: string };
  policy?: Policy;
}
const run = async ({ objects, about, subject: sick, policy = policyIn("approve") }: Case) => {
  const kubernetes = fakeKubernetes(objects);
  const evidence: Evidence[] = [found("2026-01-01T09:59:00Z", ...objects)];
  const ports = { ...kubernetes, archive: fakeArchive(evidence), clock };
  const diagnosis = cause(about[0], { ...(sick ? { object: sick } : {}), ...about[1] });
  let incident: Incident = incidentOf({
    evidence: evidence.map(({ id }) => id),
    diagnosis,
    subject: sick ? { ...subject, ...sick } : subject,
  });
  incident = { ...incident, ...(await propose(ports, { policy, approvalMinutes: 60, redact: (v) => v })(incident)) };
  return { kubernetes, incident, policy };
};
const carriedOut = async ({ kubernetes, incident, policy }: Awaited<ReturnType<typeof run>>, now = policy) => {
  if (incident.plan?.kind !== "actions") throw new Error(JSON.stringify(incident.plan));
  const { ledger } = fakeLedger([incident.plan.hash]);
  return act({ ...kubernetes, ledger, clock }, { policy: now })(incident);
};
const at = (kubernetes: ReturnType<typeof fakeKubernetes>, ref: string) =>
  kubernetes.objects.get(ref) as (KubeObject & { spec: Record<string, unknown> }) | undefined;
const whyNot = ({ incident }: Awaited<ReturnType<typeof run>>): string =>
  incident.plan?.kind === "none" ? incident.plan.why : `proposed ${JSON.stringify(incident.plan)}`;

const svc = { kind: "Service", namespace: "shop", name: "web" };
const nodeRef = { kind: "Node", namespace: null, name: "node-1" };
const cj = { kind: "CronJob", namespace: "shop", name: "nightly" };
const db = { kind: "StatefulSet", namespace: "shop", name: "db" };
const jobRef = { kind: "Job", namespace: "shop", name: "export" };
const selectorGone: Case = {
  objects: [web, service({ selector: { app: "web-api" } })],
  about: ["service-selector-unmatched", { related: [ofWeb] }],
  subject: svc,
};
const cases: [string, Case, string, (k: ReturnType<typeof fakeKubernetes>) => unknown, unknown][] = [
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

test.each(cases)(
  "%s is proposed whole, written once, and does what it says",
  async (verb, world, _ref, now, expected) => {
    const proposed = await run(world);
    const { plan } = proposed.incident;
    expect(plan, JSON.stringify(plan)).toMatchObject({ kind: "actions", actions: [{ verb }] });
    const [action] = plan?.kind === "actions" ? plan.actions : [];
    expect(Action.safeParse(action).success).toBe(true);
    expect(action).toMatchObject({ diff: expect.stringContaining("@@"), command: expect.stringContaining("kubectl") });
    expect(proposed.kubernetes.writes).toEqual([]);

    expect((await carriedOut(proposed)).outcomes).toMatchObject([{ kind: "applied" }]);
    expect((await carriedOut(proposed)).outcomes?.[0]?.kind).not.toBe("failed");

    expect(now(proposed.kubernetes)).toEqual(expected);
    expect(proposed.kubernetes.writes).toHaveLength(1);
  },
);

test.each(cases)("%s is not written to an object that moved, nor under a policy that moved", async (_, world, ref) => {
  const changed = await run(world);
  changed.kubernetes.change(ref, ({ metadata }) => Object.assign(metadata, { labels: { moved: "yes" } }));
  const other = await run(world);

  expect((await carriedOut(changed)).outcomes).toMatchObject([{ kind: "refused", reason: "changed" }]);
  expect((await carriedOut(other, policyIn("approve", { bounds: { pods: 50 } }))).outcomes).toMatchObject([
    { kind: "refused", reason: "changed", message: expect.stringContaining("policy") },
  ]);
  expect([changed.kubernetes.writes, other.kubernetes.writes]).toEqual([[], []]);
});

const mayAlone = ["cordon-node", "delete-pod", "restart-workload"];

test("no verb that guesses or that a person may have meant acts alone; a rollout that is undone may", async () => {
  const bad = deployment(podSpec("web:2"), { readyReplicas: 2 });
  const history = [
    replicaSet(1, podSpec("web:1"), 2, "2026-01-01T09:00:00Z"),
    replicaSet(2, podSpec("web:2"), 0, "2026-01-01T09:58:00Z"),
  ];
  const undone = await run({ objects: [bad, ...history], about: ["image-not-found"], policy: policyIn("auto") });
  expect(undone.incident.plan).toMatchObject({ authority: "policy" });
  for (const [verb, world] of cases.filter(([name]) => !mayAlone.includes(name))) {
    const { incident } = await run({ ...world, policy: policyIn("auto") });
    expect(incident.plan, verb).toMatchObject({ authority: "person" });
  }
});

test.each<[string, Case, string]>([
  [
    "a run used up its own limit and was evicted for it",
    {
      objects: [
        failedJob,
        jobPod(evicted("Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.")),
      ],
      about: ["job-backoff-limit"],
      subject: jobRef,
    },
    "fail alike",
  ],
  [
    "the program answers that it is not ready",
    {
      objects: [web, silentPod(hung), probed("Readiness probe failed: HTTP probe failed with statuscode: 503")],
      about: ["app-not-ready"],
    },
    "without an answer",
  ],
  [
    "the program was never ready",
    { objects: [web, silentPod("2026-01-01T09:00:01Z"), probed(noAnswer)], about: ["app-not-ready"] },
    "without an answer",
  ],
  [
    "the program hangs again after a restart",
    { objects: [web, silentPod(hung, 2), probed(noAnswer)], about: ["app-not-ready"] },
    "already restarted 2 times",
  ],
  [
    "an autoscaler owns the replicas",
    { objects: [toZero, scaler, event("Scaled down replica set web-r2 from 3 to 0")], about: ["scaled-to-zero"] },
    "HorizontalPodAutoscaler web",
  ],
  ["the former count is not on record", { objects: [toZero], about: ["scaled-to-zero"] }, "not on record"],
  ...(
    [
      ["source", { source: { component: "kubectl" } }],
      ["reporter", { reportingComponent: "mallory" }],
      ["missing source", { source: {} }],
      ["other name under the same uid", { involvedObject: { ...fromThree.involvedObject, name: "other" } }],
    ] as const
  ).map(([what, forged]): [string, Case, string] => [
    `a forged event tells the count (${what})`,
    { objects: [toZero, { ...fromThree, ...forged }], about: ["scaled-to-zero"] },
    "not on record",
  ]),
  [
    "a well forged event and the manifest do not agree on the count",
    {
      objects: [appliedWith(3), event("Scaled down replica set web-r2 from 400 to 0")],
      about: ["scaled-to-zero"],
    },
    "does not agree: 400 by the event of its scaling down, 3 by the manifest",
  ],
  [
    "an event about another object tells the count",
    {
      objects: [
        toZero,
        {
          ...event("Scaled down replica set web-r2 from 3 to 0"),
          involvedObject: { kind: "Deployment", name: "web", namespace: "shop", uid: "other" },
        },
      ],
      about: ["scaled-to-zero"],
    },
    "not on record",
  ],
  [
    "the node is being drained",
    {
      objects: [
        node("node-1", {
          unschedulable: true,
          taints: [{ key: "ToBeDeletedByClusterAutoscaler", effect: "NoSchedule" }],
        }),
        podOn("node-1", "p"),
      ],
      about: ["node-cordoned"],
      subject: nodeRef,
    },
    "drained",
  ],
  [
    "the node is empty as after a drain",
    { objects: [node("node-1", { unschedulable: true })], about: ["node-cordoned"], subject: nodeRef },
    "drain",
  ],
  [
    "pods leave the node",
    {
      objects: [
        node("node-1", { unschedulable: true }),
        podOn("node-1", "p", { deletionTimestamp: "2026-01-01T09:59:00Z" }),
      ],
      about: ["node-cordoned"],
      subject: nodeRef,
    },
    "moved off",
  ],
  [
    "it is the last node",
    {
      objects: [node("node-1", {}), node("node-2", { unschedulable: true })],
      about: ["node-flapping"],
      subject: nodeRef,
    },
    "no other node",
  ],
  [
    "a budget allows no disruption",
    { objects: [stuckPod, statefulSet, budget], about: ["statefulset-ordinal-stuck"], subject: db },
    "PodDisruptionBudget db",
  ],
  [
    "the program itself failed the Job",
    {
      objects: [failedJob, jobPod({ phase: "Failed", containerStatuses: [] })],
      about: ["job-backoff-limit"],
      subject: jobRef,
    },
    "fail alike",
  ],
  [
    "two workloads could be meant",
    {
      objects: [
        web,
        { ...web, metadata: { ...web.metadata, name: "web-b", uid: "u2" } },
        service({ selector: { app: "web-api" } }),
      ],
      about: ["service-selector-unmatched", { related: [ofWeb] }],
      subject: svc,
    },
    "not on record",
  ],
  [
    "a model alone points at another object",
    {
      objects: [web, service({ selector: { app: "web-api" } })],
      about: ["service-selector-unmatched", { object: svc, related: [ofWeb], by: "model" }],
    },
    "this incident is about Deployment/web",
  ],
  [
    "policy freezes the hour",
    {
      ...selectorGone,
      policy: policyIn("approve", { freeze: [{ from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }] }),
    },
    "frozen until",
  ],
  [
    "it touches more pods than policy allows",
    {
      objects: [toZero, event("Scaled down replica set web-r2 from 3 to 0")],
      about: ["scaled-to-zero"],
      policy: policyIn("approve", { bounds: { pods: 2 } }),
    },
    "policy allows 2",
  ],
])("nothing is proposed when %s", async (_, world, why) => {
  expect(whyNot(await run(world))).toContain(why);
});

test("the former selector is taken from the manifest where that leads to ready pods", async () => {
  const manifest = { kind: "Service", metadata: { name: "web" }, spec: { selector: { app: "web" } } };
  const { incident } = await run({
    ...selectorGone,
    objects: [web, service({ selector: { app: "typo" } }, applied(manifest))],
  });

  expect(incident.plan).toMatchObject({ actions: [{ params: { to: { app: "web" } }, risk: "low" }] });
});

test("each change that is called exactly undoable has an inverse, and the inverse of that is the change", async () => {
  for (const [, world] of cases) {
    const { incident } = await run(world);
    const [action] = incident.plan?.kind === "actions" ? incident.plan.actions : [];
    if (!action) throw new Error("no action");
    const back = verbSpec(action.verb).inverse(action.params);
    expect(back !== null, action.verb).toBe(action.undo.exact);
    if (back !== null)
      expect(verbSpec(back.verb).inverse(back.params)).toEqual({ verb: action.verb, params: action.params });
  }
});

test("what a direct write would be taken back from is written only where policy says so", async () => {
  const owned = service({ selector: { app: "typo" } }, { "argocd.argoproj.io/tracking-id": "shop:/Service:shop/web" });
  const world: Case = { ...selectorGone, objects: [web, owned] };
  const rules = [{ match: { namespace: "shop" }, directWrite: true }];

  expect(whyNot(await run(world))).toContain("Argo CD");
  expect((await run({ ...world, policy: policyIn("approve", { rules }) })).incident.plan?.kind).toBe("actions");
});

test("the catalogue is closed: no verb changes anything else", () => {
  const kinds = new Set(verbs.flatMap(({ targets }) => targets));

  expect([...kinds].sort()).toEqual([
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "Node",
    "Pod",
    "Service",
    "StatefulSet",
  ]);
  expect([isVerb("exec"), isVerb("toString"), isVerb("undo-rollout")]).toEqual([false, false, true]);
  expect(verbs).toHaveLength(14);
});
