import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Workload } from "../../src/incident/kube.ts";
import { deedsSince } from "./audit.ts";
import { grant, type LiveCluster, openCluster, quiet } from "./cluster.ts";
import { approve, incident, incidentsOf, pace, reaching, type Seen } from "./incidents.ts";
import { makeService, type Service } from "./service.ts";
import { until } from "./until.ts";

const folder = process.env.NIGHTSHIFT_LIVE_CLUSTER;
if (!folder)
  process.stdout.write("live tests skipped: NIGHTSHIFT_LIVE_CLUSTER does not name the folder of a cluster\n");

const warehouse = "live-warehouse";
const faults = ["rollout", "crashloop", "imagepull", "pending-selector", "healthy"];
const namespaces = ["storefront", "payments", "frontend", "search", "web-prod", warehouse];

const began = new Date();
let cluster: LiveCluster;
let service: Service;
const say = (line: string): void => void process.stdout.write(`  ${line}\n`);
const since = (from: string): string => `${((Date.now() - Date.parse(from)) / 1000).toFixed(1)} s`;

const calm = async (namespace: string, name: string): Promise<void> => {
  const alert = {
    labels: { alertname: "KubeDeploymentReplicasMismatch", namespace, deployment: name, severity: "warning" },
  };
  const response = await fetch(`${cluster.alertmanager}/api/v2/alerts`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify([{ ...alert, endsAt: new Date(Date.now() + 120_000).toISOString() }]),
  });
  if (!response.ok) throw new Error(`Alertmanager answered ${response.status}`);
};

const bringUp = async (): Promise<void> => {
  await cluster.script("point-alertmanager-at", "none");
  await cluster.removed(namespaces);
  await quiet(cluster, namespaces);
  await grant(cluster, namespaces);
  service = await makeService(cluster);
  await service.start();
  await cluster.script("point-alertmanager-at", `${service.url}/webhooks/alertmanager`, service.token);
  await Promise.all([
    ...faults.map((name) => cluster.script("fault", "apply", name)),
    readFile("test/live/warehouse.yaml", "utf8").then((text) => cluster.apply(text)),
  ]);
};

/** Everything is tried, whatever of it fails. */
const takeDown = async (): Promise<void> => {
  const ends = await Promise.allSettled([
    cluster?.script("point-alertmanager-at", "none"),
    service?.remove(),
    cluster?.removed(namespaces),
    cluster?.kubectl("delete", "-f", "deploy/rbac/reader.yaml", "--ignore-not-found"),
  ]);
  const failed = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  if (failed.length > 0) throw new AggregateError(failed, "cleaning up failed");
};

const healthy = (namespace: string, name: string): Promise<Workload> =>
  until(`deployment ${namespace}/${name} to be healthy`, 60, async () => {
    const found = await cluster.get<Workload>("deployment", namespace, name);
    const { status, spec } = found;
    const all = [status?.replicas, status?.updatedReplicas, status?.readyReplicas, status?.availableReplicas];
    return all.every((count) => count === spec.replicas) ? found : null;
  });

const named = (seen: Seen): unknown =>
  seen.diagnosis?.kind === "cause"
    ? [seen.diagnosis.class, seen.diagnosis.object.kind, seen.diagnosis.object.namespace, seen.diagnosis.object.name]
    : seen.diagnosis;

const byOpening = (a: Seen, b: Seen): number => Date.parse(a.openedAt) - Date.parse(b.openedAt);

const verbs = ({ plan }: Seen): unknown =>
  plan?.kind === "actions" ? plan.actions.map(({ verb }) => verb) : plan?.kind;

describe.skipIf(!folder)("on a real cluster", () => {
  beforeAll(async () => {
    cluster = await openCluster(folder ?? "");
    try {
      await bringUp();
    } catch (error) {
      await takeDown();
      throw error;
    }
  });
  afterAll(async () => {
    if (process.env.NIGHTSHIFT_LIVE_VERBOSE) say(service?.said() ?? "");
    await takeDown();
  });

  test("a workload that is well gets no finding, whatever an alert says", async () => {
    await healthy("web-prod", "web");
    await calm("web-prod", "web");
    const seen = await reaching(service.url, "web-prod", "web", ["escalated", "dismissed", "awaiting-approval"]);
    expect([seen.status, named(seen)]).toEqual(["dismissed", ["control-healthy", "Deployment", "web-prod", "web"]]);
    expect(verbs(seen)).toBe("none");
  });

  test.each([
    ["payments", "payments-api", "env-var-missing-or-wrong"],
    ["search", "search", "node-selector-unmatched"],
    ["frontend", "frontend", "image-not-found"],
    ["frontend", "billing", "image-pull-unauthorized"],
    ["frontend", "reports", "image-registry-unreachable"],
  ])("%s/%s is named %s and handed to a person", async (namespace, name, fault) => {
    const seen = await reaching(service.url, namespace, name, ["escalated", "awaiting-approval"]);
    say(`${namespace}/${name}: ${await pace(service.url, seen)}`);
    expect(named(seen)).toEqual([fault, "Deployment", namespace, name]);
    expect(verbs(seen)).toBe("none");
    expect(seen.status).toBe("escalated");
  });

  test("a memory limit is raised after an approval that a killed process still knows, and that heals it", async () => {
    const waiting = await reaching(service.url, warehouse, "stocktaker", ["awaiting-approval", "escalated"]);
    expect(named(waiting)).toEqual(["oom-limit-too-low", "Deployment", warehouse, "stocktaker"]);
    expect(verbs(waiting)).toEqual(["raise-memory-limit"]);
    await service.kill();
    await service.start();
    const still = await incident(service.url, waiting.id);
    expect([still.status, still.plan]).toEqual(["awaiting-approval", waiting.plan]);
    const at = new Date().toISOString();
    expect(await approve(service.url, still)).toBe(202);
    const ended = await reaching(service.url, warehouse, "stocktaker", ["resolved", "escalated"]);
    say(`stocktaker: ${await pace(service.url, ended)}`);
    say(`stocktaker: approved to ${ended.status} ${since(at)}`);
    expect([ended.status, ended.verdict?.kind]).toEqual(["resolved", "recovered"]);
    const { spec } = await healthy(warehouse, "stocktaker");
    expect(spec.template.spec.containers[0]?.resources?.limits?.memory).not.toBe("64Mi");
  });

  test("a bad rollout is undone once, though the process is killed while acting", async () => {
    const waiting = await reaching(service.url, "storefront", "storefront", ["awaiting-approval", "escalated"]);
    expect(named(waiting)).toEqual(["image-not-found", "Deployment", "storefront", "storefront"]);
    expect(verbs(waiting)).toEqual(["undo-rollout"]);
    const at = new Date().toISOString();
    expect(await approve(service.url, waiting)).toBe(202);
    await service.kill();
    await service.start();
    expect(await approve(service.url, waiting)).toBe(409);
    const ended = await reaching(service.url, "storefront", "storefront", ["resolved", "escalated"]);
    say(`storefront: ${await pace(service.url, ended)}`);
    say(`storefront: approved to ${ended.status} ${since(at)}`);
    expect([ended.status, ended.verdict?.kind]).toEqual(["resolved", "recovered"]);
    const { spec } = await healthy("storefront", "storefront");
    expect(spec.template.spec.containers[0]?.image).toBe("nginx:1.25");
  });

  test("the API server's own record shows one write for each approval, nothing else, and no Secret read", async () => {
    const deeds = await deedsSince(cluster.auditLog, began.toISOString());
    expect(deeds.reads).toBeGreaterThan(100);
    expect(deeds.dryRuns.length).toBeGreaterThanOrEqual(2);
    expect(deeds.writes.toSorted()).toEqual([
      "nightshift-writer patch deployments/stocktaker in live-warehouse: 200",
      "nightshift-writer patch deployments/storefront in storefront: 200",
    ]);
    expect(deeds.secrets).toEqual([]);
  });

  // Prometheus tells of a crash loop up to five minutes after it is over: that symptom finds a workload that is well.
  test("each sick workload had one incident, and a symptom told late found it well", async () => {
    for (const [namespace, name] of [
      ["web-prod", "web"],
      ["storefront", "storefront"],
      [warehouse, "stocktaker"],
    ] as const) {
      const late = await until(`all incidents of ${namespace}/${name} to end`, 120, async () => {
        const [, ...rest] = (await incidentsOf(service.url, namespace, name)).sort(byOpening);
        return rest.every(({ status }) => status === "dismissed" || status === "escalated") ? rest : null;
      });
      const well = ["control-healthy", "Deployment", namespace, name];
      expect(late.map((one) => [one.status, named(one)])).toEqual(late.map(() => ["dismissed", well]));
    }
  });
});
