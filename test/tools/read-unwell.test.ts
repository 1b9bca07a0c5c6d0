import { afterEach, beforeEach, expect, test } from "vitest";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import { kubernetesCluster } from "../../src/adapters/kubernetes-cluster.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import { scan } from "../../src/rules/index.ts";
import { askWorld } from "../../src/tools/ask.ts";
import { kubeconfigFor } from "../adapters/kubeconfig.ts";
import { type Asked, json, type ScriptedServer, scriptedServer } from "../adapters/scripted-server.ts";

const now = "2026-11-27T12:00:00Z";
let server: ScriptedServer;
beforeEach(async () => {
  server = await scriptedServer();
});
afterEach(() => server.close());

const controller = (kind: string, name: string) => [{ apiVersion: "apps/v1", kind, name, uid: name, controller: true }];
const spec = { containers: [{ name: "app", image: "shop/app:2" }] };

const named = (kind: string, at: number, sick: boolean): KubeObject => {
  const app = sick ? "zebra" : `app-${String(at).padStart(5, "0")}`;
  const labels = { app };
  const template = { metadata: { labels }, spec };
  const counts = { replicas: 1, readyReplicas: sick ? 0 : 1, updatedReplicas: 1 };
  const workload = { spec: { replicas: 1, selector: { matchLabels: labels }, template }, status: counts };
  const waiting = {
    waiting: { reason: "CreateContainerConfigError", message: 'configmap "zebra-settings" not found' },
  };
  const pod = {
    spec,
    status: {
      phase: sick ? "Pending" : "Running",
      conditions: [{ type: "Ready", status: sick ? "False" : "True" }],
      containerStatuses: [{ name: "app", ready: !sick, restartCount: 0, state: sick ? waiting : { running: {} } }],
    },
  };
  if (kind === "Pod")
    return {
      ...pod,
      metadata: {
        name: `${app}-rs-x`,
        namespace: "shop",
        labels,
        ownerReferences: controller("ReplicaSet", `${app}-rs`),
      },
    } as never;
  if (kind === "ReplicaSet")
    return {
      ...workload,
      metadata: { name: `${app}-rs`, namespace: "shop", labels, ownerReferences: controller("Deployment", app) },
    } as never;
  return { ...workload, metadata: { name: app, namespace: "shop", labels } } as never;
};

const kindsAt: Record<string, string> = { pods: "Pod", replicasets: "ReplicaSet", deployments: "Deployment" };

/** A namespace of 5 001 Deployments of one pod each; the sick one is the last by name, if any is. */
const crowd = (count: number, sick: boolean) => {
  let largest = 0;
  server.play(({ url }: Asked, response) => {
    const kind = kindsAt[url.pathname.split("/").at(-1) ?? ""] ?? "Pod";
    const from = Number(url.searchParams.get("continue") ?? 0);
    const to = Math.min(from + Number(url.searchParams.get("limit")), count);
    largest = Math.max(largest, to - from);
    const items = Array.from({ length: to - from }, (_, n) => named(kind, from + n, sick && from + n === count - 1));
    json(response, 200, {
      kind: `${kind}List`,
      apiVersion: "v1",
      metadata: to < count ? { continue: String(to) } : {},
      items,
    });
  });
  return () => largest;
};

const look = async () => {
  const cluster = kubernetesCluster(kubernetesClient({ kubeconfig: kubeconfigFor(server.url), context: null }), null);
  const clock = { now: () => new Date(now) };
  const ask = askWorld({
    cluster,
    metrics: null,
    clock,
    bookshelf: { search: async () => [] },
    sources: null,
  } as never);
  return Promise.all(
    ["Pod", "ReplicaSet", "Deployment"].map((kind) => ask({ ask: "list", kind, namespace: "shop", selector: null })),
  );
};

const kept = (evidence: Awaited<ReturnType<typeof look>>): number[] =>
  evidence.map(({ answer }) =>
    answer.kind === "found" && answer.body.kind === "objects" ? answer.body.objects.length : 0,
  );

test("the one sick workload among 5 001 is found, and no more is kept than the limits allow", async () => {
  const largest = crowd(5_001, true);
  const evidence = await look();
  expect(scan(evidence, now)[0]).toMatchObject({ object: { kind: "Deployment", name: "zebra" } });
  expect(kept(evidence)).toEqual([300, 200, 200]);
  expect(
    evidence.every(({ answer }) => answer.kind === "found" && answer.body.kind === "objects" && answer.body.truncated),
  ).toBe(true);
  expect(largest()).toBeLessThanOrEqual(250);
});

test("where all are well none is found, and a short list is read once", async () => {
  crowd(5_001, false);
  expect(scan(await look(), now)).toEqual([]);
  crowd(150, true);
  expect(kept(await look())).toEqual([150, 150, 150]);
});
