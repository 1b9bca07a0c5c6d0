import { afterEach, describe, expect, test } from "vitest";
import type { RecordedCluster } from "../../src/demo/recorded-cluster/start.ts";
import type { World } from "../../src/demo/recorded-cluster/world.ts";
import { moveTimes } from "../../src/demo/recorded-cluster/world-at.ts";
import { apiPath } from "../../src/incident/kinds.ts";
import type { EndpointSlice, KubeObject, Pod, Workload } from "../../src/incident/kube.ts";
import { playStories } from "../support/recorded-cluster.ts";

type Played = Awaited<ReturnType<typeof playStories>>;
let cluster: Played;
afterEach(() => cluster.close());

interface Reply {
  code: number;
  body: KubeObject & { items: KubeObject[]; reason: string; message: string; code: number };
}

const call = async (method: string, path: string, type = "", body?: unknown): Promise<Reply> => {
  const response = await fetch(`${cluster.url}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": type } }),
  });
  return { code: response.status, body: (await response.json()) as Reply["body"] };
};
const read = (path: string): Promise<Reply> => call("GET", path);
const patch = (path: string, operations: unknown): Promise<Reply> =>
  call("PATCH", path, "application/json-patch+json", operations);

const storefront = apiPath("Deployment", "storefront", "storefront");
const warmer = apiPath("Deployment", "cache", "cache-warmer");
const limitPath = "/spec/template/spec/containers/0/resources/limits/memory";

const podsIn = (namespace: string): Pod[] => cluster.shelf.list("Pod", namespace) as Pod[];
const isReady = ({ status }: Pod): boolean =>
  (status?.conditions ?? []).some((one) => one.type === "Ready" && one.status === "True");
const deployment = (namespace: string, name: string): Workload =>
  cluster.shelf.get("Deployment", namespace, name) as Workload;

describe("reading", () => {
  test("lists by label, pages with continue and says what is left", async () => {
    cluster = await playStories(["bad-rollout"]);

    const first = await read(`${apiPath("Pod", "storefront")}?labelSelector=app%3Dstorefront&limit=2`);
    const { continue: token } = first.body.metadata as unknown as { continue: string };
    const second = await read(
      `${apiPath("Pod", "storefront")}?labelSelector=app%3Dstorefront&limit=2&continue=${token}`,
    );
    const none = await read(`${apiPath("Pod", "storefront")}?labelSelector=app+in+(a,b)`);

    expect(first.body.items).toHaveLength(2);
    expect(second.body.items).toHaveLength(1);
    expect(second.body.metadata).not.toHaveProperty("continue");
    expect(none.body.items).toEqual([]);
  });

  test("selects events by the object they are about and refuses a field it cannot select by", async () => {
    cluster = await playStories(["bad-rollout"]);
    const events = apiPath("Event", "storefront");

    const about = await read(
      `${events}?fieldSelector=involvedObject.kind%3DDeployment,involvedObject.name%3Dstorefront`,
    );
    const wrong = await read(`${events}?fieldSelector=spec.zzz%3D1`);

    expect(about.body.items).toHaveLength(2);
    expect(wrong.code).toBe(400);
    expect(wrong.body.message).toBe("field label not supported: spec.zzz");
  });

  test("says in the kubelet's words why there is no log", async () => {
    cluster = await playStories(["bad-rollout", "out-of-memory"]);
    const sick = podsIn("storefront").find((pod) => !isReady(pod))?.metadata.name ?? "";
    const well = podsIn("storefront").find(isReady)?.metadata.name ?? "";
    const log = (pod: string, query: string): Promise<Reply> =>
      read(`${apiPath("Pod", "storefront", pod)}/log?${query}`);

    expect((await log(sick, "")).body.message).toBe(
      `container "storefront" in pod "${sick}" is waiting to start: trying and failing to pull image`,
    );
    expect((await log(well, "previous=true")).body.message).toBe(
      `previous terminated container "storefront" in pod "${well}" not found`,
    );
    expect((await log(well, "container=zz")).body.message).toBe(`container zz is not valid for pod ${well}`);
  });

  test("gives the last lines of a log, cut at the byte limit, with times only when asked", async () => {
    cluster = await playStories(["out-of-memory"]);
    const path = `${apiPath("Pod", "cache", podsIn("cache")[0]?.metadata.name)}/log?previous=true&tailLines=1`;
    const text = async (query: string): Promise<string> => (await fetch(`${cluster.url}${path}${query}`)).text();

    expect(await text("")).toBe("warmed 56 keys, cache size 56 MiB\n");
    expect(await text("&limitBytes=9")).toBe("warmed 56");
    expect(await text("&timestamps=true")).toMatch(/^2026-11-22T14:59:\d\d\.\d+Z warmed 56/);
  });

  test("keeps Secrets to itself and remembers who asked", async () => {
    cluster = await playStories(["out-of-memory"]);

    const secrets = await read("/api/v1/namespaces/cache/secrets");
    const missing = await read(apiPath("Deployment", "cache", "nobody"));

    expect([secrets.code, secrets.body.reason]).toEqual([403, "Forbidden"]);
    expect([missing.code, missing.body.message]).toEqual([404, 'deployments.apps "nobody" not found']);
    expect(cluster.requests.filter(({ path }) => path.endsWith("/secrets"))).toHaveLength(1);
  });

  test("answers what the account may do", async () => {
    cluster = await playStories(["out-of-memory"]);
    const may = async (resourceAttributes: object): Promise<unknown> => {
      const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
      return (await call("POST", path, "application/json", { spec: { resourceAttributes } })).body.status;
    };

    expect(await may({ verb: "get", resource: "secrets" })).toEqual({ allowed: false });
    expect(await may({ verb: "patch", group: "apps", resource: "deployments" })).toEqual({ allowed: true });
    expect(cluster.writes()).toEqual([]);
  });
});

describe("writing", () => {
  const raise = (to: string): unknown[] => [{ op: "replace", path: limitPath, value: to }];

  test("refuses a patch whose test fails and changes nothing, as it performs one whose test holds", async () => {
    cluster = await playStories(["out-of-memory"]);
    const { uid, resourceVersion } = deployment("cache", "cache-warmer").metadata;
    const guarded = (version: string | undefined): unknown[] => [
      { op: "test", path: "/metadata/uid", value: uid },
      { op: "test", path: "/metadata/resourceVersion", value: version },
      ...raise("128Mi"),
    ];

    const moved = await patch(warmer, guarded("1"));
    const untouched = deployment("cache", "cache-warmer").metadata.resourceVersion;
    const good = await patch(warmer, guarded(resourceVersion));

    expect([moved.code, moved.body.reason]).toEqual([422, "Invalid"]);
    expect(moved.body.message).toBe("the server rejected our request due to an error in our request");
    expect(untouched).toBe(resourceVersion);
    expect(good.code).toBe(200);
    expect(Number(good.body.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion));
  });

  test("a dry run shows the change with its owner and stores nothing", async () => {
    cluster = await playStories(["out-of-memory"]);
    const before = deployment("cache", "cache-warmer");

    const { body } = await patch(`${warmer}?dryRun=All&fieldManager=nightshift`, raise("128Mi"));
    cluster.clock.advance(60_000);

    expect(body.metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
    expect(JSON.stringify(body.metadata.managedFields?.at(-1))).toContain('"manager":"nightshift"');
    expect(JSON.stringify(body.metadata.managedFields?.at(-1))).toContain('"f:memory":{}');
    expect(deployment("cache", "cache-warmer")).toEqual(before);
    expect(cluster.writes()).toEqual([]);
  });

  test("answers a stale version with conflict and a nonsense value with the field's name", async () => {
    cluster = await playStories(["out-of-memory"]);
    const merge = (body: unknown): Promise<Reply> => call("PATCH", warmer, "application/merge-patch+json", body);

    const stale = await merge({ metadata: { resourceVersion: "1" }, spec: { replicas: 2 } });
    const tooSmall = await patch(warmer, raise("1Mi"));
    const wrongType = await call("PATCH", warmer, "application/json", {});

    expect([stale.code, stale.body.reason]).toEqual([409, "Conflict"]);
    expect([tooSmall.code, tooSmall.body.message]).toEqual([
      422,
      'Deployment.apps "cache-warmer" is invalid: spec.template.spec.containers[0].resources.requests: Invalid value: "64Mi": must be less than or equal to memory limit of 1Mi',
    ]);
    expect(wrongType.code).toBe(415);
  });

  test("a lost connection may hide a change that was made, or one that was not", async () => {
    cluster = await playStories(["out-of-memory"]);
    const limit = (): string | undefined =>
      deployment("cache", "cache-warmer").spec.template.spec.containers[0]?.resources?.limits?.memory;

    cluster.misbehave({ method: "PATCH", how: "drop-before", times: 1 });
    await expect(patch(warmer, raise("100Mi"))).rejects.toThrow();
    const afterFirst = limit();
    cluster.misbehave({ method: "PATCH", how: "drop-after", times: 1 });
    await expect(patch(warmer, raise("100Mi"))).rejects.toThrow();

    expect(afterFirst).toBe("64Mi");
    expect(limit()).toBe("100Mi");
    expect(cluster.writes()).toHaveLength(2);
  });
});

describe("the world answers a change", () => {
  const withService = (world: World): World => {
    const namespace = world.namespace;
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web", namespace },
      spec: { selector: { app: "storefront" } },
    };
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "web-1", namespace, labels: { "kubernetes.io/service-name": "web" } },
      endpoints: [],
    };
    return { ...world, objects: [...world.objects, service, slice] };
  };

  const undo = async (played: RecordedCluster): Promise<Reply> => {
    const good = played.shelf.get("ReplicaSet", "storefront", "storefront-5bdfc5c4c6") as Workload;
    const { "pod-template-hash": _hash, ...labels } = good.spec.template.metadata?.labels ?? {};
    return patch(storefront, [
      { op: "replace", path: "/spec/template", value: { metadata: { labels }, spec: good.spec.template.spec } },
    ]);
  };

  test("an undo makes the good ReplicaSet the newest revision and the sick pod goes", async () => {
    cluster = await playStories(["bad-rollout"], withService);

    await undo(cluster);
    const atOnce = podsIn("storefront").length;
    cluster.clock.advance(10_000);

    const { metadata, status } = deployment("storefront", "storefront");
    expect(atOnce).toBe(3);
    expect(podsIn("storefront").map(isReady)).toEqual([true, true]);
    expect(metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
    expect(status).toMatchObject({ observedGeneration: 3, updatedReplicas: 2, availableReplicas: 2, replicas: 2 });
    const slice = cluster.shelf.get("EndpointSlice", "storefront", "web-1") as EndpointSlice;
    expect(slice.endpoints?.map((one) => one.conditions?.ready)).toEqual([true, true]);
  });

  test("a change taken back brings the sickness back, and the pods that serve stay", async () => {
    cluster = await playStories(["bad-rollout"]);
    const sickTemplate = deployment("storefront", "storefront").spec.template;
    await undo(cluster);
    cluster.clock.advance(10_000);

    await patch(storefront, [{ op: "replace", path: "/spec/template", value: sickTemplate }]);
    cluster.clock.advance(10_000);

    const pods = podsIn("storefront");
    expect(pods.filter(isReady)).toHaveLength(2);
    const waiting = pods.flatMap(({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason ?? []);
    expect(waiting).toContain("ImagePullBackOff");
    expect(deployment("storefront", "storefront").metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe(
      "4",
    );
  });

  test("the same request twice is one change: the second finds nothing to do", async () => {
    cluster = await playStories(["out-of-memory"]);
    const operations = [{ op: "replace", path: limitPath, value: "128Mi" }];

    const first = await patch(warmer, operations);
    const second = await patch(warmer, operations);

    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    expect(cluster.writes()).toHaveLength(2);
  });

  test.each([
    ["80Mi", false],
    ["128Mi", true],
  ])("a memory limit of %s heals: %s", async (to, heals) => {
    cluster = await playStories(["out-of-memory"]);

    await patch(warmer, [{ op: "replace", path: limitPath, value: to }]);
    cluster.clock.advance(10_000);

    const [pod, ...others] = podsIn("cache");
    expect(others).toEqual([]);
    expect(pod && isReady(pod)).toBe(heals);
    expect(pod?.status?.containerStatuses?.[0]?.lastState?.terminated?.reason).toBe(heals ? undefined : "OOMKilled");
    expect(deployment("cache", "cache-warmer").status?.readyReplicas).toBe(heals ? 1 : 0);
    const log = await (await fetch(`${cluster.url}${apiPath("Pod", "cache", pod?.metadata.name)}/log`)).text();
    expect(log.trim().split("\n").at(-1)).toBe(heals ? "warm" : "warmed 56 keys, cache size 56 MiB");
  });

  test("a restart does not heal what lacks a setting", async () => {
    cluster = await playStories(["missing-setting"]);
    const former = podsIn("payments")[0]?.metadata.name;

    const restart = {
      spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } } } },
    };
    const path = apiPath("Deployment", "payments", "payments-api");
    await call("PATCH", path, "application/strategic-merge-patch+json", restart);
    cluster.clock.advance(10_000);

    const [pod] = podsIn("payments");
    expect(pod?.metadata.name).not.toBe(former);
    expect(pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe("CrashLoopBackOff");
    expect(pod?.status?.containerStatuses?.[0]?.restartCount).toBe(1);
  });
});

test("recorded times are moved together and the zero time stays", async () => {
  cluster = await playStories([]);

  expect(moveTimes("2026-11-22T14:00:00.123456789Z to 2026-11-22T14:00:05Z", 60_000)).toBe(
    "2026-11-22T14:01:00.123456789Z to 2026-11-22T14:01:05Z",
  );
  expect(moveTimes("0001-01-01T00:00:00Z", 60_000)).toBe("0001-01-01T00:00:00Z");
});
