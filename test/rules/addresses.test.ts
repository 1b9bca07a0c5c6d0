import { expect, test } from "vitest";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import { scan } from "../../src/rules/index.ts";
import { changed, event, type Scene } from "./changed.ts";
import { evidence } from "./recorded.ts";

const everywhere = (kind: string, objects: readonly KubeObject[], truncated = false): Evidence =>
  evidence(
    { ask: "list", kind, namespace: null, selector: null },
    { kind: "found", body: { kind: "objects", objects: objects.filter((one) => one.kind === kind), truncated } },
  );

/** payments-api cannot reach an address that its settings name. */
const asking = (address: string, change: (scene: Scene) => void = () => undefined) => {
  let all: readonly KubeObject[] = [];
  const { evidence: seen, now } = changed("payments", (scene) => {
    const [container] = scene.pod().spec.containers;
    Object.assign(container ?? {}, { env: [...(container?.env ?? []), { name: "LEDGER_HOST", value: address }] });
    scene.previousLog(
      `Traceback (most recent call last):\n  File "/app/main.py", line 12, in <module>\nOSError: dial tcp ${address}:5432: connect: no route to host`,
    );
    scene.add({
      kind: "Service",
      metadata: { name: "kubernetes", namespace: "default" },
      spec: { clusterIP: "10.96.0.1", ports: [{ port: 443 }] },
    });
    scene.add({
      kind: "Service",
      metadata: { name: "far", namespace: "elsewhere" },
      spec: { clusterIP: "10.96.200.9", ports: [{ port: 80 }] },
    });
    change(scene);
    all = scene.objects;
  });
  const whole = (truncated = false) => [
    ...seen,
    everywhere("Service", all, truncated),
    everywhere("Pod", all, truncated),
  ];
  return {
    first: scan(seen, now)[0],
    read: scan(whole(), now)[0],
    cut: scan(whole(true), now)[0],
  };
};

const podNetwork = (scene: Scene): void => {
  for (const one of scene.objects) if (one.kind === "Node") one.spec = { podCIDR: "10.244.0.0/16" };
};

test.each(["10.244.77.31", "10.96.77.31"])("of %s nobody knows at first, and everywhere is looked", (address) => {
  const { first, read, cut } = asking(address, podNetwork);
  expect(first?.confidence).toBeLessThan(0.85);
  expect(read?.class).toBe("env-var-missing-or-wrong");
  expect(read?.confidence).toBeGreaterThanOrEqual(0.85);
  expect(read?.statement).toContain(`it needs ${address} (LEDGER_HOST says so)`);
  expect(cut?.confidence).toBeLessThan(0.85);
});

test("the first look wants the list that would tell", () => {
  const { first } = asking("10.244.77.31", podNetwork);
  expect(first?.wants).toContainEqual({ ask: "list", kind: "Pod", namespace: null, selector: null });
});

test.each<[string, string, (scene: Scene) => void]>([
  [
    "a pod has",
    "10.244.77.31",
    (scene) => {
      podNetwork(scene);
      scene.add({
        kind: "Pod",
        metadata: { name: "p", namespace: "elsewhere" },
        spec: { containers: [] },
        status: { podIP: "10.244.77.31" },
      });
    },
  ],
  [
    "the slice of a Service has",
    "10.244.77.31",
    (scene) => {
      podNetwork(scene);
      scene.add({ kind: "EndpointSlice", metadata: { name: "s" }, endpoints: [{ addresses: ["10.244.77.31"] }] });
    },
  ],
  [
    "a balancer has",
    "10.96.77.31",
    (scene) =>
      scene.add({
        kind: "Service",
        metadata: { name: "lb", namespace: "elsewhere" },
        spec: {},
        status: { loadBalancer: { ingress: [{ ip: "10.96.77.31" }] } },
      }),
  ],
  ["lies beyond the Services", "10.97.1.1", () => undefined],
  ["is a node's way into its pods", "10.244.77.1", podNetwork],
  [
    "lies where nodes and machines lie too",
    "10.244.77.31",
    (scene) => {
      for (const one of scene.objects)
        if (one.kind === "Node")
          one.status = { ...(one.status as object), addresses: [{ type: "InternalIP", address: "10.244.3.4" }] };
    },
  ],
])("an address that %s is not nobody's", (_, address, change) => {
  expect(asking(address, change).read?.statement ?? "").not.toContain("an address as");
});

test("an address that refuses was somebody's", () => {
  const { read } = asking("10.96.77.31", (scene) => scene.previousLog("Error: connect ECONNREFUSED 10.96.77.31:6379"));
  expect(read?.statement ?? "").not.toContain("an address as");
});

test("a Service that sends to a port where no program says it listens is told by the logs of pods that declare none", () => {
  const told = (target: number, args: string[] = []) =>
    changed("web-prod", (scene) => {
      const pod = scene.pod();
      for (const one of pod.spec.containers)
        Object.assign(one, { ports: [], readinessProbe: undefined, livenessProbe: undefined, args });
      for (const one of scene.objects)
        if (one.kind === "Pod" && one !== (pod as never)) Object.assign(one, { status: {} });
      scene.add({
        kind: "Service",
        metadata: { name: "front" },
        spec: { selector: pod.metadata.labels ?? {}, ports: [{ port: 80, targetPort: target }] },
      });
      scene.log("Serving HTTP on 0.0.0.0 port 8000 (http://0.0.0.0:8000/) ...");
    });
  const found = (...asked: Parameters<typeof told>) => {
    const { evidence: all, now } = told(...asked);
    return scan(all, now).find(({ object }) => object.name === "front")?.confidence ?? 0;
  };
  expect(found(8080)).toBeGreaterThanOrEqual(0.85);
  expect(found(8000)).toBe(0);
  expect(found(8080, ["--admin-port=8080"])).toBeLessThan(0.85);
});

test.each([
  ["a passing liveness probe", 0, false, 0],
  ["a liveness probe that kills the pod", 3, true, 0.75],
  ["a liveness probe after restarts of another reason", 3, false, 0],
] as const)("a Service that sends to the port of %s", (_, restartCount, fails, confidence) => {
  const { evidence: all, now } = changed("web-prod", (scene) => {
    const pod = scene.pod();
    const probe = { tcpSocket: { port: 9999 } };
    for (const one of pod.spec.containers)
      Object.assign(one, { ports: [], readinessProbe: { tcpSocket: { port: 8000 } }, livenessProbe: probe });
    for (const one of pod.status?.containerStatuses ?? []) Object.assign(one, { restartCount });
    for (const one of scene.objects)
      if (one.kind === "Pod" && one !== (pod as never)) Object.assign(one, { status: {} });
    scene.add({
      kind: "Service",
      metadata: { name: "front" },
      spec: { selector: pod.metadata.labels ?? {}, ports: [{ port: 80, targetPort: 9999 }] },
    });
    const at = scene.objects.find(({ kind }) => kind === "Event")?.lastTimestamp as string | undefined;
    const told = event(
      pod as never,
      "Unhealthy",
      "Liveness probe failed: dial tcp 10.0.0.1:9999: connect: connection refused",
      at ?? new Date().toISOString(),
    );
    const field = `spec.containers{${pod.spec.containers[0]?.name}}`;
    if (fails) scene.add({ ...told, involvedObject: { ...(told.involvedObject as object), fieldPath: field } });
  });
  expect(scan(all, now).find(({ object }) => object.name === "front")?.confidence ?? 0).toBe(confidence);
});
