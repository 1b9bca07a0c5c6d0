import { expect, test } from "vitest";
import type { Incident } from "../../src/incident/incident.ts";
import type { KubeObject, Workload } from "../../src/incident/kube.ts";
import { saving } from "../../src/incident/saving.ts";
import { act } from "../../src/nodes/act.ts";
import { propose } from "../../src/nodes/propose.ts";
import { verify } from "../../src/nodes/verify.ts";
import type { Cluster } from "../../src/ports/cluster.ts";
import { fakeKubernetes, lostAnswer } from "../support/fake-actuator.ts";
import { fakeLedger, noLedger } from "../support/fake-ledger.ts";
import {
  cause,
  clockAt,
  deployment,
  fakeArchive,
  found,
  incidentOf,
  pod,
  podSpec,
  policyIn,
  replicaSet,
} from "../support/workloads.ts";

const web = "Deployment/shop/web";
const redact = <T>(value: T): T => value;
const policy = policyIn("approve");
const resources = (memory: string) => ({ resources: { limits: { memory } } });
const killed = pod("web-r1-a", 1, {
  containerStatuses: [
    { name: "web", restartCount: 3, lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } } },
  ],
});

/** A change that was approved and made, and after which nothing is better. */
const made = async (about: "oom-limit-too-low" | "image-not-found" | "app-hang") => {
  const clock = clockAt("2026-01-01T10:00:00.000Z");
  const spec = podSpec("web:2", resources("64Mi"));
  const kubernetes = fakeKubernetes([
    deployment(spec, { readyReplicas: 1 }),
    ...(about === "image-not-found" ? [replicaSet(1, podSpec("web:1"), 1, "2026-01-01T09:00:00Z")] : []),
    replicaSet(2, spec, 0, "2026-01-01T09:58:00Z"),
    ...(about === "app-hang" ? [] : [killed]),
  ]);
  const before = found("2026-01-01T09:59:00Z", ...kubernetes.objects.values());
  const archive = fakeArchive([before]);
  const state = structuredClone(kubernetes.objects.get(web));
  let incident = incidentOf({ diagnosis: cause(about), evidence: [before.id] });
  const proposed = await propose({ ...kubernetes, archive, clock }, { policy, approvalMinutes: 60, redact })(incident);
  incident = { ...incident, ...proposed };
  if (incident.plan?.kind !== "actions") throw new Error(JSON.stringify(incident.plan));
  const { ledger, intents } = fakeLedger([incident.plan.hash]);
  incident = { ...incident, ...(await act({ ...kubernetes, ledger, clock }, { policy })(incident)) };
  const ports = { ...kubernetes, exact: kubernetes.cluster, ledger, metrics: null, archive, clock };
  const settings = { settleSeconds: 30, watchSeconds: 120, policy, redact };
  const look = async (using = ports) => {
    incident = { ...incident, ...(await verify(using, settings)(incident)) };
    return incident;
  };
  const untilDecided = async (): Promise<Incident> => {
    while (incident.verdict === null) {
      await look();
      clock.to(incident.lookAgainAt ?? clock.now().toISOString());
    }
    return incident;
  };
  return { kubernetes, clock, state, look, untilDecided, ports, intents, writes: kubernetes.writes };
};
const decided = ({ spec, metadata }: KubeObject) => {
  const { "nightshift.dev/intent": _mark, ...annotations } = metadata.annotations ?? {};
  return { spec, labels: metadata.labels, annotations };
};

test.each(["oom-limit-too-low", "image-not-found"] as const)(
  "a change against %s that did not help is taken back exactly, once, and a person is told with its diff",
  async (about) => {
    const { kubernetes, state, look, untilDecided, writes } = await made(about);
    expect(decided(kubernetes.objects.get(web) as KubeObject)).not.toEqual(decided(state as KubeObject));

    const verdict = await untilDecided();
    expect([verdict.verdict?.kind, verdict.escalation, writes.length]).toEqual(["unchanged", null, 1]);
    const after = await look();

    expect(decided(kubernetes.objects.get(web) as KubeObject)).toEqual(decided(state as KubeObject));
    expect(after.outcomes.map(({ verb, kind }) => [verb, kind])[1]).toEqual([
      expect.stringMatching(/^undo of /),
      "applied",
    ]);
    expect(after.outcomes[1]?.diff).toContain("@@");
    expect(after.escalation).toContain("undone exactly");
    expect(writes).toHaveLength(2);
  },
);

const pods = (answer: (objects: KubeObject[]) => Awaited<ReturnType<Cluster["list"]>>, cluster: Cluster): Cluster => ({
  ...cluster,
  list: async (query, signal) => {
    const list = await cluster.list(query, signal);
    return query.kind === "Pod" ? answer(list.objects) : list;
  },
});

test.each<[string, (objects: KubeObject[]) => Awaited<ReturnType<Cluster["list"]>>]>([
  [
    "one of its pods cannot be read",
    (objects) => ({
      objects: [...objects, { kind: "Pod", metadata: { name: "x" }, spec: 7 } as never],
      truncated: false,
    }),
  ],
  ["it has more pods than are read", (objects) => ({ objects, truncated: true })],
])("it is taken back where %s: what its own change rested on is not looked at for that", async (_, answer) => {
  for (const about of ["oom-limit-too-low", "image-not-found"] as const) {
    const { kubernetes, state, look, untilDecided, ports } = await made(about);
    await untilDecided();

    const { escalation } = await look({ ...ports, exact: pods(answer, kubernetes.cluster) });

    expect(escalation).toContain("undone exactly");
    expect(decided(kubernetes.objects.get(web) as KubeObject)).toEqual(decided(state as KubeObject));
  }
});

test("what recovered is not taken back", async () => {
  const { kubernetes, look, untilDecided, clock, writes } = await made("oom-limit-too-low");
  const at = clock.now().toISOString();
  const well = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  kubernetes.change(web, (object) => Object.assign(object, { status: { ...well, observedGeneration: 99 } }));
  kubernetes.change("Pod/shop/web-r1-a", (object) =>
    Object.assign(object, {
      status: {
        phase: "Running",
        conditions: [{ type: "Ready", status: "True", lastTransitionTime: at }],
        containerStatuses: [{ name: "web", restartCount: 0, state: { running: { startedAt: at } } }],
      },
    }),
  );

  const { verdict } = await untilDecided();
  expect(verdict?.kind).toBe("recovered");
  expect((await look()).outcomes).toHaveLength(1);
  expect(writes).toHaveLength(1);
});

test.each<[string, (object: Workload) => void]>([
  ["a replica count", ({ spec }) => Object.assign(spec, { replicas: 5 })],
  ["an annotation", ({ metadata }) => Object.assign(metadata.annotations ?? {}, { owner: "somebody else" })],
])("when somebody changed %s after us, the undo says so and is not tried", async (_, edit) => {
  const { kubernetes, look, untilDecided, writes } = await made("oom-limit-too-low");
  kubernetes.change(web, (object) => edit(object as Workload));

  await untilDecided();
  const { escalation, outcomes } = await look();

  expect(escalation).toContain("was not undone: Deployment/web in shop was changed since");
  expect(escalation).toContain("kubectl set resources");
  expect(escalation).toContain("Look first");
  expect(saving({ escalation })).toBeNull();
  expect(outcomes).toHaveLength(1);
  expect(writes).toHaveLength(1);
});

test("when the object is gone, nobody is told to type its undo", async () => {
  const { kubernetes, look, untilDecided } = await made("image-not-found");
  await untilDecided();
  kubernetes.remove(web);

  const { escalation } = await look();

  expect(escalation).toContain("is gone");
  expect(escalation).not.toContain("kubectl");
});

test("what cannot be undone exactly is left, and that is said", async () => {
  const { look, untilDecided, writes } = await made("app-hang");

  await untilDecided();
  const { escalation } = await look();

  expect(escalation).toContain("cannot be undone exactly");
  expect(writes).toHaveLength(1);
});

test("killed at any place of the undo and started again: it is done once", async () => {
  for (const place of ["before", "after"] as const) {
    const { kubernetes, look, untilDecided, writes } = await made("oom-limit-too-low");
    await untilDecided();
    kubernetes.behaviour[place] = () => {
      delete kubernetes.behaviour[place];
      throw new Error("killed");
    };
    await expect(look()).rejects.toThrow("killed");

    const { outcomes } = await look();

    expect(outcomes.at(-1)).toMatchObject({ verb: "undo of raise-memory-limit", kind: "applied" });
    expect(writes).toHaveLength(2);
  }
});

test("control: with nothing that remembers, an undo whose answer is lost is written again", async () => {
  const { kubernetes, look, untilDecided, ports, writes } = await made("image-not-found");
  await untilDecided();
  kubernetes.behaviour.careless = true;
  const frozen = structuredClone(kubernetes.objects.get(web) ?? null);
  const cluster: Cluster = {
    ...kubernetes.cluster,
    get: async (kind, namespace, name) =>
      kind === "Deployment" ? structuredClone(frozen) : kubernetes.cluster.get(kind, namespace, name),
  };
  const forgetful = { ...ports, exact: cluster, ledger: noLedger };
  kubernetes.behaviour.after = () => {
    delete kubernetes.behaviour.after;
    throw new Error("killed");
  };

  await expect(look(forgetful as typeof ports)).rejects.toThrow("killed");
  await look(forgetful as typeof ports).catch(() => undefined);

  expect(writes.length).toBeGreaterThan(2);
});

test("an undo whose answer is lost is looked at, never sent again", async () => {
  const { kubernetes, look, untilDecided, writes } = await made("oom-limit-too-low");
  await untilDecided();
  kubernetes.behaviour.before = () => {
    throw lostAnswer();
  };

  const { escalation, outcomes } = await look();

  expect(outcomes.at(-1)?.kind).toBe("uncertain");
  expect(escalation).toContain("uncertain");
  expect(writes).toHaveLength(1);
});
