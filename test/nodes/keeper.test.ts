import { expect, test } from "vitest";
import type { KubeObject, OwnerReference } from "../../src/incident/kube.ts";
import { keeperOf } from "../../src/nodes/keeper.ts";

const of = (kind: string, name: string, ...ownerReferences: OwnerReference[]): KubeObject => ({
  apiVersion: kind === "Service" || kind === "ConfigMap" ? "v1" : "apps/v1",
  kind,
  metadata: { name, namespace: "shop", uid: `uid-${name}`, ownerReferences },
});
const by = (kind: string, name: string, apiVersion = "apps/v1", uid = `uid-${name}`): OwnerReference => ({
  apiVersion,
  kind,
  name,
  uid,
});
const kafka = by("Kafka", "main", "kafka.strimzi.io/v1");

const asking = (...objects: KubeObject[]) => {
  const asked: string[] = [];
  const get = async <T extends KubeObject>(kind: string, _namespace: string | null, name: string) => {
    asked.push(`${kind}/${name}`);
    return (objects.find((one) => one.kind === kind && one.metadata.name === name) as T | undefined) ?? null;
  };
  return { get, asked };
};

test("what an operator's own object owns is the operator's, too, two and three levels up", async () => {
  const brokers = of("StatefulSet", "brokers", kafka);
  const settings = of("ConfigMap", "settings", by("StatefulSet", "brokers"));
  const cluster = asking(brokers, settings);

  expect(await keeperOf(cluster, of("Service", "kafka", by("StatefulSet", "brokers")))).toBe("Kafka main");
  expect(await keeperOf(cluster, of("Deployment", "exporter", by("ConfigMap", "settings", "v1")))).toBe("Kafka main");
});

test("an object's own marks say it without a question", async () => {
  const cluster = asking();
  const marked = of("Deployment", "web");
  marked.metadata.annotations = { "argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web" };

  expect(await keeperOf(cluster, marked)).toMatch(/Argo CD/);
  expect(await keeperOf(cluster, of("Deployment", "api", kafka))).toBe("Kafka main");
  expect(cluster.asked).toEqual([]);
});

test.each<[string, KubeObject, KubeObject[]]>([
  ["whose owner nobody keeps", of("Service", "web", by("StatefulSet", "web")), [of("StatefulSet", "web")]],
  ["whose owner is gone", of("Service", "web", by("StatefulSet", "web")), []],
  [
    "whose owner was made anew by that name",
    of("Service", "web", by("StatefulSet", "web", "apps/v1", "uid-before")),
    [of("StatefulSet", "web", kafka)],
  ],
  [
    "whose owner Helm installed, which knows nothing of it",
    of("Service", "web", by("Deployment", "web")),
    [
      {
        ...of("Deployment", "web"),
        metadata: { ...of("Deployment", "web").metadata, labels: { "app.kubernetes.io/managed-by": "Helm" } },
      },
    ],
  ],
  [
    "that owns itself in a ring",
    of("Service", "web", by("Deployment", "a")),
    [of("Deployment", "a", by("Deployment", "a"))],
  ],
  [
    "that is a pod, which its controller makes anew",
    of("Pod", "web-0", { ...by("StatefulSet", "web"), controller: true }),
    [of("StatefulSet", "web", kafka)],
  ],
])("nobody keeps an object %s", async (_what, object, objects) => {
  expect(await keeperOf(asking(...objects), object)).toBeNull();
});
