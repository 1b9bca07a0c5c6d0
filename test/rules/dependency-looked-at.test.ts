import { expect, test } from "vitest";
import { recommend } from "../../src/actions/recommend.ts";
import type { Cause } from "../../src/incident/diagnosis.ts";
import type { Answer, Evidence } from "../../src/incident/evidence.ts";
import type { Question } from "../../src/incident/question.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { changed, type Scene } from "./changed.ts";
import { evidence, logEvidence } from "./recorded.ts";

const dead = (exitCode: number) => ({
  terminated: { exitCode, reason: "Error", startedAt: "2026-11-22T14:54:00Z", finishedAt: "2026-11-22T14:54:20Z" },
});
const crashLoop = (name: string) => ({
  name,
  ready: false,
  restartCount: 4,
  state: { waiting: { reason: "CrashLoopBackOff" } },
  lastState: dead(1),
});

const victimAsking = (host: string) => (scene: Scene) => {
  scene.log(`ERROR connect to ${host}:8000 refused: connection refused`);
  scene.previousLog(`ERROR connect to ${host}:8000 refused: connection refused`);
  const pod = scene.pod();
  const [container] = pod.spec.containers;
  Object.assign(pod.status ?? {}, { containerStatuses: [crashLoop(container?.name ?? "")] });
  const labels = { app: "taxes" };
  const containers = [{ name: "main", image: "taxes:1" }];
  scene.add(
    {
      kind: "Service",
      metadata: { name: "taxes" },
      spec: { selector: labels, ports: [{ port: 8000 }], clusterIP: "10.96.7.7" },
    } as never,
    {
      kind: "EndpointSlice",
      metadata: { name: "taxes-1", labels: { "kubernetes.io/service-name": "taxes" } },
      endpoints: [],
    } as never,
    {
      kind: "Deployment",
      metadata: { name: "taxes", uid: "d" },
      spec: { replicas: 3, template: { metadata: { labels }, spec: { containers } } },
    } as never,
    ...[1, 2, 3].map(
      (at) =>
        ({
          kind: "Pod",
          metadata: {
            name: `taxes-${at}`,
            labels,
            ownerReferences: [{ kind: "Deployment", name: "taxes", uid: "d", controller: true }],
          },
          spec: { containers },
          status: { phase: "Running", containerStatuses: [crashLoop("main")] },
        }) as never,
    ),
  );
};

const look = (host: string, more: (namespace: string) => Evidence[] = () => []) => {
  const { evidence: all, now, namespace } = changed("payments", victimAsking(host));
  const subject = { kind: "Deployment", namespace, name: "payments-api" };
  return diagnoseByRules({ evidence: [...all, ...more(namespace)], subject, alerts: [], now });
};

test.each(["taxes-0.taxes", "taxes-0.taxes.payments", "taxes-0.taxes.payments.svc.cluster.local"])(
  "a pod of a StatefulSet is asked for through its Service: %s",
  (host) => {
    const { candidates } = look(host);

    expect(candidates[0]?.statement).toContain(`it needs ${host}, and the Service taxes has no ready endpoint`);
  },
);

const ofLogs = (wants: readonly Question[]) => wants.filter((one) => one.ask === "logs");

test("a victim's dependency is asked for its own last words before anything is certain, and a few of them only", () => {
  const { certain, wants } = look("taxes");

  expect(certain).toBeNull();
  expect(ofLogs(wants).map(({ pod, lines }) => `${pod} ${lines}`)).toEqual(["taxes-1 200", "taxes-2 200"]);
});

test("its own error is the cause then, and the victim a victim", () => {
  const { certain } = look("taxes", (namespace) =>
    ["taxes-1", "taxes-2"].map((pod) => logEvidence(namespace, pod, "main", false, "FATAL: TAX_TABLE_URL must be set")),
  );

  expect(certain).toMatchObject({ class: "env-var-missing-or-wrong", object: { name: "taxes" } });
  expect(certain?.related).toContainEqual(expect.objectContaining({ name: "payments-api" }));
});

const inVain = (question: Question): Evidence =>
  evidence(question, { kind: "could-not-ask", reason: "forbidden", message: "no" });

test("asked in vain, the dependency is named and a person is told where to look", () => {
  const first = ofLogs(look("taxes").wants);
  const second = look("taxes", () => first.map(inVain));
  const { certain } = look("taxes", () => [...first, ...ofLogs(second.wants)].map(inVain));

  expect(recommend({ ...(certain as Cause), kind: "cause" })).toMatch(/kubectl (?:describe|logs) deployment\/taxes /);
});

const answered = (question: Question, answer: Answer): Evidence => evidence(question, answer);
const namespaceOf = (name: string): Question => ({ ask: "get", kind: "Namespace", namespace: null, name });

test("a Service of another namespace is looked for there, if that is a namespace", () => {
  const { certain, wants } = look("taxes.finance");
  expect(certain).toBeNull();
  expect(wants).toContainEqual(namespaceOf("finance"));

  const there: Answer = {
    kind: "found",
    body: {
      kind: "objects",
      objects: [{ kind: "Namespace", metadata: { name: "finance" } } as never],
      truncated: false,
    },
  };
  const next = look("taxes.finance", () => [answered(namespaceOf("finance"), there)]);
  expect(next.wants).toContainEqual({ ask: "list", kind: "Service", namespace: "finance", selector: null });
  expect(ofLogs(next.wants)).toEqual([]);
});

test("a domain of the outside is no namespace, and no deleted Service", () => {
  const { certain } = look("api.example", () => [answered(namespaceOf("example"), { kind: "no-data" })]);
  expect(certain).toMatchObject({ class: "dependency-unavailable", object: { name: "payments-api" } });
});

/** The world as it is where nobody may list a kind. */
const without = (kind: string) => {
  const { evidence: all, now, namespace } = changed("payments", victimAsking("taxes"));
  const seen = all.map((one) =>
    one.question.ask === "list" && one.question.kind === kind ? { ...one, ...inVain(one.question) } : one,
  );
  const read = ["taxes-1", "taxes-2"].map((pod) => logEvidence(namespace, pod, "main", false, "INFO up"));
  const subject = { kind: "Deployment", namespace, name: "payments-api" };
  const { candidates, certain } = diagnoseByRules({ evidence: [...seen, ...read], subject, alerts: [], now });
  return { certain, first: candidates.find(({ object }) => object.name === "payments-api") };
};

test("a host whose endpoints nobody could read is what the log blames, and nobody is sure of it", () => {
  const { certain, first } = without("EndpointSlice");

  expect(certain?.object.name).not.toBe("payments-api");
  expect(first?.class).toBe("dependency-unavailable");
  expect(first?.statement).toContain("whether the Service taxes has a ready endpoint could not be read");
  expect(first?.confidence).toBeLessThan(0.85);
});

test("a fallen host is no certain cause where what stands behind it could not be read", () => {
  const { certain, first } = without("Deployment");

  expect(certain?.object.name).not.toBe("payments-api");
  expect(first?.class).toBe("dependency-unavailable");
  expect(first?.confidence).toBeLessThan(0.85);
});
