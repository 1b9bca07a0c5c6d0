import { expect, test } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { changed, event, foundIn, type Scene } from "./changed.ts";

const budget = "pdb-blocks-disruption PodDisruptionBudget/auth";

/** One pod, and a budget that demands it: how single replicas are kept. */
const single = (scene: Scene): void => {
  Object.assign(scene.one("PodDisruptionBudget"), {
    status: { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
  });
};

test("a budget over one pod is no certain fault as long as nobody moves it", () => {
  expect(foundIn("auth", () => undefined)).toContain(budget);
  expect(foundIn("auth", single)).not.toContain(budget);
});

test("a budget over one pod is the fault where an eviction was refused or a node takes no more pods", () => {
  const refused = "Cannot evict pod as it would violate the pod's disruption budget.";
  expect(
    foundIn("auth", (scene) => {
      single(scene);
      scene.add(event(scene.pod(), "EvictionBlocked", refused, "2026-11-22T15:00:00Z"));
    }),
  ).toContain(budget);
  expect(
    foundIn("auth", (scene) => {
      single(scene);
      scene.add({ kind: "Node", metadata: { name: "node-9" }, spec: { unschedulable: true } } as never);
    }),
  ).toContain(budget);
});

test.each([
  ["KubePodCrashLooping", null],
  ["KubePdbNotEnoughHealthyPods", "pdb-blocks-disruption"],
  ["NodeDrainStuck", "pdb-blocks-disruption"],
])("beside the alert %s on the namespace it is %s", (name, told) => {
  const { evidence, now, namespace } = changed("auth", () => undefined);
  const subject = { kind: "Namespace", namespace: null, name: namespace, cluster: "test", guessed: false };
  const alerts = [{ name, startsAt: now, labels: {}, annotations: {} }] as unknown as Alert[];
  expect(diagnoseByRules({ evidence, subject, alerts, now }).certain?.class ?? null).toBe(told);
});
