import { expect, test } from "vitest";
import type { Incident } from "../../src/incident/incident.ts";
import type { Workload } from "../../src/incident/kube.ts";
import type { Outcome } from "../../src/incident/outcome.ts";
import { act, intentKey } from "../../src/nodes/act.ts";
import { propose } from "../../src/nodes/propose.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { fakeKubernetes, lostAnswer } from "../support/fake-actuator.ts";
import { fakeLedger, noLedger } from "../support/fake-ledger.ts";
import {
  cause,
  clockAt,
  deployment,
  fakeArchive,
  incidentOf,
  podSpec,
  policyIn,
  replicaSet,
} from "../support/workloads.ts";

const web = "Deployment/shop/web";
const clock = clockAt("2026-01-01T10:00:00.000Z");
const settings = { policy: policyIn("approve") };

const approvedPlan = async (policy = settings.policy) => {
  const [good, bad] = [podSpec("web:1"), podSpec("web:2-typo")];
  const kubernetes = fakeKubernetes([
    deployment(bad, { readyReplicas: 2 }),
    replicaSet(1, good, 2, "2026-01-01T09:00:00Z"),
    replicaSet(2, bad, 0, "2026-01-01T09:58:00Z"),
  ]);
  const ports = { ...kubernetes, archive: fakeArchive([]), clock };
  const asked = incidentOf({ diagnosis: cause("image-not-found") });
  const { plan } = await propose(ports, { policy, approvalMinutes: 60, redact: (value) => value })(asked);
  if (plan?.kind !== "actions") throw new Error(JSON.stringify(plan));
  const incident: Incident = { ...asked, plan };
  return { kubernetes, incident, hash: plan.hash, key: intentKey(incident.id, plan.hash, incident.rounds, 0) };
};
const imageNow = ({ objects }: ReturnType<typeof fakeKubernetes>): unknown =>
  (objects.get(web) as Workload | undefined)?.spec.template.spec.containers[0]?.image;

test("an approved change is made once, with its key on the object, and the outcome is on record", async () => {
  const { kubernetes, incident, hash, key } = await approvedPlan();
  const { ledger, intents } = fakeLedger([hash]);

  const update = await act({ ...kubernetes, ledger, clock }, settings)(incident);

  expect(update.outcomes).toMatchObject([{ kind: "applied", key, verb: "undo-rollout" }]);
  expect(update.escalation).toBeNull();
  expect(kubernetes.writes).toHaveLength(1);
  expect(imageNow(kubernetes)).toBe("web:1");
  expect(kubernetes.objects.get(web)?.metadata.annotations).toMatchObject({
    "nightshift.dev/intent": key,
    owner: "shop",
  });
  expect(intents.get(key)).toEqual(update.outcomes?.[0]);
});

test("whoever took the object over since the approval is not written over; policy may say so all the same", async () => {
  const acts = async (adopted: boolean, policy: typeof settings.policy) => {
    const { kubernetes, incident, hash } = await approvedPlan(policy);
    const live = kubernetes.objects.get(web);
    if (live === undefined) throw new Error(`${web} is not there`);
    const owner = { apiVersion: "acme.io/v1", kind: "WebApp", name: "web", uid: "u-1", controller: true };
    if (adopted)
      kubernetes.objects.set(web, { ...live, metadata: { ...live.metadata, ownerReferences: [owner] } } as Workload);
    const update = await act({ ...kubernetes, ledger: fakeLedger([hash]).ledger, clock }, { policy })(incident);
    return { kind: update.outcomes?.[0]?.kind, writes: kubernetes.writes.length };
  };
  const direct = { ...settings.policy, rules: [{ match: {}, directWrite: true }] };

  expect(await acts(true, settings.policy)).toEqual({ kind: "refused", writes: 0 });
  expect(await acts(false, settings.policy)).toEqual({ kind: "applied", writes: 1 });
  expect(await acts(true, direct)).toEqual({ kind: "applied", writes: 1 });
});

test("a plan nobody approved is not carried out; without the ledger it would be", async () => {
  const { kubernetes, incident } = await approvedPlan();

  const update = await act({ ...kubernetes, ledger: fakeLedger([]).ledger, clock }, settings)(incident);

  expect(update.outcomes).toMatchObject([{ kind: "refused", reason: "not-approved" }]);
  expect(update.escalation).toContain("nobody approved");
  expect(kubernetes.writes).toHaveLength(0);

  await act({ ...kubernetes, ledger: noLedger, clock }, settings)(incident);
  expect(kubernetes.writes).toHaveLength(1);
});

test.each([
  ["how many replicas it has", { replicas: 5 }, {}],
  ["a label", {}, { labels: { app: "web", team: "x" } }],
  ["an annotation", {}, { annotations: { owner: "somebody else" } }],
] as const)("when somebody changed %s since, nothing is written and it is proposed anew", async (_, spec, metadata) => {
  const { kubernetes, incident, hash } = await approvedPlan();
  kubernetes.change(web, (object) => {
    Object.assign(object.spec as object, spec);
    Object.assign(object.metadata, metadata);
  });

  const update = await act({ ...kubernetes, ledger: fakeLedger([hash]).ledger, clock }, settings)(incident);

  expect(update.outcomes).toMatchObject([{ kind: "refused", reason: "changed" }]);
  expect(update.escalation).toBeNull();
  expect(kubernetes.writes).toHaveLength(0);
});

test("an approval that expired before it was carried out writes nothing, and it is proposed anew", async () => {
  const { kubernetes, incident } = await approvedPlan();
  const ledger: Ledger = { ...noLedger, claim: async () => ({ kind: "refused", why: "too late", late: true }) };

  const update = await act({ ...kubernetes, ledger, clock }, settings)(incident);

  expect(update.outcomes).toMatchObject([{ kind: "refused", reason: "changed", message: "too late" }]);
  expect([update.escalation, kubernetes.writes]).toEqual([null, []]);
});

test("a change that was made and taken back still voids the approval", async () => {
  const { kubernetes, incident, hash } = await approvedPlan();
  for (const replicas of [5, 2]) kubernetes.change(web, ({ spec }) => Object.assign(spec as object, { replicas }));

  const update = await act({ ...kubernetes, ledger: fakeLedger([hash]).ledger, clock }, settings)(incident);

  expect(update.outcomes).toMatchObject([{ kind: "refused", reason: "changed" }]);
});

test("a revision that holds another template than the approved one is refused", async () => {
  const { kubernetes, incident, hash } = await approvedPlan();
  kubernetes.change("ReplicaSet/shop/web-r1", (object) => {
    object.spec = replicaSet(1, podSpec("evil:1"), 2, "").spec;
  });

  const update = await act({ ...kubernetes, ledger: fakeLedger([hash]).ledger, clock }, settings)(incident);

  expect(update.outcomes).toMatchObject([{ kind: "refused", reason: "changed" }]);
  expect(kubernetes.writes).toHaveLength(0);
});

test("a status that moves between reading and writing is no reason to give up, until it always does", async () => {
  const { kubernetes, incident, hash } = await approvedPlan();
  let moves = 4;
  kubernetes.behaviour.before = () => {
    if (moves-- > 0) kubernetes.change(web, (object) => Object.assign(object, { status: { readyReplicas: moves } }));
  };

  const update = await act({ ...kubernetes, ledger: fakeLedger([hash]).ledger, clock }, settings)(incident);
  expect(update.outcomes?.[0]?.kind).toBe("applied");

  const restless = await approvedPlan();
  restless.kubernetes.behaviour.before = () =>
    restless.kubernetes.change(web, (object) => Object.assign(object, { status: {} }));
  const given = await act(
    { ...restless.kubernetes, ledger: fakeLedger([restless.hash]).ledger, clock },
    settings,
  )(restless.incident);
  expect(given.outcomes).toMatchObject([{ kind: "refused", reason: "server-said-no" }]);
});

test("when the answer is lost it looks once: our mark means applied, no mark means uncertain and no second write", async () => {
  const landed = await approvedPlan();
  landed.kubernetes.behaviour.after = () => {
    throw lostAnswer();
  };
  const lost = await approvedPlan();
  lost.kubernetes.behaviour.before = () => {
    throw lostAnswer();
  };

  const one = await act(
    { ...landed.kubernetes, ledger: fakeLedger([landed.hash]).ledger, clock },
    settings,
  )(landed.incident);
  const two = await act({ ...lost.kubernetes, ledger: fakeLedger([lost.hash]).ledger, clock }, settings)(lost.incident);

  expect(one.outcomes?.[0]?.kind).toBe("applied");
  expect(two.outcomes?.[0]?.kind).toBe("uncertain");
  expect(two.escalation).toMatch(/^undo-rollout may or may not have been made: .*not known/);
  expect(lost.kubernetes.writes).toHaveLength(0);
});

test("a conflict is a definite no: when the next read fails, nothing was written, and that is said", async () => {
  const { kubernetes, incident, hash } = await approvedPlan();
  const { get } = kubernetes.cluster;
  kubernetes.behaviour.before = () => {
    kubernetes.change(web, (object) => Object.assign(object, { status: {} }));
    kubernetes.cluster.get = async () => {
      kubernetes.cluster.get = get;
      throw lostAnswer();
    };
  };

  const update = await act({ ...kubernetes, ledger: fakeLedger([hash]).ledger, clock }, settings)(incident);

  expect(update.outcomes).toMatchObject([{ kind: "failed", message: expect.stringContaining("nothing was written") }]);
  expect(kubernetes.writes).toHaveLength(0);
});

test("what policy forbids at the moment of acting is not done, though it was approved", async () => {
  const { kubernetes, incident, hash } = await approvedPlan();

  const update = await act(
    { ...kubernetes, ledger: fakeLedger([hash]).ledger, clock },
    { policy: policyIn("observe") },
  )(incident);

  expect(update.outcomes).toMatchObject([{ kind: "refused" }]);
  expect(kubernetes.writes).toHaveLength(0);
});

class Killed extends Error {}
const places = ["after claim", "before perform", "after perform", "before settle is told", "after settle"] as const;
type Place = (typeof places)[number];

/** Runs `act` in one life after another; in each the process is killed at most at one place. */
const live = async (
  kills: readonly (Place | null)[],
  protectedBy: "ledger" | "nothing",
  between: (n: number) => void,
  world: Awaited<ReturnType<typeof approvedPlan>>,
) => {
  const { kubernetes, incident, hash } = world;
  let kill: Place | null = null;
  const die = (place: Place) => () => {
    if (kill !== place) return;
    kill = null;
    throw new Killed();
  };
  const { ledger } = fakeLedger([hash], { onClaim: die("after claim"), onSettle: die("after settle") });
  kubernetes.behaviour.before = die("before perform");
  kubernetes.behaviour.after = die("after perform");
  const base = protectedBy === "ledger" ? ledger : noLedger;
  const used = {
    ...base,
    async settle(outcome: Outcome) {
      die("before settle is told")();
      await base.settle(outcome);
    },
  };
  for (const [n, place] of [...kills, null].entries()) {
    kill = place;
    await act(
      { ...kubernetes, ledger: used, clock },
      settings,
    )(incident).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    between(n);
  }
  return kubernetes.writes.length;
};

const interleavings = [null, ...places].flatMap((a) => [null, ...places].map((b) => [a, b] as const));
const worlds = ["nothing else happens", "a controller reverts it", "the status moves"] as const;
const meanwhile = (what: (typeof worlds)[number], { kubernetes }: Awaited<ReturnType<typeof approvedPlan>>) => {
  const before = structuredClone(kubernetes.objects.get(web));
  return () => {
    if (what === "nothing else happens") return;
    kubernetes.change(web, (object) => {
      if (what === "the status moves") object.status = { readyReplicas: 1 };
      else
        Object.assign(object, {
          spec: before?.spec,
          metadata: { ...object.metadata, annotations: before?.metadata.annotations },
        });
    });
  };
};

test.each(worlds)("killed anywhere, twice, while %s: at most one write", async (what) => {
  for (const kills of interleavings) {
    const world = await approvedPlan();

    expect(await live(kills, "ledger", meanwhile(what, world), world), `${kills}`).toBeLessThanOrEqual(1);
  }
});

test("control: without the ledger and on a server without locks and versions, the same lives write more than once", async () => {
  const counts = [];
  for (const kills of interleavings) {
    const world = await approvedPlan();
    world.kubernetes.behaviour.careless = true;
    // A cache that always shows the object as it was proposed: neither version nor mark can be seen.
    const frozen = structuredClone(world.kubernetes.objects.get(web) ?? null);
    const { get } = world.kubernetes.cluster;
    world.kubernetes.cluster.get = async (kind, namespace, name) =>
      kind === "Deployment" ? structuredClone(frozen) : get(kind, namespace, name);
    counts.push(await live(kills, "nothing", () => undefined, world));
  }

  expect(Math.max(...counts)).toBeGreaterThan(1);
});
