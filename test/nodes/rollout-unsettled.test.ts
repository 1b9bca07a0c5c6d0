import { expect, test } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import type { Cause } from "../../src/incident/diagnosis.ts";
import type { Evidence } from "../../src/incident/evidence.ts";
import { type Incident, newIncident } from "../../src/incident/incident.ts";
import type { Outcome } from "../../src/incident/outcome.ts";
import { defaultBudget } from "../../src/nodes/budget.ts";
import { changedNow } from "../../src/nodes/changed-now.ts";
import { diagnose } from "../../src/nodes/diagnose.ts";
import { memoryArchive, stillClock } from "../support/memory-ports.ts";

const object = { kind: "Deployment", namespace: "shop", name: "web" };
const at = "2026-11-27T03:00:00Z";
const moving: Cause = {
  kind: "cause",
  class: "control-rollout-in-progress",
  statement: "Deployment/web is in the middle of a rollout that still moves.",
  object,
  evidence: [],
  confidence: 0.87,
  by: "rules",
  scope: "isolated",
  disproof: "the count stands still",
  related: [],
  alsoSeen: [],
  changes: [],
};
const refused: Outcome = {
  key: "k",
  verb: "undo-rollout",
  target: object,
  at,
  kind: "refused",
  reason: "changed",
  message: "",
};

const judged = async (name: string, more: Partial<Incident>, certain = moving, status = "firing") => {
  const alert = { name, status, startsAt: at, summary: "", labels: { alertname: name } } as unknown as Alert;
  const subject = { ...object, cluster: "test", guessed: false };
  const opened = newIncident({ id: "i", subject, severity: "critical", openedAt: at, alerts: [alert] });
  const node = diagnose(
    { archive: memoryArchive(), clock: stillClock(), model: null, sources: null },
    defaultBudget,
    () => ({ certain, candidates: [], wants: [] }),
  );
  return node({ ...opened, ...more });
};

const later = (at: string) => ({ diagnosis: null, questions: [{ ask: "sweep" }], lookAgainAt: at });

test("a rollout that moves gets longer from look to look; one that has come to its end is healthy, and nobody is paged", async () => {
  const stuck = "KubeDeploymentRolloutStuck";
  const waits = [1, 2, 3, 4].map(async (rounds) => (await judged(stuck, { rounds })).lookAgainAt);
  expect((await Promise.all(waits)).map((at) => at?.slice(14, 19))).toEqual(["00:30", "01:00", "01:30", "02:00"]);
  expect(await judged(stuck, { rounds: 3 }, healthy)).toEqual({ diagnosis: healthy, questions: [] });
});

test.each<[string, string, Partial<Incident>]>([
  ["under an alert that it is stuck", "KubeDeploymentRolloutStuck", {}],
  ["under an alert that it is not rolled out", "KubeStatefulSetUpdateNotRolledOut", {}],
  ["after our own write was refused", "KubeDeploymentReplicasMismatch", { outcomes: [refused] }],
])("a rollout %s is looked at again, then left to a person", async (_what, name, more) => {
  expect(await judged(name, { ...more, rounds: 2 })).toEqual(later("2026-11-22T15:01:00.000Z"));
  expect(await judged(name, { ...more, rounds: 5 })).toMatchObject({
    diagnosis: {
      kind: "unknown",
      missing: [expect.any(String), expect.stringContaining("still moves")],
      candidates: [{ class: "control-rollout-in-progress" }],
    },
  });
});

test.each<[string, Partial<Incident>]>([
  ["no change of ours", {}],
  ["a change that was made", { outcomes: [{ ...refused, kind: "applied", reason: null }] }],
  ["a change that nobody approved", { outcomes: [{ ...refused, reason: "not-approved" }] }],
])("control: a rollout under an alert about its replicas, with %s, is what there is to say", async (_what, more) => {
  expect(await judged("KubeDeploymentReplicasMismatch", { ...more, rounds: 2 })).toEqual({
    diagnosis: moving,
    questions: [],
  });
});

const healthy: Cause = { ...moving, class: "control-healthy", statement: "Deployment/web is healthy." };

test("health right after our own write was refused is looked at again, then left to a person", async () => {
  const more = { outcomes: [refused] };
  expect(await judged("KubePodCrashLooping", { ...more, rounds: 2 }, healthy)).toEqual(
    later("2026-11-22T15:01:00.000Z"),
  );
  expect(await judged("KubePodCrashLooping", { ...more, rounds: 5 }, healthy)).toMatchObject({
    diagnosis: {
      kind: "unknown",
      missing: [expect.any(String), expect.stringContaining("changed while a change of it was being made")],
      candidates: [{ class: "control-healthy" }],
    },
  });
});

test.each<[string, Partial<Incident>, string]>([
  ["no change of ours was refused", {}, "firing"],
  ["its alerts are quiet", { outcomes: [refused] }, "resolved"],
])("control: health is what there is to say where %s", async (_what, more, status) => {
  expect(await judged("KubePodCrashLooping", { ...more, rounds: 2 }, healthy, status)).toEqual({
    diagnosis: healthy,
    questions: [],
  });
});

const seesNothing = async (more: Partial<Incident>, wants: { ask: "sweep" }[] = []) => {
  const alert = { name: "KubePodCrashLooping", status: "firing", startsAt: at, summary: "", labels: {} };
  const subject = { ...object, cluster: "test", guessed: false };
  const opened = newIncident({
    id: "i",
    subject,
    severity: "critical",
    openedAt: at,
    alerts: [alert as unknown as Alert],
  });
  const node = diagnose(
    { archive: memoryArchive(), clock: stillClock(), model: null, sources: null },
    defaultBudget,
    () => ({ certain: null, candidates: [], wants }),
  );
  return node({ ...opened, ...more });
};

test("nothing to see right after our own write was refused is looked at again, then told as what it is", async () => {
  const more = { outcomes: [refused] };
  expect(await seesNothing({ ...more, rounds: 2 })).toEqual(later("2026-11-22T15:01:00.000Z"));
  expect(await seesNothing({ ...more, rounds: 5 })).toMatchObject({
    diagnosis: {
      kind: "unknown",
      missing: [expect.any(String), expect.stringContaining("changed by somebody before the approved change")],
    },
  });
});

test("control: nothing to see without a write of ours is left to a person at once", async () => {
  expect(await seesNothing({ rounds: 2 })).toMatchObject({
    diagnosis: { kind: "unknown", missing: [expect.any(String), "no rule matches what was seen"] },
  });
});

test("the page says what runs now, and which pod is still ending", () => {
  const owner = (kind: string, name: string) => [{ kind, name, uid: "u", controller: true, apiVersion: "apps/v1" }];
  const objects = [
    {
      kind: "Deployment",
      metadata: { name: "web", namespace: "shop", uid: "u" },
      spec: { replicas: 1, template: { spec: { containers: [{ name: "app", image: "web:2" }] } } },
      status: { readyReplicas: 1 },
    },
    {
      kind: "Pod",
      metadata: {
        name: "web-aaa-1",
        namespace: "shop",
        labels: { "pod-template-hash": "aaa" },
        ownerReferences: owner("ReplicaSet", "web-aaa"),
        deletionTimestamp: at,
      },
      spec: { containers: [] },
    },
  ];
  const evidence = [{ answer: { kind: "found", body: { kind: "objects", objects } } }] as unknown as Evidence[];

  expect(changedNow({ ...object, cluster: "test", guessed: false }, evidence)).toBe(
    "it was changed by somebody before the approved change was made, and no rule matches what was seen since; 1 of 1 ready now (web:2); pod web-aaa-1 is still ending",
  );
});
