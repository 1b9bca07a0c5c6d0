import { expect, test } from "vitest";
import { isVerb, verbSpec, verbs } from "../../src/actions/catalogue.ts";
import { Action } from "../../src/incident/plan.ts";
import { deployment, podSpec, policyIn, replicaSet } from "../support/workloads.ts";
import {
  applied,
  appliedWith,
  budget,
  type Case,
  carriedOut,
  cases,
  db,
  event,
  evicted,
  failedJob,
  fromThree,
  hung,
  jobPod,
  jobRef,
  noAnswer,
  node,
  nodeRef,
  ofWeb,
  podOn,
  probed,
  run,
  scaler,
  selectorGone,
  service,
  silentPod,
  statefulSet,
  stuckPod,
  svc,
  toZero,
  web,
  whyNot,
} from "./catalogue-worlds.ts";

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
