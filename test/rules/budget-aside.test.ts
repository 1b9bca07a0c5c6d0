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
      const node = scene.objects.find((one) => one.kind === "Node" && one.metadata.name === scene.pod().spec.nodeName);
      Object.assign(node ?? {}, { spec: { unschedulable: true } });
    }),
  ).toContain(budget);
});

test("a cordoned node on which none of its pods stands is nothing to a budget, nor is the refusal of a neighbour's eviction", () => {
  const refused = "Cannot evict pod as it would violate the pod's disruption budget.";
  expect(
    foundIn("auth", (scene) => {
      single(scene);
      scene.add({ kind: "Node", metadata: { name: "node-9" }, spec: { unschedulable: true } } as never);
      const other = { kind: "Pod", metadata: { name: "another-0", namespace: scene.pod().metadata.namespace ?? "" } };
      scene.add(event(other as never, "EvictionBlocked", refused, "2026-11-22T15:00:00Z"));
    }),
  ).not.toContain(budget);
});

test.each([
  ["of the namespace, asked about without an alert", () => undefined, null],
  [
    "of a node that is being emptied",
    (scene: Scene) => {
      const { name } = scene.one("PodDisruptionBudget").metadata;
      const node = { kind: "Node", metadata: { name: scene.pod().spec.nodeName } };
      scene.add({
        ...event(
          node as never,
          "DisruptionBlocked",
          `Pdb prevents pod evictions (PodDisruptionBudget=x/${name})`,
          "2026-11-22T15:00:00Z",
        ),
      });
    },
    "pdb-blocks-disruption",
  ],
])("over well pods it is the cause %s only where somebody is held up", (_, change, told) => {
  const { evidence, now, namespace } = changed("auth", change);
  const subject = { kind: "Namespace", namespace: null, name: namespace, cluster: "test", guessed: false };
  const { certain, candidates } = diagnoseByRules({ evidence, subject, alerts: [], now });
  expect(certain?.class ?? null).toBe(told);
  const [one] = candidates.filter((each) => each.class === "pdb-blocks-disruption");
  expect((one?.confidence ?? 0) >= 0.85).toBe(told !== null);
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
