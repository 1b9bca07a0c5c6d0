import { expect, test } from "vitest";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { Incident } from "../../src/incident/incident.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { ActionPlan, Plan } from "../../src/incident/plan.ts";
import type { Policy } from "../../src/incident/policy.ts";
import { propose } from "../../src/nodes/propose.ts";
import { redactor } from "../../src/ports/redacted.ts";
import { fakeKubernetes } from "../support/fake-actuator.ts";
import {
  cause,
  clockAt,
  deployment,
  fakeArchive,
  found,
  incidentOf,
  logged,
  pod,
  podSpec,
  policyIn,
  replicaSet,
  subject,
} from "../support/workloads.ts";

const { value: clean } = redactor("key");
const good = podSpec("web:1");
const bad = podSpec("web:2-typo");
const broken = () => [
  deployment(bad, { readyReplicas: 2, updatedReplicas: 1, replicas: 3 }),
  replicaSet(1, good, 2, "2026-01-01T09:00:00Z"),
  replicaSet(2, bad, 0, "2026-01-01T09:58:00Z"),
];

const run = async (
  objects: object[],
  about: Partial<Incident>,
  {
    policy = policyIn("approve"),
    evidence = [],
    redact = clean,
    changes,
  }: { policy?: Policy; evidence?: Evidence[]; redact?: <T>(value: T) => T; changes?: string[] } = {},
) => {
  const kubernetes = fakeKubernetes(objects);
  const asked: string[][] = [];
  const counted = async (...of: string[]): Promise<string[]> => {
    asked.push(of);
    return changes ?? [];
  };
  const pace = changes === undefined ? null : { changes: counted };
  const ports = { ...kubernetes, archive: fakeArchive(evidence), clock: clockAt("2026-01-01T10:00:00.000Z"), pace };
  const incident = incidentOf({ evidence: evidence.map(({ id }) => id), ...about });
  return { update: await propose(ports, { policy, approvalMinutes: 60, redact })(incident), kubernetes, asked };
};
const actionsOf = (plan: Plan | null | undefined): ActionPlan => {
  if (plan?.kind !== "actions") throw new Error(`no actions: ${JSON.stringify(plan)}`);
  return plan;
};
const whyNone = (plan: Plan | null | undefined): string => {
  if (plan?.kind !== "none") throw new Error(`not none: ${JSON.stringify(plan)}`);
  return plan.why;
};

test("a rollout of an image that is not there is undone to the revision that still serves", async () => {
  const { update, kubernetes } = await run(broken(), { diagnosis: cause("image-not-found") });

  const plan = actionsOf(update.plan);
  expect(plan).toMatchObject({ authority: "person", expiresAt: "2026-01-01T11:00:00.000Z" });
  expect(plan.actions[0]).toMatchObject({
    verb: "undo-rollout",
    params: { toRevision: 1, replicaSet: "web-r1" },
    command: "kubectl rollout undo deployment/web -n shop --to-revision=1",
    undo: { command: "kubectl rollout undo deployment/web -n shop --to-revision=2", exact: true },
  });
  expect(plan.actions[0]?.diff).toContain("-        - image: web:2-typo\n+        - image: web:1");
  expect(update).toMatchObject({ decision: null, escalation: null });
  expect(kubernetes.writes).toEqual([]);
});

const hourly = policyIn("approve", { bounds: { actionsPerHour: 2 } });
const twice = ["2026-01-01T09:10:00.000Z", "2026-01-01T09:40:00.000Z"];

test("nobody is asked for what the hour has no room for, and told from when on it has", async () => {
  const about = { diagnosis: cause("image-not-found") };
  const { update, asked } = await run(broken(), about, { policy: hourly, changes: twice });
  const free = await run(broken(), about, { policy: hourly, changes: twice.slice(1) });
  const unbound = await run(broken(), about, { changes: twice });

  expect(whyNone(update.plan)).toContain("2 changes of Deployment/shop/web within an hour, and 2 were made");
  expect(whyNone(update.plan)).toContain("the next is possible at 2026-01-01T10:10:00.000Z");
  expect(asked).toEqual([["Deployment/shop/web", expect.stringMatching(/./)]]);
  expect(actionsOf(free.update.plan).terms?.actionsPerHour).toBe(2);
  expect([actionsOf(unbound.update.plan).actions.length, unbound.asked]).toEqual([1, []]);
});

const veil = <T>(value: T): T => (typeof value === "string" ? (value.replaceAll("web", "***") as T) : value);

test("all words of a plan go through redaction; its target and parameters stay exact", async () => {
  const { update } = await run(broken(), { diagnosis: cause("image-not-found") }, { redact: veil });

  const [action] = actionsOf(update.plan).actions;
  expect(action).toMatchObject({
    target: { name: "web" },
    params: { replicaSet: "web-r1" },
    command: "kubectl rollout undo deployment/*** -n shop --to-revision=1",
    undo: { command: "kubectl rollout undo deployment/*** -n shop --to-revision=2", exact: true },
  });
  expect(action?.effect).not.toContain("web");
});

test.each([
  ["observed only", policyIn("observe"), {}, "kubectl rollout undo deployment/***"],
  [
    "managed elsewhere",
    policyIn("approve"),
    { labels: { app: "web", "app.kubernetes.io/managed-by": "Helm" } },
    "Commit this change at its source, Helm",
  ],
])("the words of a change that is only described, because it is %s, are redacted as well", async (...of) => {
  const [what, policy, more, words] = of;
  const [live, ...others] = broken();
  Object.assign(live?.metadata ?? {}, more);

  const { update } = await run(
    [live as object, ...others],
    { diagnosis: cause("image-not-found") },
    { policy, redact: veil },
  );

  const whole = update.plan?.kind === "none" ? update.plan.recommendation : "";
  const text = whole.split("```diff")[0];
  expect(text).toContain(words);
  expect(text).not.toContain("web");
  // A direct write to what its source puts back is not offered for typing either.
  expect(whole.includes("kubectl")).toBe(what === "observed only");
});

test.each(["Namespace", "Cluster", "Service"])(
  "a model alone names nothing to change when the alert was about a %s",
  async (kind) => {
    const about = { ...subject, kind, name: "shop", namespace: kind === "Cluster" ? null : "shop" };
    const evidence = [found("2026-01-01T09:59:00Z", ...broken())];
    const by = (who: "rules" | "model") =>
      run(broken(), { subject: about, diagnosis: cause("image-not-found", { by: who }) }, { evidence });

    expect(actionsOf((await by("rules")).update.plan).actions).toHaveLength(1);
    const { update } = await by("model");
    expect(whyNone(update.plan)).toContain("named by a model only");
    expect(update.plan).toMatchObject({ recommendation: expect.stringContaining("kubectl") });
  },
);

test("the first revision has nothing to go back to, so a person is asked", async () => {
  const objects = [deployment(bad, {}), replicaSet(1, bad, 0, "2026-01-01T09:58:00Z")];

  const { update } = await run(objects, { diagnosis: cause("image-not-found") });

  expect(whyNone(update.plan)).toContain("nothing to undo to");
  expect(update.plan).toMatchObject({ recommendation: expect.stringContaining("kubectl set image deployment/web") });
  expect(update.escalation).toContain("nothing to undo to");
});

test("a plan made anew says what voided the question before it; a first plan says nothing", async () => {
  const at = "2026-01-01T09:59:00.000Z";
  const refused = {
    key: "k",
    verb: "undo-rollout",
    target: subject,
    at,
    kind: "refused",
    message: "it moved",
  } as const;
  const again = async (about: Partial<Incident>) =>
    (await run(broken(), { diagnosis: cause("image-not-found"), ...about })).update.askedAgain;

  expect(await again({ outcomes: [{ ...refused, reason: "changed" }] })).toBe("it moved");
  expect(await again({ decision: { kind: "void", planHash: "p", at, why: "password=hunter2 is quiet" } })).toMatch(
    /^password=\[redacted:/,
  );
  expect(await again({ outcomes: [{ ...refused, reason: "server-said-no" }] })).toBeUndefined();
  expect(await again({})).toBeUndefined();
});

test("a former revision that nothing shows healthy is not proposed", async () => {
  const objects = [
    deployment(bad, {}),
    replicaSet(1, good, 0, "2026-01-01T09:57:50Z"),
    replicaSet(2, bad, 0, "2026-01-01T09:58:00Z"),
  ];

  const { update } = await run(objects, { diagnosis: cause("image-not-found") });

  expect(whyNone(update.plan)).toContain("healthy");
});

test("a former revision whose pods are gone counts when it ran without an alert or a failure", async () => {
  const objects = [
    deployment(bad, {}),
    replicaSet(1, good, 0, "2026-01-01T09:00:00Z"),
    replicaSet(2, bad, 0, "2026-01-01T09:58:00Z"),
  ];

  const { update } = await run(objects, { diagnosis: cause("app-crash") });

  expect(actionsOf(update.plan).actions[0]?.params).toMatchObject({ toRevision: 1 });
});

test("what was already wrong before the newest revision is not undone", async () => {
  const sameCommand = podSpec("web:1", { readinessProbe: { httpGet: { path: "/ok", port: 80 } } });
  const objects = [
    deployment(sameCommand, {}),
    replicaSet(1, good, 2, "2026-01-01T09:00:00Z"),
    replicaSet(2, sameCommand, 0, "2026-01-01T09:58:00Z"),
  ];

  const { update } = await run(objects, { diagnosis: cause("command-not-found") });

  expect(whyNone(update.plan)).toContain(
    "revision 1 is the same in what could bring this about, and 2 of its pods run",
  );
});

test("a ReplicaSet that only carries the labels is no history", async () => {
  const stranger = replicaSet(1, podSpec("evil:1"), 2, "2026-01-01T09:00:00Z");
  stranger.metadata.ownerReferences = [];

  const { update } = await run([...broken().filter(({ metadata }) => metadata.name !== "web-r1"), stranger], {
    diagnosis: cause("image-not-found"),
  });

  expect(whyNone(update.plan)).toContain("nothing to undo to");
});

test("under observe the change is described and none is proposed", async () => {
  const { update } = await run(broken(), { diagnosis: cause("image-not-found") }, { policy: policyIn("observe") });

  expect(whyNone(update.plan)).toBe("policy is observe");
  const { recommendation } = update.plan as Extract<Plan, { kind: "none" }>;
  expect(recommendation).toContain("kubectl rollout undo deployment/web -n shop --to-revision=1");
  expect(recommendation).toContain("+        - image: web:1");
});

test("what Helm, Argo CD or Flux keeps gets the change to commit, not a write", async () => {
  const [live, ...history] = broken();
  const owned = { ...live, metadata: { ...live?.metadata, annotations: { "meta.helm.sh/release-name": "shop" } } };

  const { update } = await run([owned, ...history], { diagnosis: cause("image-not-found") });

  expect(whyNone(update.plan)).toContain("Helm release shop");
  expect(update.plan).toMatchObject({ recommendation: expect.stringContaining("Commit this change") });
});

test.each([
  ["approve", cause("image-not-found"), "person"],
  ["auto", cause("image-not-found"), "policy"],
  ["auto", cause("image-not-found", { by: "model" }), "person"],
  ["auto", cause("image-not-found", { confidence: 0.6 }), "person"],
] as const)("under %s, case %#, the authority is as it should be", async (mode, diagnosis, authority) => {
  const { update } = await run(broken(), { diagnosis }, { policy: policyIn(mode) });

  expect(actionsOf(update.plan).authority).toBe(authority);
});

test("what the server would not take is not proposed, and its words are told", async () => {
  const kubernetes = fakeKubernetes(broken());
  kubernetes.behaviour.refuse = "admission webhook says no";
  const ports = { ...kubernetes, archive: fakeArchive([]), clock: clockAt("2026-01-01T10:00:00.000Z") };

  const update = await propose(ports, { policy: policyIn("approve"), approvalMinutes: 60, redact: clean })(
    incidentOf({ diagnosis: cause("image-not-found") }),
  );

  expect(whyNone(update.plan)).toContain("admission webhook says no");
});

test("a workload that is not the subject is never a target", async () => {
  const other = cause("image-not-found", { object: { kind: "Deployment", namespace: "shop", name: "other" } });

  const { update } = await run(broken(), { diagnosis: other });

  expect(whyNone(update.plan)).toContain("this incident is about Deployment/web in shop only");
});

test("a workload that was only named, never read, is no target for an alert about something else", async () => {
  const service = { ...subject, kind: "Service", name: "front" };

  const named = await run(broken(), { subject: service, diagnosis: cause("image-not-found") });
  const read = await run(
    broken(),
    { subject: service, diagnosis: cause("image-not-found") },
    { evidence: [found("2026-01-01T09:59:00Z", ...broken())] },
  );

  expect(whyNone(named.update.plan)).toContain("never read");
  expect(read.update.plan?.kind).toBe("actions");
});

test("controls and unknown causes change nothing; only the unknown one calls a person", async () => {
  const calm = await run(broken(), { diagnosis: cause("control-healthy") });
  const unknown = await run(broken(), { diagnosis: { kind: "unknown", missing: ["the log"], candidates: [] } });

  expect([calm.update.plan?.kind, calm.update.escalation]).toEqual(["none", null]);
  expect(unknown.update.escalation).toContain("not known");
});

const oom = podSpec("cache:1", { resources: { limits: { memory: "64Mi" }, requests: { memory: "64Mi" } } });
const killed = pod("web-r1-a", 1, {
  containerStatuses: [
    { name: "web", restartCount: 3, lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } } },
  ],
});
const oomWorld: KubeObject[] = [deployment(oom, {}), replicaSet(1, oom, 0, "2026-01-01T09:00:00Z")];
const oomRun = (more: Evidence[], policy = policyIn("approve"), beside: typeof oomWorld = []) =>
  run(
    [...oomWorld, ...beside],
    { diagnosis: cause("oom-limit-too-low") },
    { policy, evidence: [found("2026-01-01T09:59:00Z", killed), ...more] },
  );

test("a memory limit is doubled when nothing tells the need", async () => {
  const { update } = await oomRun([]);

  expect(actionsOf(update.plan).actions[0]).toMatchObject({
    verb: "raise-memory-limit",
    params: { container: "web", from: "64Mi", to: "128Mi" },
    undo: { command: "kubectl set resources deployment/web -n shop -c web --limits=memory=64Mi", exact: true },
  });
});

test("when the log wants more than policy allows, the raise says plainly that it will not do", async () => {
  const { update } = await oomRun([logged("web-r1-a", "warming 4000 keys\nwarmed 56 keys, cache size 56 MiB\n")]);

  const [action] = actionsOf(update.plan).actions;
  expect(action?.params).toMatchObject({ to: "128Mi" });
  expect(action?.effect).toContain("probably not enough: by the log it needs about 4000 MiB");
});

test("plan and diagnosis read the same need from a log: each life for itself, and no size that is none", async () => {
  const again = logged("web-r1-a", "warming 4000 keys\nwarmed 0 keys, cache size 0 MiB\n");
  const two = await oomRun([logged("web-r1-a", "warming 4000 keys\nwarmed 56 keys, cache size 56 MiB\n"), again]);
  const none = await oomRun([logged("web-r1-a", "the page cache wants at least 3 GiB\n")]);

  expect(actionsOf(two.update.plan).actions[0]?.effect).toContain("needs about 4000 MiB");
  expect(actionsOf(none.update.plan).actions[0]?.effect).not.toContain("not enough");
});

test("a LimitRange and a full quota bound the new limit", async () => {
  const meta = { namespace: "shop" };
  const range = {
    kind: "LimitRange",
    metadata: { name: "lr", ...meta },
    spec: { limits: [{ type: "Container", max: { memory: "96Mi" } }] },
  };
  const quota = {
    kind: "ResourceQuota",
    metadata: { name: "rq", ...meta },
    status: { hard: { "limits.memory": "128Mi" }, used: { "limits.memory": "128Mi" } },
  };

  const ranged = await oomRun([], policyIn("approve"), [range as never]);
  const full = await oomRun([], policyIn("approve"), [quota as never]);

  expect(actionsOf(ranged.update.plan).actions[0]?.params).toMatchObject({ to: "96Mi" });
  expect(whyNone(full.update.plan)).toContain("ResourceQuota rq");
});

test("a hang is answered by a restart only when restarts have not already failed", async () => {
  const objects = [deployment(good, {}), replicaSet(1, good, 2, "2026-01-01T09:00:00Z")];
  const restarted = pod("web-r1-a", 1, { containerStatuses: [{ name: "web", restartCount: 14 }] });

  const fresh = await run(objects, { diagnosis: cause("app-hang") });
  const worn = await run(
    objects,
    { diagnosis: cause("app-hang") },
    { evidence: [found("2026-01-01T09:59:00Z", restarted)] },
  );

  expect(actionsOf(fresh.update.plan).actions[0]).toMatchObject({
    verb: "restart-workload",
    params: { restartedAt: "2026-01-01T10:00:00.000Z" },
  });
  expect(whyNone(worn.update.plan)).toContain("restarted 14 times");
});

test("a paused rollout is not touched", async () => {
  const [live, ...history] = broken();
  const paused = { ...live, spec: { ...(live?.spec as object), paused: true } };

  const { update } = await run([paused, ...history], { diagnosis: cause("image-not-found") });

  expect(whyNone(update.plan)).toContain("paused");
});

test("a password in the template is written back as it was, and never shown", async () => {
  const env = [{ name: "DB_PASSWORD", value: "hunter2hunter2" }];
  const [was, is] = [podSpec("web:1", { env }), podSpec("web:2-typo", { env })];
  const objects = [
    deployment(is, {}),
    replicaSet(1, was, 2, "2026-01-01T09:00:00Z"),
    replicaSet(2, is, 0, "2026-01-01T09:58:00Z"),
  ];

  const proposed = await run(objects, { diagnosis: cause("image-not-found") });
  const observed = await run(objects, { diagnosis: cause("image-not-found") }, { policy: policyIn("observe") });

  expect(actionsOf(proposed.update.plan).actions[0]?.diff).toContain("[redacted:");
  expect(JSON.stringify([proposed.update, observed.update])).not.toContain("hunter2");
});
