import { describe, expect, test } from "vitest";
import type { Pod } from "../../src/incident/kube.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { changed, event, foundIn, type Scene } from "./changed.ts";

const at = "2026-11-22T14:54:00Z";

const scheduler = (text: string) => (scene: Scene) => {
  const condition = scene.pod().status?.conditions?.find(({ type }) => type === "PodScheduled");
  Object.assign(condition ?? {}, {
    message: `0/2 nodes are available: ${text}. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.`,
  });
  Object.assign(scene.pod().spec, { nodeSelector: {} });
};

describe("the scheduler says", () => {
  test.each([
    ["2 Too many pods", "node-pod-limit-reached"],
    ["2 node(s) didn't match PersistentVolume's node affinity", "volume-node-affinity-conflict"],
    ["2 node(s) had volume node affinity conflict", "volume-node-affinity-conflict"],
    ["2 node(s) didn't have free ports for the requested pod ports", "host-port-taken"],
    ["2 node(s) didn't satisfy existing pods anti-affinity rules", "anti-affinity-deadlock"],
    ["1 Insufficient cpu, 1 Insufficient memory", "insufficient-cpu-or-memory"],
    ["2 Insufficient example.com/fpga", "extended-resource-absent"],
  ])("%s", (text, right) => {
    expect(foundIn("search", scheduler(text))).toEqual([`${right} Deployment/search`]);
  });
});

test("a DaemonSet's pod without a node is the DaemonSet's trouble", () => {
  const found = foundIn("search", (scene) => {
    scheduler("1 Insufficient memory")(scene);
    Object.assign(scene.pod().metadata, {
      ownerReferences: [{ apiVersion: "apps/v1", kind: "DaemonSet", name: "agent", uid: "a", controller: true }],
    });
  });

  expect(found).toEqual(["daemonset-not-scheduled DaemonSet/agent"]);
});

describe("an eviction", () => {
  const message = (text: string) => (scene: Scene) => {
    for (const pod of scene.objects.filter(({ kind }) => kind === "Pod") as unknown as Pod[])
      if (pod.status?.reason === "Evicted") pod.status.message = text;
  };

  test("for lack of room on the node is the node's", () => {
    expect(
      foundIn("logging", message("The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. ")),
    ).toEqual(["node-pressure-eviction Deployment/log-shipper"]);
  });

  test("for another reason is none of ours", () => {
    expect(foundIn("logging", message("Preempted in order to admit critical pod"))).toEqual([]);
  });
});

describe("a volume", () => {
  const mounting =
    (reason: string, text: string, count = 5) =>
    (scene: Scene) => {
      for (const one of scene.objects.filter((object) => object.reason === "FailedMount"))
        Object.assign(one, { reason, message: text, count });
    };

  test.each([
    [
      "FailedAttachVolume",
      'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another',
      "volume-multi-attach",
    ],
    [
      "FailedMount",
      'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32 Mounting arguments: -t nfs: Connection timed out',
      "volume-mount-failed",
    ],
  ])("%s: %s", (reason, text, right) => {
    expect(foundIn("ledger", mounting(reason, text))).toEqual([`${right} Deployment/ledger`]);
  });

  test("that failed to mount once may be on its way", () => {
    expect(
      foundIn("ledger", (scene) => {
        scene.objects.splice(
          scene.objects.findIndex(({ reason }) => reason === "FailedMount"),
          1,
        );
        mounting("FailedMount", 'MountVolume.SetUp failed for volume "data" : rpc error', 1)(scene);
      }),
    ).toEqual([]);
  });

  test("that is lost is said on whoever uses it", () => {
    expect(
      foundIn("data", (scene) => Object.assign(scene.one("PersistentVolumeClaim").status as object, { phase: "Lost" })),
    ).toEqual(["volume-failed-or-lost Deployment/postgres"]);
  });
});

test("a claim that waits for its first consumer is called normal", () => {
  const { evidence, now } = changed("data", (scene) => {
    scene.objects.splice(
      0,
      scene.objects.length,
      ...scene.objects.filter(({ kind }) => kind !== "Event" && kind !== "Pod"),
    );
    scene.one("PersistentVolumeClaim").spec = { storageClassName: "standard" };
    scene.add(
      event(
        scene.one("PersistentVolumeClaim"),
        "WaitForFirstConsumer",
        "waiting for first consumer to be created before binding",
        at,
      ),
    );
    scene.objects.push({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "standard" },
    } as never);
  });
  const subject = { kind: "PersistentVolumeClaim", namespace: "data", name: "postgres-data" };

  expect(diagnoseByRules({ evidence, subject, alerts: [], now }).certain?.class).toBe("control-normal-pending");
});

test("a node whose network is not ready is not called silent", () => {
  const found = foundIn("payments", (scene) => {
    const node = scene.objects.find(({ kind }) => kind === "Node");
    const ready = (node?.status as { conditions: { type: string }[] } | undefined)?.conditions.find(
      ({ type }) => type === "Ready",
    );
    Object.assign(ready ?? {}, {
      status: "False",
      reason: "KubeletNotReady",
      message: "container runtime network not ready: NetworkReady=false",
    });
  });

  expect(found[0]).toMatch(/^cni-or-kube-proxy-broken Node\//);
});

test("a CronJob that misses its starts", () => {
  const cron = {
    kind: "CronJob",
    metadata: { name: "report", namespace: "web-prod" },
    spec: { schedule: "* * * * *" },
  };
  const found = foundIn("web-prod", (scene) =>
    scene.add(cron, event(cron as never, "TooManyMissedTimes", "too many missed start times: 101", at)),
  );

  expect(found).toEqual(["cronjob-missed-starts CronJob/report"]);
});

describe("a Job that goes on", () => {
  const job = (finishedAt: string) => (scene: Scene) => {
    const owner = { kind: "Job", metadata: { name: "sync", uid: "j" }, status: { active: 1 }, spec: {} };
    const pod = {
      kind: "Pod",
      metadata: {
        name: "sync-1",
        ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: "sync", uid: "j", controller: true }],
      },
      spec: { containers: [] },
      status: {
        phase: "Running",
        containerStatuses: [
          { name: "work", state: { terminated: { exitCode: 0, reason: "Completed", finishedAt } } },
          { name: "proxy", ready: true, state: { running: { startedAt: "2026-11-22T10:00:00Z" } } },
        ],
      },
    };
    scene.add(owner, pod as never);
  };

  test("long after its work is done has a sidecar that never ends", () => {
    expect(foundIn("web-prod", job("2026-11-22T14:00:00Z"))).toEqual(["job-sidecar-never-exits Job/sync"]);
  });

  test("a moment after its work is done is about to end", () => {
    expect(foundIn("web-prod", job(at))).toEqual([]);
  });
});

describe("a connection that times out although the peer is up", () => {
  const policy = (from: unknown[]) => (scene: Scene) => {
    scene.previousLog(`${at} failed to connect to db:5432: connection timed out\n`);
    scene.add(
      { kind: "Service", metadata: { name: "db" }, spec: { selector: { app: "db" }, ports: [{ port: 5432 }] } },
      {
        kind: "EndpointSlice",
        metadata: { name: "db-1", labels: { "kubernetes.io/service-name": "db" } },
        endpoints: [{ addresses: ["10.0.0.9"], conditions: { ready: true } }],
      } as never,
      {
        kind: "Pod",
        metadata: { name: "db-0", labels: { app: "db" } },
        spec: { containers: [] },
        status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
      } as never,
      {
        kind: "NetworkPolicy",
        metadata: { name: "db-only" },
        spec: { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"], ingress: [{ from }] },
      },
    );
  };

  test("because a policy does not admit the caller", () => {
    expect(foundIn("payments", policy([{ podSelector: { matchLabels: { app: "other" } } }]))).toContain(
      "network-policy-blocks NetworkPolicy/db-only",
    );
  });

  test("is not the policy's fault when it admits the caller", () => {
    expect(foundIn("payments", policy([{ podSelector: {} }]))).not.toContain(
      "network-policy-blocks NetworkPolicy/db-only",
    );
  });
});
