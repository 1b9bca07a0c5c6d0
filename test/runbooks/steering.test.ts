import { expect, test } from "vitest";
import type { Story } from "../../src/demo/recorded-cluster/story.ts";
import type { KubeObject, Workload } from "../../src/incident/kube.ts";
import { startWalk } from "../security/walk.ts";
import { freshDatabase } from "../support/database.ts";

const revision = "deployment.kubernetes.io/revision";
const numbered = (object: KubeObject, number: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [revision]: number } },
});

/** The revision before: twice the memory, an hour older, no pods any more. */
const former = (current: KubeObject): KubeObject => {
  const before = structuredClone(numbered(current, "1")) as Workload;
  const created = new Date(Date.parse(current.metadata.creationTimestamp ?? "") - 3_600_000).toISOString();
  const { name, labels, uid } = before.metadata;
  const hashed = { ...labels, "pod-template-hash": "5d5d5d5d5d" };
  for (const container of before.spec.template.spec.containers) container.resources = { limits: { memory: "128Mi" } };
  return {
    ...before,
    metadata: { ...before.metadata, name: `${name}5`, uid: `${uid}5`, labels: hashed, creationTimestamp: created },
    spec: { ...before.spec, replicas: 0 },
    status: { replicas: 0 },
  };
};

/** A release lowered the limit: to undo it and to raise the limit both answer, and the catalogue tries the undo first. */
const lowered = (story: Story): Story => ({
  ...story,
  world: {
    ...story.world,
    objects: story.world.objects.flatMap((object) => {
      if (object.kind === "Deployment") return [numbered(object, "2")];
      return object.kind === "ReplicaSet" ? [numbered(object, "2"), former(object)] : [object];
    }),
  },
});

const page = (step: string): string =>
  `# cache-warmer is killed for memory (OOMKilled, exit 137)\n\nIts memory limit is too low.\n\n## Fix\n\n1. ${step}\n`;
const raises = page("`kubectl -n cache set resources deploy/cache-warmer --limits=memory=128Mi`");

const night = async (own: { page?: string; policy?: string }) => {
  await using walk = await startWalk(await freshDatabase(), {
    story: "out-of-memory",
    change: lowered,
    model: null,
    ...own,
  });
  const waiting = await walk.settled(await walk.receive());
  const { plan, runbooks } = waiting;
  return {
    status: waiting.status,
    verb: plan?.kind === "actions" ? plan.actions.map((action) => action.verb).join() : "none",
    first: runbooks[0]?.runbook,
    told: plan?.kind === "none" ? plan.recommendation : "",
    writes: walk.cluster.writes().length,
  };
};

test("control: without a page of the team the catalogue's own order stands", async () => {
  expect(await night({})).toMatchObject({ status: "awaiting-approval", verb: "undo-rollout", writes: 0 });
});

test("a step that names a change of the catalogue is what is proposed, and waits for a person as any other", async () => {
  expect(await night({ page: raises })).toMatchObject({
    status: "awaiting-approval",
    verb: "raise-memory-limit",
    first: "team.md",
    writes: 0,
  });
});

test("a step that does not answer the diagnosis, or is advised against, steers nothing", async () => {
  expect(await night({ page: page("`kubectl delete pod`, then `kubectl cordon` the node") })).toMatchObject({
    verb: "undo-rollout",
    first: "team.md",
  });
  expect(await night({ page: page("do not raise-memory-limit") })).toMatchObject({ verb: "undo-rollout" });
  const forbids = "## What not to do\n\n- `kubectl -n cache set resources deploy/cache-warmer --limits=memory=128Mi`\n";
  expect(await night({ page: `${page("see below")}\n${forbids}` })).toMatchObject({
    verb: "undo-rollout",
    first: "team.md",
  });
});

test("a page never gets past policy: what is out of bounds is passed over, and observe stays observe", async () => {
  const bounded = "mode: approve\nmemoryLimit:\n  ceiling: 64Mi\n";

  expect(await night({ page: raises, policy: bounded })).toMatchObject({ verb: "undo-rollout", first: "team.md" });
  const observed = await night({ page: raises, policy: "mode: observe\n" });
  expect(observed).toMatchObject({ status: "escalated", verb: "none", writes: 0 });
  expect(observed.told).toContain("set resources");
});
