import { expect, test } from "vitest";
import type { KubeObject, Pod, Service } from "../../src/incident/kube.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { logEvidence, recorded, sweepOf } from "./recorded.ts";

const world = recorded("rollouts-and-dependencies");
const { namespace, now } = world;
const address = "10.96.77.11";

/** What these crashing programs of one namespace say instead, while the Service `well` is as `change` makes it. */
const saying = (logs: Record<string, string>, change: (service: Service, pod: Pod) => void) => {
  const objects = structuredClone(world.objects);
  const one = <T extends KubeObject>(kind: string, name: string): T => {
    const object = objects.find((thing) => thing.kind === kind && thing.metadata.name.startsWith(name));
    if (!object) throw new Error(`no ${kind} ${name}`);
    return object as T;
  };
  change(one<Service>("Service", "well"), one<Pod>("Pod", "well-"));
  const pods = Object.entries(logs).map(([name, text]) => ({ pod: one<Pod>("Pod", `${name}-`), text }));
  const said = pods.flatMap(({ pod, text }) =>
    [true, false].map((previous) =>
      logEvidence(namespace, pod.metadata.name, pod.spec.containers[0]?.name ?? "", previous, text),
    ),
  );
  const evidence = [...sweepOf(namespace, objects), ...said];
  return (name: string, subject = { kind: "Deployment", namespace: namespace as string | null, name }) =>
    diagnoseByRules({ evidence, subject, alerts: [], now });
};

const off = {
  js: "Error: connect ECONNREFUSED 10.96.77.11:6379\n    at TCPConnectWrap.afterConnect (node:net:1494:16)",
  json: "FATAL cannot reach sessions-redis:6379: Connection refused",
  spring:
    "Unhandled exception. StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s). UnableToConnect on sessions-redis:6379/Interactive\n   at Acme.Cache.Open() in /src/Cache.cs:line 7",
};

test("each victim of a dependency that is off is told in words about itself, the dependency by name", () => {
  const objects = world.objects.filter(({ kind }) => kind === "Service") as unknown as Service[];
  const service = objects.find(({ metadata }) => metadata.name === "sessions-redis");
  const of = saying(
    { js: off.js.replace(address, service?.spec.clusterIP ?? ""), "json-log": off.json, spring: off.spring },
    () => {},
  );

  for (const name of ["js", "json-log", "spring"]) {
    const { certain } = of(name);
    expect(certain).toMatchObject({ class: "scaled-to-zero", object: { name: "sessions-redis" }, scope: "widespread" });
    expect(certain?.statement).toContain(`Deployment/${name} in`);
    expect(certain?.statement).toContain("it needs sessions-redis, and Deployment/sessions-redis");
    expect(certain?.evidence.length).toBeGreaterThan(0);
  }
  expect(of("sessions-redis").certain?.statement).toMatch(/^Deployment\/sessions-redis in \S+ is scaled to 0/);
});

test("an owner that was guessed gathers with the others once it is seen", () => {
  const { certain } = saying({ "json-log": off.json, spring: off.spring }, () => {})("json-log");
  const guess = { kind: "Deployment", namespace, name: "json-log", guessed: true };
  const guessed = saying({ "json-log": off.json, spring: off.spring }, () => {})("json-log", guess).certain;

  expect(certain?.gathers?.victims.length).toBeGreaterThan(0);
  expect(guessed?.gathers).toEqual(certain?.gathers);
});

const refused = {
  js: "cannot reach well:6379: [Errno 111] Connection refused",
  spring:
    'Traceback (most recent call last):\n  File "<string>", line 2, in <module>\nurllib.error.URLError: <urlopen error [Errno 111] Connection refused> http://well:6379/',
};

test.each([true, false])(
  "a caller refused by a Service with a wrong target port suffers from the Service (port declared: %s)",
  (declared) => {
    const of = saying(refused, (service, pod) => {
      for (const port of service.spec.ports ?? []) port.targetPort = 8088;
      for (const container of pod.spec.containers) {
        container.ports = declared ? [{ containerPort: 6379 }] : [];
        container.readinessProbe = { tcpSocket: { port: 6379 } };
      }
    });

    for (const name of ["js", "spring"]) {
      const { certain } = of(name);
      expect(certain).toMatchObject({ class: "service-target-port-wrong", object: { kind: "Service", name: "well" } });
      expect(certain?.related).toContainEqual({ kind: "Deployment", namespace, name });
      expect(certain?.statement).toContain(`Deployment/${name} in`);
    }
  },
);

test("a caller refused by a Service whose target port is right has another cause", () => {
  const of = saying(refused, (service, pod) => {
    for (const port of service.spec.ports ?? []) port.targetPort = 6379;
    for (const container of pod.spec.containers) container.ports = [{ containerPort: 6379 }];
  });

  expect(of("js").certain?.class).not.toBe("service-target-port-wrong");
});

test("nginx that cannot bind names the port, not its afterword", () => {
  const line = "2026/11/23 22:50:01 [emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address already in use)";
  const again = "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)";
  const of = saying(
    {
      js:
        `${line}\n${again}\n`.repeat(5) +
        "2026/11/23 22:50:03 [emerg] 1#1: still could not bind()\nnginx: [emerg] still could not bind()\n",
    },
    () => {},
  );

  expect(of("js").certain?.class).toBe("pod-port-conflict");
  expect(of("js").certain?.statement).toContain("bind() to 0.0.0.0:80 failed (98: Address already in use)");
});

test.each([now, "2026-11-23T22:06:50Z"])(
  "an autoscaler whose target does not exist is found for that target at %s",
  (at) => {
    const { certain } = diagnoseByRules({
      evidence: world.evidence,
      subject: { kind: "Deployment", namespace, name: "not-there", guessed: true },
      alerts: [],
      now: at,
    });

    expect(certain).toMatchObject({ class: "hpa-target-missing", object: { name: "hpa-gone" } });
  },
);

test("an alert about no object in particular names no workload as its cause", () => {
  const of = saying({}, () => {});
  const cluster = of("", { kind: "Cluster", namespace: null, name: "local" });
  const guess = { kind: "Namespace", namespace: null, name: namespace, guessed: true };

  expect(cluster.certain).toBeNull();
  expect(cluster.candidates.length).toBeGreaterThan(0);
  expect(of("", guess).certain).toBeNull();
  expect(of("", { ...guess, guessed: false } as typeof guess).certain).not.toBeNull();
});
