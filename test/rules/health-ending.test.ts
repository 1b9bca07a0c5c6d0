import { expect, test } from "vitest";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import { controls } from "../../src/rules/controls/health.ts";
import { worldOf } from "../../src/rules/world/world.ts";

const now = "2026-11-27T03:00:00Z";
const web = { kind: "Deployment", namespace: "shop", name: "web" };
const owned = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: "apps/v1", kind, name, uid: name, controller: true }],
});
const at = (name: string, more: object = {}) => ({ name, namespace: "shop", uid: name, ...more });
const pod = (name: string, set: string, more: object, status: object) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: at(name, { ...owned("ReplicaSet", set), ...more }),
  spec: { containers: [{ name: "app", image: "web:1" }] },
  status: { phase: "Running", containerStatuses: [{ name: "app", ...status }] },
});

/** Mended by hand: one ready pod of the new revision, one of the old that waits. */
const found = (old: object): string[] => {
  const objects = [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: at("web"),
      spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template: { spec: { containers: [] } } },
      status: { replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    },
    ...["new", "old"].map((name) => ({
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: at(name, owned("Deployment", "web")),
      spec: { replicas: name === "new" ? 1 : 0 },
      status: { readyReplicas: name === "new" ? 1 : 0 },
    })),
    pod("new-1", "new", {}, { ready: true, restartCount: 0, state: { running: { startedAt: now } } }),
    pod("old-1", "old", old, {
      ready: false,
      restartCount: 4,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { exitCode: 1, finishedAt: "2026-11-27T02:59:40Z" } },
    }),
  ] as unknown as KubeObject[];
  const evidence = ["Deployment", "ReplicaSet", "Pod"].map((kind, index) => ({
    id: `ev_${index}`,
    question: { ask: "list", kind, namespace: "shop" },
    askedAt: now,
    answer: { kind: "found", body: { kind: "objects", objects: objects.filter((one) => one.kind === kind) } },
  }));
  return controls(worldOf(evidence as unknown as Evidence[], now), web, true).map((one) => one.class);
};

test("a pod of the old revision that is being deleted casts no doubt on a workload that was mended by hand", () => {
  expect(found({ deletionTimestamp: now })).toEqual(["control-healthy"]);
});

test("control: one that stays does", () => {
  expect(found({})).toEqual([]);
});
