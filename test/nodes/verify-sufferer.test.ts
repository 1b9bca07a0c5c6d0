import { expect, test } from "vitest";
import type { Workload } from "../../src/incident/kube.ts";
import { wellAgain } from "../../src/nodes/verify-checks.ts";
import type { Sight } from "../../src/nodes/verify-look.ts";

const subject = { kind: "Deployment", namespace: "shop", name: "caller" };
const sight = (ready: number): Sight => ({
  workload: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "caller", namespace: "shop" },
    spec: { replicas: 1, template: { spec: { containers: [] } } },
    status: { readyReplicas: ready, availableReplicas: ready },
  } as Workload,
  pods: [],
  services: null,
  scalers: null,
  firing: null,
});

test("a caller that still waits for its next try is not called recovered, and proves nothing against the change", () => {
  expect(wellAgain(subject, sight(0), false)).toMatchObject({ ok: false, required: true, slow: true, unknown: true });
});

test("a caller that is ready but does not run steadily is not well again", () => {
  expect(wellAgain(subject, sight(1), false)).toMatchObject({ ok: false, unknown: true });
});

test("a caller that is ready and runs steadily is", () => {
  expect(wellAgain(subject, sight(1), true)).toMatchObject({ ok: true });
});
