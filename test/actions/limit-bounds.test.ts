import { expect, test } from "vitest";
import { limitBounds } from "../../src/actions/limit-bounds.ts";
import type { KubeObject, Workload } from "../../src/incident/kube.ts";
import { deployment, podSpec } from "../support/workloads.ts";

const mi = 2 ** 20;
const limits = (limit: string, request?: string) => ({
  resources: { limits: { memory: limit }, ...(request === undefined ? {} : { requests: { memory: request } }) },
});
const alone = podSpec("web:1", limits("64Mi", "32Mi"));
const beside = { ...alone, containers: [...alone.containers, { name: "proxy", ...limits("100Mi", "50Mi") }] };
const range = (item: object): object => ({ kind: "LimitRange", metadata: { name: "lr" }, spec: { limits: [item] } });
const quota = (hard: object, used: object): object => ({
  kind: "ResourceQuota",
  metadata: { name: "rq" },
  status: { hard, used },
});
const recreated: Workload = deployment(alone, {});
recreated.spec.strategy = { type: "Recreate" };

test.each<[string, Workload, object, number | null]>([
  ["a maximum of containers", deployment(alone, {}), range({ type: "Container", max: { memory: "96Mi" } }), 96],
  [
    "a maximum of pods, less the sidecar",
    deployment(beside, {}),
    range({ type: "Pod", max: { memory: "200Mi" } }),
    100,
  ],
  [
    "a ratio to its request",
    deployment(alone, {}),
    range({ type: "Container", maxLimitRequestRatio: { memory: "3" } }),
    96,
  ],
  [
    "a ratio where it has no request",
    deployment(podSpec("web:1", limits("64Mi")), {}),
    range({ type: "Container", maxLimitRequestRatio: { memory: "3" } }),
    null,
  ],
  [
    "a quota of limits, with a pod more in the rollout",
    deployment(alone, {}),
    quota({ "limits.memory": "300Mi" }, { "limits.memory": "128Mi" }),
    100,
  ],
  [
    "a quota of limits, where all pods go first",
    recreated,
    quota({ "limits.memory": "300Mi" }, { "limits.memory": "128Mi" }),
    150,
  ],
  [
    "a quota of requests without room for a pod more",
    deployment(alone, {}),
    quota({ "requests.memory": "64Mi" }, { "requests.memory": "64Mi" }),
    64,
  ],
  [
    "a quota of requests where all pods go first",
    recreated,
    quota({ "requests.memory": "64Mi" }, { "requests.memory": "64Mi" }),
    null,
  ],
])("%s bounds the limit of two pods", (_, live, near, most) => {
  const bounds = limitBounds({ live, near: [near as KubeObject], resource: "memory", container: "web", from: 64 * mi });

  expect(bounds.length === 0 ? null : Math.min(...bounds.map((bound) => bound.most)) / mi).toBe(most);
});
