import { expect, test } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import { Cause } from "../../src/incident/diagnosis.ts";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import { diagnoseByRules, scan } from "../../src/rules/index.ts";
import { changed } from "./changed.ts";
import { evidence, recorded, sweepOf } from "./recorded.ts";

const deployment = (namespace: string, name: string) => ({ kind: "Deployment", namespace, name });
const look = (name: string, subject = deployment(name, name), from = recorded(name).evidence) =>
  diagnoseByRules({ evidence: from, subject, alerts: [], now: recorded(name).now });

const alertAt = (startsAt: string): Alert => ({
  source: "alertmanager",
  fingerprint: "f",
  status: "firing",
  name: "KubePodNotReady",
  severity: "warning",
  summary: "",
  labels: {},
  annotations: {},
  startsAt,
  endsAt: null,
  url: null,
  pagerdutyIncident: null,
});

test("a certain cause is a whole cause", () => {
  const { certain, wants } = look("payments", deployment("payments", "payments-api"));

  expect(Cause.parse(certain)).toEqual(certain);
  expect(certain).toMatchObject({ by: "rules", scope: "isolated" });
  expect(wants).toEqual([]);
});

test("what changed before the alert is told, what changed after it is not", () => {
  const world = recorded("storefront");
  const at = (startsAt: string) =>
    diagnoseByRules({
      evidence: world.evidence,
      subject: deployment("storefront", "storefront"),
      alerts: [alertAt(startsAt)],
      now: world.now,
    }).certain?.changes ?? [];

  expect(at("2026-11-22T14:40:00.000Z")[0]).toMatchObject({
    at: "2026-11-22T14:37:32Z",
    what: "revision 2 of storefront rolled out by kubectl-set: storefront: image nginx:1.25 → nginx:1.27.99",
  });
  expect(at("2026-11-22T14:00:00.000Z")).toEqual([]);
});

test("values of variables are not told when they change", () => {
  const { evidence: all, now } = changed("storefront", (scene) => {
    const sets = scene.objects.filter(({ kind }) => kind === "ReplicaSet");
    for (const [at, set] of sets.entries()) {
      const template = set.spec as unknown as { template: { spec: { containers: { env?: unknown }[] } } };
      const [container] = template.template.spec.containers;
      if (container) container.env = [{ name: "PASSWORD", value: `hunter${at}` }];
    }
  });
  const { certain } = diagnoseByRules({
    evidence: all,
    subject: deployment("storefront", "storefront"),
    alerts: [],
    now,
  });

  expect(JSON.stringify(certain?.changes)).toContain("env PASSWORD changed");
  expect(JSON.stringify(certain?.changes)).not.toContain("hunter");
});

test("a Service that leads nowhere explains its healthy workload", () => {
  expect(look("profile").certain).toMatchObject({
    class: "service-selector-unmatched",
    object: { kind: "Service", name: "profile" },
  });
});

test("a neighbour's fault is not the subject's", () => {
  const world = recorded("admission-and-services");
  const { certain, candidates } = diagnoseByRules({
    evidence: world.evidence,
    subject: deployment(world.namespace, "chatty"),
    alerts: [],
    now: world.now,
  });

  expect(certain?.class).toBe("control-healthy");
  expect(candidates).toEqual([]);
});

test("a crash whose log nobody read wants the log before it is called certain", () => {
  const unread = recorded("payments").evidence.filter(({ question }) => question.ask !== "logs");
  const { certain, wants, candidates } = look("payments", deployment("payments", "payments-api"), unread);

  expect(certain).toBeNull();
  expect(candidates[0]?.class).toBe("app-crash");
  expect(wants).toContainEqual(expect.objectContaining({ ask: "logs", previous: true, container: "payments-api" }));
});

test("a question that was asked in vain is not asked again", () => {
  const silent = recorded("payments").evidence.map(
    (one): Evidence =>
      one.question.ask === "logs"
        ? { ...one, answer: { kind: "could-not-ask", reason: "forbidden", message: "no" } }
        : one,
  );
  const { certain, wants } = look(
    "payments",
    deployment("payments", "payments-api"),
    silent.map((one) => (one.question.ask === "logs" ? { ...one, question: { ...one.question, lines: 500 } } : one)),
  );

  expect(certain).toBeNull();
  expect(wants).toEqual([]);
});

test("a list that could not be read proves no absence", () => {
  const blind = recorded("profile").evidence.map(
    (one): Evidence =>
      one.question.ask === "list" && one.question.kind === "EndpointSlice"
        ? { ...one, answer: { kind: "could-not-ask", reason: "forbidden", message: "no" } }
        : one,
  );

  expect(scan(blind, recorded("profile").now)).toEqual([]);
  expect(scan(recorded("profile").evidence, recorded("profile").now)).not.toEqual([]);
});

test("a later look replaces an earlier one", () => {
  const sick = recorded("payments");
  const gone = evidence({ ask: "list", kind: "Pod", namespace: "payments", selector: null }, { kind: "no-data" });

  expect(scan([...sick.evidence, gone], sick.now)).toEqual([]);
});

test("one cause with several victims is widespread", () => {
  const world = recorded("team-api");
  const second = structuredClone(world.objects).map((one): KubeObject => {
    const text = JSON.stringify(one)
      .replaceAll("api-d558cdd6d", "web-d558cdd6d")
      .replaceAll('"name":"api"', '"name":"web"');
    return JSON.parse(text.replaceAll(/"uid":"/g, '"uid":"b-'));
  });
  const kinds = new Set(["Deployment", "ReplicaSet", "Pod", "Event"]);
  const all = sweepOf(world.namespace, [...world.objects, ...second.filter(({ kind }) => kinds.has(kind))]);
  const { certain } = diagnoseByRules({
    evidence: all,
    subject: deployment(world.namespace, "api"),
    alerts: [],
    now: world.now,
  });

  expect(certain).toMatchObject({ class: "quota-exceeded", scope: "widespread" });
  expect(look("team-api", deployment("team-api", "api")).certain?.scope).toBe("isolated");
});

test("a finished Job is no trouble, and a rollout that still moves is none yet", () => {
  const world = recorded("probes-and-placement");
  const job = { kind: "Job", namespace: world.namespace, name: "fine" };
  const rolling = changed("web-prod", (scene) => {
    const { status } = scene.workload();
    Object.assign(status ?? {}, { updatedReplicas: 1, readyReplicas: 2 });
    const progressing = status?.conditions?.find(({ type }) => type === "Progressing");
    Object.assign(progressing ?? {}, {
      reason: "ReplicaSetUpdated",
      message: "ReplicaSet is progressing.",
      lastTransitionTime: "2026-11-22T14:54:30Z",
    });
  });

  expect(diagnoseByRules({ evidence: world.evidence, subject: job, alerts: [], now: world.now }).certain?.class).toBe(
    "control-job-pod-finished",
  );
  expect(
    diagnoseByRules({
      evidence: rolling.evidence,
      subject: deployment("web-prod", "web"),
      alerts: [],
      now: rolling.now,
    }).certain?.class,
  ).toBe("control-rollout-in-progress");
});

test("an alert that names a pod is about its owner", () => {
  const { objects } = recorded("payments");
  const name = objects.find(({ kind }) => kind === "Pod")?.metadata.name ?? "";

  expect(look("payments", { kind: "Pod", namespace: "payments", name }).certain).toMatchObject({
    class: "env-var-missing-or-wrong",
    object: deployment("payments", "payments-api"),
  });
});

test("a node with nothing wrong is healthy, one that is silent is not", () => {
  const world = recorded("web-prod");
  const node = { kind: "Node", namespace: null, name: "node-1" };
  const silent = changed("web-prod", (scene) => {
    const one = scene.objects.find(({ metadata }) => metadata.name === "node-1");
    const ready = (one?.status as { conditions: { type: string }[] } | undefined)?.conditions.find(
      ({ type }) => type === "Ready",
    );
    Object.assign(ready ?? {}, { status: "Unknown", message: "Kubelet stopped posting node status." });
  });
  const of = (from: Evidence[]) =>
    diagnoseByRules({ evidence: from, subject: node, alerts: [], now: world.now }).certain?.class;

  expect(of(world.evidence)).toBe("control-healthy");
  expect(of(silent.evidence)).toBe("node-not-ready");
  const wide = (kind: string) =>
    diagnoseByRules({
      evidence: silent.evidence,
      subject: { kind, namespace: null, name: "Q1" },
      alerts: [],
      now: world.now,
    }).certain?.class;
  expect(wide("Cluster")).toBe("node-not-ready");
  // A page that nobody could read takes no cause of the cluster's as its own.
  expect(wide("PagerDutyIncident")).toBeUndefined();
});
