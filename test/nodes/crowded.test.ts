import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import { kubernetesCluster } from "../../src/adapters/kubernetes-cluster.ts";
import { startRecordedCluster } from "../../src/demo/recorded-cluster/start.ts";
import { readWorld } from "../../src/demo/recorded-cluster/world.ts";
import type { Evidence } from "../../src/incident/evidence.ts";
import { newIncident } from "../../src/incident/incident.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import { gather } from "../../src/nodes/gather.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";

const folder = join(import.meta.dirname, "../incidents/payments");
const subject = {
  cluster: "test",
  namespace: "payments",
  kind: "Deployment",
  name: "payments-api",
  guessed: false,
} as const;

/** Copies of the namespace's own pod that are well, and come first in every list. */
const crowd = (objects: readonly KubeObject[], count: number): KubeObject[] => {
  const pod = objects.find(({ kind }) => kind === "Pod");
  return Array.from(
    { length: count },
    (_, index): KubeObject => ({
      ...structuredClone(pod as KubeObject),
      metadata: { name: `aaa-${index}`, namespace: subject.namespace, uid: `aaa-${index}`, labels: { app: "aaa" } },
      status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }], containerStatuses: [] },
    }),
  );
};

const sweptWith = async (count: number) => {
  const world = readWorld(folder);
  const server = await startRecordedCluster({
    worlds: [{ ...world, objects: [...crowd(world.objects, count), ...world.objects] }],
  });
  const scratch = await mkdtemp(join(tmpdir(), "nightshift-crowd-"));
  const kubeconfig = join(scratch, "kubeconfig.json");
  await writeFile(kubeconfig, JSON.stringify(server.kubeconfig), { mode: 0o600 });
  const client = kubernetesClient({ kubeconfig, context: null });
  const kept = new Map<string, Evidence>();
  const archive = {
    keep: async (all: readonly Evidence[]) => {
      for (const one of all) kept.set(one.id, one);
    },
    open: async (ids: readonly string[]) => ids.flatMap((id) => kept.get(id) ?? []),
  };
  const clock = { now: () => new Date(world.recordedAt) };
  const ports = { cluster: kubernetesCluster(client, "test"), metrics: null, bookshelf: { search: async () => [] } };
  try {
    const incident = newIncident({ id: "t", subject, severity: "warning", openedAt: world.recordedAt, alerts: [] });
    const look = gather({ ...ports, archive, clock });
    const judge = async (evidence: readonly string[]) => {
      const all = await archive.open(evidence);
      return { all, judged: diagnoseByRules({ evidence: all, subject, alerts: [], now: world.recordedAt }) };
    };
    const first = { ...incident, ...(await look(incident)) };
    const { judged } = await judge(first.evidence);
    // As the walk does: a rule that is not certain names what would decide, and it is asked once.
    const second =
      judged.certain === null ? { ...first, ...(await look({ ...first, questions: judged.wants })) } : first;
    return { ...(await judge(second.evidence)), requests: server.requests.length, rounds: second.rounds };
  } finally {
    await client.close();
    await server.close();
    await rm(scratch, { recursive: true });
  }
};

const podLists = (all: readonly Evidence[]) =>
  all.filter(({ question }) => question.ask === "list" && question.kind === "Pod");

test("in a namespace of 5 000 pods the list is read in pages, cut short with a word, and the sick pod found in the same look", async () => {
  const few = await sweptWith(10);
  const many = await sweptWith(5000);
  const [whole, own] = podLists(many.all);

  expect(whole?.answer).toMatchObject({ body: { truncated: true } });
  expect(JSON.stringify(whole?.answer).length).toBeLessThan(3 * 2 ** 20);
  expect(own?.question).toMatchObject({ selector: expect.stringContaining("=") });
  expect(many.requests - few.requests).toBeLessThanOrEqual(5000 / 250 + 4);
  expect([few.rounds, many.rounds]).toEqual([1, 1]);
  expect(many.judged.certain?.class).toBe(few.judged.certain?.class);
  expect(few.judged.certain?.class).toBe("env-var-missing-or-wrong");
});

test("a namespace of few pods is read whole, and asked for no pods of its own", async () => {
  const { all } = await sweptWith(10);

  expect(podLists(all)).toHaveLength(1);
  expect(podLists(all)[0]?.answer).toMatchObject({ body: { truncated: false } });
});
