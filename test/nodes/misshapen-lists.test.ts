import { expect, test } from "vitest";
import { verbSpec } from "../../src/actions/catalogue.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import { readNear } from "../../src/nodes/change.ts";
import { readScenes } from "../../src/nodes/propose-scene.ts";
import { type Ask, look } from "../../src/nodes/verify-look.ts";
import type { Cluster } from "../../src/ports/cluster.ts";
import { evidence } from "../rules/recorded.ts";
import { podSpec } from "../support/workloads.ts";

const metadata = { name: "ledger", namespace: "shop", uid: "u" };
const template = { metadata: { labels: { app: "ledger" } }, spec: podSpec("shop/ledger:2") };
const live: KubeObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata,
  spec: { replicas: 1, selector: { matchLabels: { app: "ledger" } }, template },
};

/** What no API server sends, as a proxy in between may make it. */
const misshapen = (kind: string): KubeObject[] =>
  [
    { kind },
    { kind, metadata: null, spec: null },
    { kind, metadata: { name: "x" }, spec: 7 },
    { kind, metadata: { name: "y", ownerReferences: 3 }, spec: { template: { spec: { containers: "none" } } } },
  ] as never;

const cluster = (broken: string): Cluster => ({
  name: "test",
  get: async () => live,
  list: async ({ kind }) => ({ objects: kind === broken ? misshapen(kind) : [], truncated: false }),
  names: async () => [],
  logs: async () => null,
});

const cause = { kind: "cause", class: "image-not-found", object: { kind: "Deployment", ...metadata }, evidence: [] };
const known = { cause, evidence: [], policy: {}, incident: {} } as never;
const ref = { kind: "Deployment", namespace: "shop", name: "ledger" } as never;

test("revisions that cannot be read cost only themselves", async () => {
  const scenes = await readScenes(cluster("ReplicaSet"), ref, known);
  expect(scenes.length).toBeGreaterThan(0);
  expect(scenes.map(({ scene }) => scene?.revisions)).toEqual(scenes.map(() => []));
});

test("what forbids a change may be the one that cannot be read: then it is refused, in words", async () => {
  const spec = verbSpec("scale-workload");
  const [near] = spec.near;
  if (near === undefined) throw new Error("the verb looks at nothing beside its target");
  await expect(readNear(cluster(near), spec, live)).rejects.toThrow(new RegExp(`could not read ${near}`));
  await expect(readNear(cluster("Secret"), spec, live)).resolves.toEqual([]);
});

test("a pod that cannot be read is never taken for well", async () => {
  const seen = async (unreadable: object[]) => {
    const body = { kind: "objects", objects: [], truncated: false, unreadable } as const;
    const ask: Ask = async (question) =>
      question.ask === "get"
        ? evidence(question, { kind: "found", body: { kind: "objects", objects: [live], truncated: false } })
        : evidence(question, { kind: "found", body } as never);
    return (await look(ask, ref, [])).sight.pods;
  };
  expect(await seen([])).toEqual([]);
  expect(await seen([{ kind: "Pod", namespace: "shop", name: "x", why: "spec is a number" }])).toBeNull();
});
