import { expect, test } from "vitest";
import type { Pod, Workload } from "../../src/incident/kube.ts";
import { stuckPods } from "../../src/nodes/verify-look.ts";
import { podSpec } from "../support/workloads.ts";

const podOf = (name: string, revision: string, ready: "True" | "False"): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { "controller-revision-hash": revision } },
  spec: podSpec("redis:7"),
  status: { conditions: [{ type: "Ready", status: ready }] },
});
const of = (kind: string): Workload => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "ledger", namespace: "shop" },
  spec: { template: { spec: podSpec("redis:7") } },
  status: { updateRevision: "good" },
});
const around = { services: [], scalers: [], firing: [] };
const pods = [podOf("ledger-0", "good", "True"), podOf("ledger-1", "bad", "False"), podOf("ledger-2", "bad", "True")];

test("a pod of an older revision that never became ready is what a StatefulSet waits for", () => {
  expect(stuckPods({ workload: of("StatefulSet"), pods, ...around })).toEqual(["ledger-1"]);
});

test("a pod of the newest revision is sick by itself, and other kinds replace theirs", () => {
  expect(stuckPods({ workload: of("StatefulSet"), pods: [podOf("ledger-1", "good", "False")], ...around })).toEqual([]);
  expect(stuckPods({ workload: of("Deployment"), pods, ...around })).toEqual([]);
});
