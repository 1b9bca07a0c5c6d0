import { describe, expect, test } from "vitest";
import type { ContainerStatus, PersistentVolumeClaim, Pod, Workload } from "../../src/incident/kube.ts";
import { event, foundIn, type Scene } from "./changed.ts";
import { recorded } from "./recorded.ts";

const waiting = (scene: Scene): ContainerStatus => {
  const [status] = scene.pod().status?.containerStatuses ?? [];
  if (!status) throw new Error("no container status");
  return status;
};

const died = (change: Partial<{ exitCode: number; reason: string; startedAt: string }>) => (scene: Scene) =>
  Object.assign(waiting(scene).lastState?.terminated ?? {}, change);

describe("an image that cannot be pulled", () => {
  const pull = (text: string) =>
    foundIn("storefront", (scene) => {
      const pod = scene.objects.find(
        ({ kind, status }) => kind === "Pod" && (status as { phase?: string }).phase === "Pending",
      );
      const [container] =
        (pod?.status as { containerStatuses: ContainerStatus[] } | undefined)?.containerStatuses ?? [];
      if (container?.state?.waiting)
        container.state.waiting.message = `Back-off pulling image "nginx:1.27.99": ErrImagePull: ${text}`;
    })[0]?.split(" ")[0];

  test.each([
    [
      'rpc error: code = NotFound desc = failed to pull and unpack image: failed to resolve reference "x": x: not found',
      "image-not-found",
    ],
    [
      "rpc error: code = Unknown desc = manifest for nginx:1.27.99 not found: manifest unknown: manifest unknown",
      "image-not-found",
    ],
    [
      "failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized",
      "image-pull-unauthorized",
    ],
    [
      'failed to resolve image: failed to authorize: failed to fetch anonymous token: Get "https://auth.example/token": dial tcp: lookup auth.example: i/o timeout',
      "image-registry-unreachable",
    ],
    [
      'failed to resolve image: failed to do request: Head "https://r.example/v2/": dial tcp: lookup r.example: no such host',
      "image-registry-unreachable",
    ],
    ["toomanyrequests: You have reached your pull rate limit", "image-pull-rate-limited"],
    ["no match for platform in manifest: not found", "image-wrong-architecture"],
  ])("%s", (text, right) => {
    expect(pull(text)).toBe(right);
  });

  test("an image that is called like an error decides nothing", () => {
    const found = foundIn("frontend", (scene) => {
      for (const pod of scene.objects.filter(({ kind }) => kind === "Pod")) {
        const text = JSON.stringify(pod).replaceAll("nginx:1.27-alpine-slimm", "unauthorized/dial-tcp:429");
        Object.assign(pod, JSON.parse(text));
      }
    });

    expect(found).toContain("image-not-found Deployment/frontend");
  });
});

describe("exit 137", () => {
  test("with reason Error and no other word is not called out of memory", () => {
    expect(foundIn("cache", died({ reason: "Error" }))).toEqual([]);
  });

  test("after hours of life is a leak", () => {
    expect(foundIn("cache", died({ startedAt: "2026-11-22T05:00:00Z" }))).toEqual([
      "oom-memory-leak Deployment/cache-warmer",
    ]);
  });

  test("with a higher limit in the template was mutated at admission", () => {
    const found = foundIn("cache", (scene) => {
      for (const { spec } of [scene.workload(), scene.one<Workload>("ReplicaSet")]) {
        const [container] = spec.template.spec.containers;
        if (container?.resources?.limits) container.resources.limits.memory = "512Mi";
      }
    });

    expect(found).toEqual(["admission-mutated-spec Deployment/cache-warmer"]);
  });

  test("long ago in a container that runs since is history", () => {
    const found = foundIn("cache", (scene) => {
      Object.assign(waiting(scene), { state: { running: { startedAt: "2026-11-22T10:00:00Z" } }, ready: true });
      Object.assign(waiting(scene).lastState?.terminated ?? {}, { finishedAt: "2026-11-22T09:59:00Z" });
    });

    expect(found).toEqual([]);
  });
});

describe("a missing reference", () => {
  test("a ConfigMap that exists by now is not called missing", () => {
    const found = foundIn("ledger", (scene) => scene.add({ kind: "ConfigMap", metadata: { name: "ledger-config" } }));

    expect(found).toEqual([]);
  });

  test("a mount that failed once to sync its cache is normal", () => {
    const found = foundIn("ledger", (scene) => {
      for (const one of scene.objects.filter(({ kind, reason }) => kind === "Event" && reason === "FailedMount"))
        Object.assign(one, {
          message:
            'MountVolume.SetUp failed for volume "kube-api-access-76zrw" : failed to sync configmap cache: timed out waiting for the condition',
          count: 1,
        });
    });

    expect(found).toEqual([]);
  });
});

describe("a crash with its cause in the log", () => {
  const crash = (line: string, change: (scene: Scene) => void = () => undefined) =>
    foundIn("payments", (scene) => {
      scene.previousLog(`2026-11-22T14:54:08.02Z starting\n2026-11-22T14:54:08.03Z ${line}\n`);
      change(scene);
    });
  const service = (name: string, selector: Record<string, string>) => ({
    kind: "Service",
    metadata: { name },
    spec: { selector, ports: [{ port: 5432 }] },
  });
  const database = (replicas: number, image = "postgres:16") => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "db" },
    spec: {
      replicas,
      selector: { matchLabels: { app: "db" } },
      template: { metadata: { labels: { app: "db" } }, spec: { containers: [{ name: "db", image }] } },
    },
  });

  test.each([
    ["bind: address already in use", "pod-port-conflict"],
    [
      '{"status":"Failure","message":"pods is forbidden: User \\"system:serviceaccount:payments:default\\" cannot list resource"}',
      "rbac-denied",
    ],
    ['FATAL: password authentication failed for user "app"', "credential-rejected"],
    [
      'deployments.apps is forbidden: User "system:serviceaccount:payments:default" cannot list resource "deployments"',
      "rbac-denied",
    ],
    [
      "Error: x509: certificate has expired or is not yet valid: current time 2026-11-22T14:00:00Z is after 2026-01-01T00:00:00Z",
      "tls-cert-expired-or-missing",
    ],
    [
      "Error: x509: certificate has expired or is not yet valid: current time 2020-01-01T00:00:00Z is before 2026-01-01T00:00:00Z",
      "node-clock-skew",
    ],
    ["OSError: [Errno 28] No space left on device: '/dev/shm/pool'", "shared-memory-too-small"],
    ["write /data/wal: no space left on device", "volume-full"],
    ["accept: too many open files", "os-limit-exhausted"],
    ["upstream said: RBAC: access denied", "mesh-policy-denied"],
    ["ValueError: bad luck", "app-crash"],
  ])("%s", (line, right) => {
    expect(crash(line)).toEqual([`${right} Deployment/payments-api`]);
  });

  test("a host whose workload is scaled to zero: the host's workload", () => {
    const found = crash("could not connect to db:5432", (scene) =>
      scene.add(service("db", { app: "db" }), database(0)),
    );

    expect(found).toEqual(["scaled-to-zero Deployment/db"]);
  });

  test("a host that is a Service without ready endpoints: the dependency", () => {
    const found = crash("could not connect to db:5432", (scene) =>
      scene.add(service("db", { app: "db" }), database(1)),
    );

    expect(found).toEqual(["dependency-unavailable Deployment/payments-api"]);
  });

  test("a host whose workload has a fault of its own: that fault, on that workload", () => {
    const found = crash("could not connect to db:5432", (scene) => {
      const pod = structuredClone(scene.pod()) as unknown as Record<string, unknown> & {
        metadata: Record<string, unknown>;
      };
      Object.assign(pod.metadata, {
        name: "db-0",
        uid: "db-0",
        labels: { app: "db" },
        ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "db", uid: "", controller: true }],
      });
      pod.status = {
        phase: "Pending",
        containerStatuses: [
          {
            name: "db",
            state: {
              waiting: {
                reason: "ErrImagePull",
                message: "rpc error: code = NotFound desc = failed to pull and unpack image: not found",
              },
            },
          },
        ],
      };
      scene.add(service("db", { app: "db" }), database(1), pod as never);
    });

    expect(found).toEqual(["image-not-found Deployment/db"]);
  });

  test("its own Service, down because it crashes, is no dependency", () => {
    const found = crash("payments: could not connect, connection refused", (scene) =>
      scene.add(service("payments", scene.workload().spec.selector?.matchLabels ?? {})),
    );

    expect(found).toEqual(["app-crash Deployment/payments-api"]);
  });

  test("a host that no Service has: the Service is gone", () => {
    expect(crash("getaddrinfo ENOTFOUND ledger-db")).toEqual(["service-deleted Deployment/payments-api"]);
  });

  test("a host that is up is not blamed", () => {
    const found = crash("could not connect to db:5432", (scene) =>
      scene.add(service("db", { app: "db" }), database(1), {
        kind: "EndpointSlice",
        metadata: { name: "db-1", labels: { "kubernetes.io/service-name": "db" } },
        endpoints: [{ addresses: ["10.0.0.9"], conditions: { ready: true } }],
      }),
    );

    expect(found).toEqual(["app-crash Deployment/payments-api"]);
  });

  test("a success that is repeated for ever is no crash of the program", () => {
    expect(foundIn("payments", died({ exitCode: 0, reason: "Completed" }))).toEqual([
      "process-exits-zero Deployment/payments-api",
    ]);
  });

  test("a container that the kubelet killed for its hook is not called a crash", () => {
    const found = foundIn("payments", (scene) => {
      died({ exitCode: 137, reason: "Error" })(scene);
      scene.add(event(scene.pod(), "Killing", "FailedPostStartHook", "2026-11-22T14:54:08Z"));
    });

    expect(found).toEqual(["lifecycle-hook-failed Deployment/payments-api"]);
  });
});

describe("a pod that finds no node", () => {
  const nodes = (scene: Scene) =>
    scene.objects.filter(({ kind }) => kind === "Node") as unknown as {
      metadata: { labels: Record<string, string>; name: string };
      spec: Record<string, unknown>;
    }[];
  const label = (scene: Scene) => {
    for (const { metadata } of nodes(scene)) metadata.labels.disktype = "nvme";
  };
  const taint = (key: string) => (scene: Scene) => {
    label(scene);
    for (const node of nodes(scene)) node.spec.taints = [{ key, value: "x", effect: "NoSchedule" }];
  };

  test.each([
    ["dedicated", "taint-untolerated Deployment/search"],
    ["node.kubernetes.io/unschedulable", "node-cordoned Node/node-1"],
    ["node.kubernetes.io/disk-pressure", "node-pressure Node/node-1"],
    ["node.kubernetes.io/unreachable", "node-not-ready Node/node-1"],
  ])("with the same message, the taint %s decides", (key, right) => {
    expect(foundIn("search", taint(key))).toEqual([right]);
  });

  test("a tolerated taint is none", () => {
    const found = foundIn("search", (scene) => {
      taint("dedicated")(scene);
      scene.pod().spec.tolerations = [{ key: "dedicated", operator: "Exists" }];
    });

    expect(found).toEqual([]);
  });

  test("a request that would fit an empty node is not too large", () => {
    const found = foundIn("ml", (scene) => {
      const [container] = scene.pod().spec.containers;
      if (container) container.resources = { requests: { cpu: "1900m" } };
    });

    expect(found).toEqual(["insufficient-cpu-or-memory Deployment/ml-trainer"]);
  });
});

describe("a claim that is pending", () => {
  test("because it waits for its first consumer is normal", () => {
    const found = foundIn("data", (scene) => {
      const claim = scene.one<PersistentVolumeClaim>("PersistentVolumeClaim");
      claim.spec.storageClassName = "standard";
      for (const one of scene.objects.filter(({ reason }) => reason === "ProvisioningFailed"))
        Object.assign(one, {
          reason: "WaitForFirstConsumer",
          message: "waiting for first consumer to be created before binding",
        });
      scene.objects.push({
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: "standard" },
      } as never);
    });

    expect(found).toEqual([]);
  });

  test("without any class is another fault", () => {
    const found = foundIn("data", (scene) => {
      const claim = scene.one<PersistentVolumeClaim>("PersistentVolumeClaim");
      claim.spec.storageClassName = "";
      for (const one of scene.objects.filter(({ reason }) => reason === "ProvisioningFailed"))
        Object.assign(one, {
          reason: "FailedBinding",
          message: "no persistent volumes available for this claim and no storage class is set",
        });
    });

    expect(found).toEqual(["pvc-no-class-or-volume Deployment/postgres"]);
  });
});

describe("a refused pod", () => {
  const refusal = (text: string) =>
    foundIn("team-api", (scene) => {
      for (const one of scene.objects.filter(({ reason }) => reason === "FailedCreate"))
        Object.assign(one, { message: `Error creating: ${text}` });
    })[0]?.split(" ")[0];

  test.each([
    ['pods "a" is forbidden: failed quota: q: must specify limits.cpu for: c', "quota-requires-resources"],
    ['pods "a" is forbidden: maximum memory usage per Container is 256Mi, but limit is 512Mi', "limit-range-violated"],
    ['pods "a" is forbidden: violates PodSecurity "restricted:latest": privileged', "pod-security-violated"],
    [
      'Internal error occurred: failed calling webhook "w": failed to call webhook: Post "https://w.ns.svc:443/?timeout=3s": dial tcp: connect: connection refused',
      "admission-webhook-down",
    ],
    [
      'Internal error occurred: failed calling webhook "w": failed to call webhook: Post "https://w.ns.svc:443/": x509: certificate signed by unknown authority',
      "admission-webhook-cert-untrusted",
    ],
    ['admission webhook "w" denied the request: no latest tags', "admission-policy-denied"],
  ])("%s", (text, right) => {
    expect(refusal(text)).toBe(right);
  });
});

describe("a probe that fails", () => {
  const fails = (text: string) =>
    foundIn("catalog", (scene) => {
      for (const one of scene.objects.filter(({ reason }) => reason === "Unhealthy"))
        Object.assign(one, { message: `Readiness probe failed: ${text}` });
      scene.log("2026-11-22T14:55:56.7Z ready\n");
    });

  test.each([
    ['Get "http://10.0.0.1:80/": dial tcp 10.0.0.1:80: connect: connection refused', "readiness-probe-wrong"],
    ["HTTP probe failed with statuscode: 401", "readiness-probe-wrong"],
    ["HTTP probe failed with statuscode: 503", "app-not-ready"],
    [
      'Get "http://10.0.0.1:80/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      "app-not-ready",
    ],
    ['Get "https://10.0.0.1:80/": http: server gave HTTP response to HTTPS client', "readiness-probe-wrong"],
  ])("%s", (text, right) => {
    expect(fails(text)).toEqual([`${right} Deployment/catalog`]);
  });

  const refused = (log: string, upSeconds: number) =>
    foundIn("catalog", (scene) => {
      for (const one of scene.objects.filter(({ reason }) => reason === "Unhealthy"))
        Object.assign(one, {
          message:
            'Readiness probe failed: Get "http://10.0.0.1:80/": dial tcp 10.0.0.1:80: connect: connection refused',
        });
      const startedAt = new Date(Date.parse(recorded("catalog").now) - upSeconds * 1000).toISOString();
      for (const { status } of scene.objects.filter(({ kind }) => kind === "Pod") as unknown as Pod[]) {
        for (const one of status?.containerStatuses ?? []) Object.assign(one.state?.running ?? {}, { startedAt });
        for (const one of status?.conditions ?? []) one.lastTransitionTime = startedAt;
      }
      scene.log(log);
    });

  test.each([
    ["is loading by its log", "2026-11-22T14:55:56.7Z loading model shard 3 of 9\n", 600],
    ["migrates by its log", "starting catalog\nINFO migrating schema to 42\n", 600],
    ["has only just been started", "2026-11-22T14:55:56.7Z hello\n", 50],
  ])("a refusal of a program that %s proves no wrong probe", (_, log, up) => {
    expect(refused(log, up)).toEqual([]);
  });

  test.each([
    ["started long ago and says nothing of a start", "2026-11-22T14:55:56.7Z hello\n"],
    ["says that it serves", "starting catalog\nloading\nserving\n"],
  ])("a refusal of a program that %s does", (_, log) => {
    expect(refused(log, 600)).toEqual(["readiness-probe-wrong Deployment/catalog"]);
  });

  test("a first refusal after a start is normal", () => {
    const found = foundIn("catalog", (scene) => {
      const events = scene.objects.filter(({ reason }) => reason === "Unhealthy");
      for (const one of events) Object.assign(one, { count: 1 });
    });

    expect(found).toEqual([]);
  });

  test("a liveness probe that never passed is wrong, one that passed before tells of a hang", () => {
    const never = foundIn("sessions", (scene) => {
      for (const one of scene.objects.filter(({ reason }) => reason === "Unhealthy"))
        Object.assign(one, { message: "Liveness probe failed: HTTP probe failed with statuscode: 404" });
      scene.previousLog("2026-11-22T14:55:26.7Z session-store listening on :8080\n");
    });

    expect(never).toEqual(["liveness-probe-wrong Deployment/session-store"]);
    expect(foundIn("sessions", () => undefined)).toEqual(["app-hang Deployment/session-store"]);
  });
});

describe("a node", () => {
  test("that is silent takes its pods along", () => {
    const found = foundIn("payments", (scene) => {
      const name = scene.pod().spec.nodeName;
      const node = scene.objects.find(({ kind, metadata }) => kind === "Node" && metadata.name === name);
      const ready = (node?.status as { conditions: { type: string }[] } | undefined)?.conditions.find(
        ({ type }) => type === "Ready",
      );
      Object.assign(ready ?? {}, {
        status: "Unknown",
        reason: "NodeStatusUnknown",
        message: "Kubelet stopped posting node status.",
      });
    });

    expect(found[0]).toMatch(/^node-not-ready Node\//);
  });
});
