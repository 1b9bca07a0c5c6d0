import { expect, test } from "vitest";
import { kubeObject, pageOf } from "../../src/adapters/kubernetes-objects.ts";
import type { KubeObject, Pod } from "../../src/incident/kube.ts";
import { objectsIn } from "../../src/nodes/sweep-objects.ts";
import { logQuestions } from "../../src/nodes/sweep-pods.ts";
import { boundedObjects } from "../../src/tools/bounded-objects.ts";
import { evidence } from "../rules/recorded.ts";

const event = (name: string, more: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name, namespace: "shop" },
  involvedObject: { kind: "Pod", name: "api-1", namespace: "shop" },
  ...more,
});

test("an object that no API server keeps costs only itself", () => {
  const huge = event("huge", { message: "x".repeat(10_000_000) });
  const { objects, truncated, unreadable } = boundedObjects([huge, event("small")], false);

  expect(objects.map(({ metadata }) => metadata.name)).toEqual(["small"]);
  expect(truncated).toBe(false);
  expect(unreadable).toEqual([{ kind: "Event", namespace: "shop", name: "huge", why: "it is larger than 1 MB" }]);
});

test("one without a name costs only itself in a list", () => {
  const items = [{ metadata: { namespace: "shop" } }, null, { metadata: { name: "api-1", namespace: "shop" } }];
  const { objects } = pageOf({ apiVersion: "v1", kind: "PodList", metadata: {}, items }, "GET /pods");
  const body = boundedObjects(objects, false);

  expect(body.objects.map(({ metadata }) => metadata.name)).toEqual(["api-1"]);
  expect(body.unreadable).toEqual([
    { kind: "Pod", namespace: "shop", name: "", why: "metadata.name is empty" },
    { kind: "Pod", namespace: null, name: "", why: "metadata.name is empty" },
  ]);
});

test("a list of what are no objects at all is refused", () => {
  expect(() => pageOf({ kind: "PodList", items: [7, "x"] }, "GET /pods")).toThrow(/did not answer with a Kubernetes/);
});

test("one object that was asked for by name and cannot be read is refused, and told why", () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "api-1" }, spec: { containers: 7 } };

  expect(() => kubeObject(pod, "GET /pods/api-1")).toThrow(/could not read Pod api-1: spec.containers is a number/);
});

test("one object that was asked for by name comes without its nulls", () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "api-1" }, spec: { containers: [], volumes: null } };

  expect(kubeObject(pod, "GET /pods/api-1").spec).toEqual({ containers: [] });
});

test("a pod without its containers has none, and whoever walks them goes on", () => {
  const pod: KubeObject = { apiVersion: "v1", kind: "Pod", metadata: { name: "api-1" }, spec: { containers: null } };
  const body = boundedObjects([pod, { ...pod, metadata: { name: "api-2" }, spec: undefined }], false);
  const list = { ask: "list", kind: "Pod", namespace: "shop", selector: null } as const;
  const pods = objectsIn([evidence(list, { kind: "found", body })], "Pod") as Pod[];

  expect(pods.flatMap(logQuestions)).toEqual([]);
  expect(pods).toHaveLength(2);
});

test("what the API has learnt to say beside the fields that are looked at costs no pod", () => {
  const lifecycle = { stopSignal: "SIGUSR1", preStop: { exec: { command: ["true"] }, sleep: null } };
  const spec = {
    containers: [{ name: "api", image: "api:1", lifecycle, restartPolicyRules: "Never" }],
    affinity: { podAffinity: { mode: "strict" } },
  };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "api-1" }, spec };

  expect(boundedObjects([pod], false)).toEqual({ kind: "objects", objects: [pod], truncated: false });
});
