import { describe, expect, test } from "vitest";
import type { Cause, Finding } from "../../src/incident/diagnosis.ts";
import type { KubeObject, Workload } from "../../src/incident/kube.ts";
import { actor } from "../../src/rules/around/actor.ts";
import { partsNamed } from "../../src/rules/around/change.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { worldOf } from "../../src/rules/world/world.ts";
import { alertNamed } from "./alert-named.ts";
import { recorded } from "./recorded.ts";

const world = recorded("aspen");

const causeOf = (name: string): Cause | null =>
  diagnoseByRules({
    evidence: world.evidence,
    subject: { kind: "Deployment", namespace: world.namespace, name },
    alerts: [alertNamed("KubePodNotReady", world.now)],
    now: world.now,
  }).certain;

describe("who changed it, and when", () => {
  test("a limit that was lowered: by which manager, from what to what, in which revision", () => {
    expect(causeOf("ledger")?.statement).toMatch(
      /Changed last: revision 2 of ledger rolled out by kubectl-set: app: memory limit 256Mi → 64Mi, \d+ minutes ago\./,
    );
  });

  test("a rollout whose pods came only when the last old one was gone still has its writer, and is told once", () => {
    const cause = causeOf("pricing");

    expect(cause?.statement).toContain("revision 2 of pricing rolled out by kubectl-set");
    expect(cause?.statement).toContain("(change cause: “release 42 by ana”)");
    expect(cause?.changes.filter(({ what }) => what.includes("(template)"))).toEqual([]);
  });

  test("of a scaling to nothing the API server keeps no writer: the controller's event tells when, and that is said", () => {
    for (const name of ["stock", "quiet"])
      expect(causeOf(name)?.statement).toMatch(
        new RegExp(
          `Changed last: ${name} scaled to 0 \\(Scaled down replica set .* from 1 to 0\\), by whom the cluster`,
        ),
      );
  });
});

describe("a revision that a rollback took up again is older than its rollout", () => {
  const [created, replaced, back] = [120, 60, 3].map((minutes) =>
    new Date(Date.parse(world.now) - minutes * 60_000).toISOString(),
  ) as [string, string, string];

  /** ledger after `kubectl rollout undo`: its first ReplicaSet is revision 3 now. */
  const rolledBack = (kept: { event?: boolean; writer?: boolean }) => {
    const evidence = structuredClone(world.evidence) as typeof world.evidence;
    const objects = evidence.flatMap(({ answer }) =>
      answer.kind === "found" && answer.body.kind === "objects" ? [answer.body.objects] : [],
    );
    const all = objects.flat() as (KubeObject & Record<string, unknown>)[];
    const [young, old] = all
      .filter(({ kind, metadata }) => kind === "ReplicaSet" && metadata.name.startsWith("ledger-"))
      .toSorted((a, b) => number(b) - number(a));
    const live = all.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "ledger");
    if (!young || !old || !live) throw new Error("no ledger");
    young.metadata.creationTimestamp = created;
    old.metadata.creationTimestamp = replaced;
    Object.assign(young.metadata.annotations ?? {}, {
      "deployment.kubernetes.io/revision": "3",
      "deployment.kubernetes.io/revision-history": "1",
    });
    const fields = { "f:spec": { "f:template": {} } };
    live.metadata.managedFields = [
      { manager: "kubectl-create", operation: "Update", time: created, fieldsV1: fields },
      ...(kept.writer ? [{ manager: "kubectl-rollout", operation: "Update", time: back, fieldsV1: fields }] : []),
    ] as never;
    const events = objects.find((list) => list.some(({ kind }) => kind === "Event"));
    const told = all.filter(({ kind, reason }) => kind === "Event" && reason === "ScalingReplicaSet");
    for (const event of told) event.reason = "Other";
    if (kept.event)
      events?.push({
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: "back", namespace: world.namespace },
        involvedObject: { kind: "Deployment", namespace: world.namespace, name: "ledger", uid: live.metadata.uid },
        reason: "ScalingReplicaSet",
        message: `Scaled up replica set ${young.metadata.name} from 0 to 1`,
        lastTimestamp: back,
      } as never);
    const cause = diagnoseByRules({
      evidence,
      subject: { kind: "Deployment", namespace: world.namespace, name: "ledger" },
      alerts: [alertNamed("KubePodNotReady", world.now)],
      now: world.now,
    }).certain;
    return cause?.changes.find(({ what }) => what.startsWith("revision 3"));
  };
  const number = ({ metadata }: KubeObject): number =>
    Number(metadata.annotations?.["deployment.kubernetes.io/revision"]);

  test.each([{ event: true, writer: true }, { writer: true }])("%j: when it came back, and by whom", (kept) => {
    const told = rolledBack(kept);

    expect(told?.at).toBe(back);
    expect(told?.what).toContain("rolled out again, one that was in use before, by kubectl-rollout");
  });

  test("without its writer, when; without either, that it is not kept", () => {
    const [when, neither] = [rolledBack({ event: true }), rolledBack({})];

    expect([when?.at, neither?.at]).toEqual([back, replaced]);
    expect(when?.what).toContain("by whom is not kept");
    expect(neither?.what).toContain(`at some time after ${replaced}; when and by whom the cluster does not keep`);
    expect([when?.what, neither?.what].join()).not.toContain("kubectl-create");
  });
});

test.each([
  ["RollingUpdate", 180, -1, false],
  ["RollingUpdate", 4, 0, false],
  ["RollingUpdate", 180, 179, true],
  ["Recreate", 180, -1, false],
  ["Recreate", 180, 60, true],
])("%s, %d seconds after the last revision, a write at second %d: its writer is %s", (type, later, wrote, is) => {
  const evidence = structuredClone(world.evidence) as typeof world.evidence;
  const all = evidence.flatMap(({ answer }) =>
    answer.kind === "found" && answer.body.kind === "objects" ? (answer.body.objects as KubeObject[]) : [],
  );
  const start = Date.parse(world.now) - 600_000;
  const time = (second: number): string => new Date(start + second * 1000).toISOString();
  const live = all.find(
    ({ kind, metadata }) => kind === "Deployment" && metadata.name === "ledger",
  ) as never as Workload;
  const [old, young] = all
    .filter(({ kind, metadata }) => kind === "ReplicaSet" && metadata.name.startsWith("ledger-"))
    .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  for (const [set, number] of [
    [old, 1],
    [young, 2],
  ] as const) {
    Object.assign(set?.metadata ?? {}, { creationTimestamp: time(number === 1 ? 0 : later) });
    Object.assign(set?.metadata.annotations ?? {}, { "deployment.kubernetes.io/revision": String(number) });
  }
  live.metadata.creationTimestamp = time(-1);
  live.spec.strategy = { type };
  live.metadata.managedFields = [
    { manager: "applier", operation: "Update", time: time(wrote), fieldsV1: { "f:spec": { "f:template": {} } } },
  ] as never;
  const cause = diagnoseByRules({
    evidence,
    subject: { kind: "Deployment", namespace: world.namespace, name: "ledger" },
    alerts: [alertNamed("KubePodNotReady", world.now)],
    now: world.now,
  }).certain;
  const told = cause?.changes.find(({ what }) => what.startsWith("revision 2"))?.what;

  expect(told).toContain(`revision 2 of ledger rolled out${is ? " by applier" : ":"}`);
});

describe("what was changed last", () => {
  const at = new Date(Date.parse(world.now) - 60_000).toISOString();
  const ref = (name: string) => ({ kind: "Deployment", namespace: "x", name });
  const told = (object: string, changed: string, parts: string) =>
    actor(
      worldOf([], world.now),
      { class: "image-not-found", object: ref(object), statement: "", related: [] } as never as Finding,
      [{ at, head: `${changed} changed: image-thing`, evidence: "e", of: ref(changed), parts: partsNamed(parts) }],
    )?.words;

  test("is told of the object itself and of a part that may have led there", () => {
    expect(told("image-resizer", "image-resizer", "image")).toContain("Changed last: ");
  });

  test("names prove nothing: neither one that holds the other, nor one that is called like a part", () => {
    expect(told("orders", "orders-front", "image")).toBeUndefined();
    expect(told("image-resizer", "image-resizer", "scaled")).toBeUndefined();
    expect(told("image-resizer", "image-resizer", "env X")).toBeUndefined();
  });
});

describe("how wide it is", () => {
  test.each(["cart", "checkout", "pricing"])("%s: one cause takes both of its victims along", (name) => {
    const cause = causeOf(name);

    expect([cause?.class, cause?.object.name, cause?.scope]).toEqual(["image-not-found", "pricing", "widespread"]);
    expect(cause?.related.map((one) => one.name).sort()).toEqual(["cart", "checkout"]);
  });

  test("what troubles nobody else is isolated", () => {
    expect(causeOf("ledger")?.scope).toBe("isolated");
  });

  test("an alert on a victim is told as that", () => {
    expect(causeOf("cart")?.statement).toContain(
      "was raised for Deployment/cart in aspen, which only suffers from it.",
    );
  });
});
