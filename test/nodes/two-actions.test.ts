import { expect, test } from "vitest";
import type { Incident } from "../../src/incident/incident.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import { act } from "../../src/nodes/act.ts";
import { propose } from "../../src/nodes/propose.ts";
import { verify } from "../../src/nodes/verify.ts";
import { fakeKubernetes } from "../support/fake-actuator.ts";
import { fakeLedger } from "../support/fake-ledger.ts";
import { cause, clockAt, fakeArchive, found, incidentOf, podSpec, policyIn, subject } from "../support/workloads.ts";

const inShop = { namespace: "shop" };
const [db, stuck] = ["StatefulSet/shop/db", "Pod/shop/db-1"];
const owned = [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "uid-db", controller: true }];
const template = (image: string) => ({ metadata: { labels: { app: "db" } }, spec: podSpec(image) });
const set = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", uid: "uid-db", resourceVersion: "1", generation: 2, ...inShop },
  spec: { replicas: 2, selector: { matchLabels: { app: "db" } }, template: template("db:2-typo") },
  status: { updateRevision: "db-r2", readyReplicas: 1, availableReplicas: 1, replicas: 2, observedGeneration: 2 },
};
const revision = (number: number, image: string) => ({
  apiVersion: "apps/v1",
  kind: "ControllerRevision",
  metadata: {
    name: `db-r${number}`,
    uid: `uid-r${number}`,
    creationTimestamp: `2026-01-01T09:5${number}:00Z`,
    labels: { app: "db" },
    ownerReferences: owned,
    ...inShop,
  },
  revision: number,
  data: { spec: { template: template(image) } },
});
const podOf = (name: string, of: string, isReady: boolean) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    uid: `uid-${name}-${of}`,
    resourceVersion: "5",
    labels: { app: "db", "controller-revision-hash": of },
    ownerReferences: owned,
    ...inShop,
  },
  spec: podSpec("db"),
  status: {
    conditions: [{ type: "Ready", status: isReady ? "True" : "False", lastTransitionTime: "2026-01-01T10:00:00.000Z" }],
    containerStatuses: [
      isReady
        ? { name: "db", restartCount: 0, state: { running: { startedAt: "2026-01-01T09:00:00Z" } } }
        : { name: "db", restartCount: 0, state: { waiting: { reason: "ImagePullBackOff" } } },
    ],
  },
});
const budget = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "db", uid: "uid-pdb", ...inShop },
  spec: { selector: { matchLabels: { app: "db" } } },
  status: { disruptionsAllowed: 0 },
};

const planned = async (more: { objects?: object[]; policy?: ReturnType<typeof policyIn> } = {}) => {
  const policy = more.policy ?? policyIn("approve");
  const clock = clockAt("2026-01-01T10:00:00.000Z");
  const kubernetes = fakeKubernetes([
    set,
    revision(1, "db:1"),
    revision(2, "db:2-typo"),
    podOf("db-0", "db-r1", true),
    podOf("db-1", "db-r2", false),
    ...(more.objects ?? []),
  ]);
  const before = found("2026-01-01T09:59:00Z", ...kubernetes.objects.values());
  const archive = fakeArchive([before]);
  const sick = { kind: "StatefulSet", namespace: "shop", name: "db" };
  const asked = incidentOf({
    diagnosis: cause("image-not-found", { object: sick }),
    subject: { ...subject, ...sick },
    evidence: [before.id],
  });
  const redact = <T>(value: T): T => value;
  const update = await propose({ ...kubernetes, archive, clock }, { policy, approvalMinutes: 60, redact })(asked);
  let incident: Incident = { ...asked, ...update };
  if (incident.plan?.kind !== "actions") throw new Error(JSON.stringify(incident.plan));
  const { plan } = incident;
  const { ledger, intents } = fakeLedger([plan.hash]);
  const settings = { settleSeconds: 30, watchSeconds: 120, policy, redact };
  const ports = { ...kubernetes, exact: kubernetes.cluster, ledger, metrics: null, archive, clock };
  const go = async (): Promise<Incident> => {
    incident = { ...incident, ...(await act(ports, { policy })(incident)) };
    return incident;
  };
  const look = async (): Promise<Incident> => {
    if (incident.lookAgainAt !== null) clock.to(incident.lookAgainAt);
    incident = { ...incident, ...(await verify(ports, settings)(incident)) };
    return incident;
  };
  const untilDecided = async (): Promise<Incident> => {
    while (incident.verdict === null) await look();
    return incident;
  };
  /** What the controller does after the undo: it names the good revision, and waits for the stuck pod. */
  const observed = (): void =>
    kubernetes.change(db, (object) =>
      Object.assign(object.status as object, {
        updateRevision: "db-r1",
        observedGeneration: object.metadata.generation,
      }),
    );
  const verbs = () => kubernetes.writes.map((write) => `${write.do ?? "patch"} ${write.kind} ${write.name}`);
  return { kubernetes, plan, intents, clock, go, look, untilDecided, observed, verbs };
};

const both = ["undo-rollout", "delete-pod"];

test("one plan holds the undo and the deletion of the one stuck pod, each for exactly its object", async () => {
  const { plan } = await planned();

  expect(plan.actions.map(({ verb }) => verb)).toEqual(both);
  expect(plan.actions[1]).toMatchObject({
    when: "stuck",
    command: "kubectl delete pod/db-1 -n shop",
    target: { kind: "Pod", name: "db-1", uid: "uid-db-1-db-r2" },
    undo: { exact: false },
  });
  const other = await planned({ objects: [{ ...podOf("db-1", "db-r2", false), spec: podSpec("another") }] });
  expect(other.plan.hash).not.toBe(plan.hash);
});

test("the pod is deleted once, only after the undo was seen to leave it stuck", async () => {
  const { go, look, observed, verbs, kubernetes } = await planned();
  const acted = await go();
  expect(acted.outcomes.map(({ verb }) => verb)).toEqual(["undo-rollout"]);
  expect(kubernetes.writes).toHaveLength(1);

  await look();
  expect(kubernetes.writes).toHaveLength(1);
  observed();
  await look();
  const after = await look();

  expect(after.outcomes).toMatchObject([
    { verb: "undo-rollout", kind: "applied" },
    { verb: "delete-pod", kind: "applied" },
  ]);
  expect(verbs()).toEqual(["patch StatefulSet db", "delete Pod db-1"]);
});

test("as long as a new pod would be like it, the pod stays", async () => {
  const { go, look, kubernetes } = await planned();
  await go();

  for (let looks = 0; looks < 4; looks++) await look();

  expect(kubernetes.writes).toHaveLength(1);
});

test("a pod that somebody made anew, or that a budget now protects, is left alone", async () => {
  for (const meddle of [
    ({ objects, remove }: Awaited<ReturnType<typeof planned>>["kubernetes"]) => {
      remove(stuck);
      objects.set(stuck, podOf("db-1", "db-r1", true) as KubeObject);
    },
    ({ objects }: Awaited<ReturnType<typeof planned>>["kubernetes"]) =>
      void objects.set("PodDisruptionBudget/shop/db", budget as KubeObject),
  ]) {
    const { go, look, observed, verbs, kubernetes } = await planned();
    await go();
    observed();
    meddle(kubernetes);
    await look();
    const after = await look();

    expect(after.outcomes[1]).toMatchObject({ verb: "delete-pod", kind: "refused", reason: "changed" });
    expect(verbs()).toEqual(["patch StatefulSet db"]);
  }
});

test("a life that ended right after the deletion is told as done, and nothing is deleted again", async () => {
  const { go, look, observed, verbs, kubernetes } = await planned();
  await go();
  observed();
  await look();
  kubernetes.behaviour.after = () => {
    delete kubernetes.behaviour.after;
    throw new Error("killed");
  };
  await expect(look()).rejects.toThrow("killed");
  kubernetes.objects.set(stuck, podOf("db-1", "db-r1", true) as KubeObject);

  const after = await look();

  expect(after.outcomes[1]).toMatchObject({ verb: "delete-pod", kind: "applied" });
  expect(verbs()).toEqual(["patch StatefulSet db", "delete Pod db-1"]);
});

test("when both did not help, the template is taken back exactly, and the deletion is not claimed to be", async () => {
  const { go, look, observed, untilDecided, verbs, kubernetes } = await planned();
  const former = structuredClone(kubernetes.objects.get(db)?.spec);
  await go();
  observed();
  await look();
  await look();
  kubernetes.objects.set(stuck, podOf("db-1", "db-r1", false) as KubeObject);

  expect((await untilDecided()).verdict?.kind).toBe("unchanged");
  const ended = await look();

  expect(ended.outcomes.map(({ verb, kind }) => `${verb} ${kind}`)).toEqual([
    "undo-rollout applied",
    "delete-pod applied",
    "undo of undo-rollout applied",
  ]);
  expect(kubernetes.objects.get(db)?.spec).toEqual(former);
  expect(ended.escalation).toContain("db-1 was deleted");
  expect(verbs()).toHaveLength(3);
});

test.each([
  ["several pods are stuck", { objects: [podOf("db-0", "db-r2", false)] }],
  ["a budget forbids it", { objects: [budget] }],
  [
    "policy does not let pods be deleted",
    { policy: policyIn("approve", { rules: [{ match: { verb: "delete-pod" }, mode: "observe" }] }) },
  ],
])("where %s, the plan is the undo alone", async (_, more) => {
  expect((await planned(more)).plan.actions.map(({ verb }) => verb)).toEqual(["undo-rollout"]);
});

test("two people are asked where policy wants them for one of both changes", async () => {
  const policy = policyIn("approve", { rules: [{ match: { verb: "delete-pod" }, people: 2 }] });

  const { plan } = await planned({ policy });

  expect([plan.actions.length, plan.terms?.people]).toEqual([2, 2]);
});
