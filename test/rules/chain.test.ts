import { expect, test } from "vitest";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Question } from "../../src/incident/question.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { logEvidence, sweepOf } from "./recorded.ts";

const namespace = "shop";
const now = "2026-11-22T14:55:00Z";
const dead = { terminated: { exitCode: 1, startedAt: "2026-11-22T14:54:00Z", finishedAt: "2026-11-22T14:54:02Z" } };

const meta = (name: string, more: object = {}) => ({ name, namespace, uid: name, ...more });

/** A workload that crashes, with a Service that has no ready endpoint; with no replicas at all it is only off. */
const crashing = (name: string, replicas = 1): KubeObject[] => {
  const labels = { app: name };
  const spec = { containers: [{ name: "main", image: `${name}:1` }] };
  const owner = { kind: "Deployment", name, uid: name, controller: true };
  const status = {
    phase: "Running",
    containerStatuses: [
      {
        name: "main",
        ready: false,
        restartCount: 5,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: dead,
      },
    ],
  };
  const pod = { kind: "Pod", metadata: meta(`${name}-1`, { labels, ownerReferences: [owner] }), spec, status };
  return [
    {
      kind: "Deployment",
      metadata: meta(name),
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    {
      kind: "Service",
      metadata: meta(name),
      spec: { selector: labels, ports: [{ port: 9000 }], clusterIP: "10.96.0.9" },
    },
    {
      kind: "EndpointSlice",
      metadata: meta(`${name}-e`, { labels: { "kubernetes.io/service-name": name } }),
      endpoints: [],
    },
    ...(replicas > 0 ? [pod] : []),
  ] as never;
};

const refused = (host: string) => `fatal: dial tcp ${host}:9000: connect: connection refused`;

/** Asks again and again, as the walk does, until the rules are sure or have no more questions. */
const walk = (subject: string, logs: Record<string, string>, off: readonly string[] = []) => {
  const objects = [...Object.keys(logs).flatMap((name) => crashing(name)), ...off.flatMap((name) => crashing(name, 0))];
  const answer = (question: Question): Evidence[] => {
    if (question.ask !== "logs") return [];
    const text = logs[question.pod.replace(/-1$/, "")] ?? "";
    return [true, false].map((previous) => logEvidence(namespace, question.pod, "main", previous, text));
  };
  let evidence: Evidence[] = sweepOf(namespace, objects);
  for (let rounds = 1; ; rounds += 1) {
    const about = { kind: "Deployment", namespace, name: subject };
    const alerts = [{ name: "KubePodCrashLooping", startsAt: now }] as never;
    const { certain, candidates, wants } = diagnoseByRules({ evidence, subject: about, alerts, now });
    const more = certain ? [] : wants.flatMap(answer);
    if (more.length === 0) return { certain, candidates, rounds };
    evidence = [...evidence, ...more];
  }
};

const chain = {
  web: refused("api"),
  api: refused("cart"),
  cart: refused("pay"),
  pay: "config: required key PAYMENT_URL missing value",
};

test.each(["web", "api", "cart", "pay"])("a chain of dependencies is followed from %s to its end", (subject) => {
  const { certain, rounds } = walk(subject, chain);

  expect(certain).toMatchObject({ class: "env-var-missing-or-wrong", object: { name: "pay" } });
  expect(rounds).toBeLessThanOrEqual(Object.keys(chain).length + 1);
});

test("who only suffers is told by which way, and stands among what else was seen", () => {
  const { certain } = walk("web", chain);

  expect(certain?.statement).toContain(
    "was raised for Deployment/web in shop, which only suffers from it, by way of Deployment/api and Deployment/cart.",
  );
  expect(certain?.related.map(({ name }) => name)).toEqual(expect.arrayContaining(["web", "api", "cart"]));
  expect(certain?.alsoSeen).toContainEqual(expect.objectContaining({ class: "dependency-unavailable" }));
});

test("a chain ends at what is scaled to nothing", () => {
  const { certain } = walk("web", { web: refused("api"), api: refused("cache") }, ["cache"]);

  expect(certain).toMatchObject({ class: "scaled-to-zero", object: { name: "cache" } });
  expect(certain?.statement).toContain("by way of Deployment/api.");
});

test("as long as a link of it was not asked for its last words, nothing is sure", () => {
  const objects = ["web", "api", "cart"].flatMap((name) => crashing(name));
  const said = { web: refused("api"), api: refused("cart") };
  const evidence = Object.entries(said).flatMap(([name, text]) =>
    [true, false].map((previous) => logEvidence(namespace, `${name}-1`, "main", previous, text)),
  );
  const subject = { kind: "Deployment", namespace, name: "web" };
  const look = { evidence: [...sweepOf(namespace, objects), ...evidence], subject, alerts: [], now };
  const { certain, wants } = diagnoseByRules(look);

  expect(certain).toBeNull();
  expect(wants).toContainEqual(expect.objectContaining({ ask: "logs", pod: "cart-1" }));
});

test("two that wait for each other end, and neither is called another's fault", () => {
  const { certain } = walk("left", { left: refused("right"), right: refused("left") });

  expect(certain).toMatchObject({ class: "dependency-unavailable", object: { name: "left" } });
});

test("a neighbour that crashes by itself is no part of the chain", () => {
  const { certain } = walk("web", { ...chain, pay: "panic: no plan", mailer: "panic: no queue" });

  expect(certain).toMatchObject({ class: "app-crash", object: { name: "pay" } });
  expect(certain?.related.map(({ name }) => name)).not.toContain("mailer");
});
