import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keepEvidence } from "../../src/store/evidence.ts";
import { append } from "../../src/store/journal.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { kubeconfigFor } from "../adapters/kubeconfig.ts";
import { json, scriptedServer } from "../adapters/scripted-server.ts";
import { freshDatabase } from "../support/database.ts";
import { fresh } from "../support/incidents.ts";
import { nightshift } from "../support/nightshift.ts";
import { cause, deployment, found, incidentOf, podSpec } from "../support/workloads.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nightshift-policy-"));
});
afterAll(() => rm(folder, { recursive: true }));

const fileOf = async (name: string, content: string): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

const byLabel = `
mode: observe
rules:
  - {match: {labels: {tier: gold}}, mode: approve}
  - {match: {cluster: "prod-*"}, people: 2}
`;

/** Deployment web in shop, whose labels the evidence has as silver, and which the server, if it answers, has as gold. */
const check = async (
  answers: boolean,
  environment: Record<string, string> = {},
  more = {},
  args: string[] = [],
  diagnosis = cause("oom-limit-too-low"),
  scalers: object[] = [],
  ownerReferences: object[] = [],
) => {
  await using db = await freshDatabase();
  const server = await scriptedServer();
  const live = deployment(podSpec("web:1"), { replicas: 3 });
  const labelled = (tier: string) => ({
    ...live,
    metadata: { ...live.metadata, labels: { tier, ...more }, ownerReferences },
  });
  server.play(({ url }, response) => {
    if (url.pathname.endsWith("/horizontalpodautoscalers"))
      return json(response, 200, { metadata: {}, items: scalers });
    if (url.pathname.endsWith("/statefulsets/above")) return json(response, 403, {});
    return answers ? json(response, 200, labelled("gold")) : json(response, 403, {});
  });
  const seen = found("2026-01-01T09:59:00Z", labelled("silver"));
  const opened = fresh(new Date("2026-01-01T10:00:00Z"));
  await openIncidents(db.pool, [{ ...opened, subject: { ...opened.subject, name: "web" } }]);
  const state = incidentOf({ id: "inc_1", evidence: [seen.id], diagnosis });
  await db.pool.query("update nightshift.incidents set state = $1", [JSON.stringify(state)]);
  await keepEvidence(db.pool, { incidentId: "inc_1", fence: 0, counter: 0, attempts: 1, failures: 0 }, [seen]);
  await append(db.pool, "inc_1", {
    at: "2026-01-01T09:30:00.000Z",
    kind: "intent",
    actor: "act",
    line: "begins undo-rollout",
    data: { workload: "Deployment/shop/web" },
  });
  const { stdout, stderr } = await nightshift(["policy", "check", "--incident", "inc_1", "--json", ...args], {
    DATABASE_URL: db.url,
    KUBECONFIG: kubeconfigFor(server.url),
    KUBE_CONTEXT: "day",
    NIGHTSHIFT_POLICY: await fileOf("policy.yaml", byLabel),
    ...environment,
  });
  await server.close();
  if (stdout === "") throw new Error(stderr);
  const { notes, rulings } = JSON.parse(stdout) as {
    notes: string[];
    rulings: {
      wish: { verb: string; pods: number | null };
      manager: string | null;
      scaler: string | null;
      unprepared: string | null;
      runs: number | null;
      ruling: { mode: string; people: number; pods: number | null; blocked: string | null };
      room: object | null;
    }[];
  };
  const raise = rulings.find(({ wish }) => wish.verb === "raise-memory-limit");
  return {
    notes: notes.join("\n"),
    verbs: rulings.map(({ wish }) => wish.verb),
    ruling: raise?.ruling,
    manager: raise?.manager,
    unprepared: raise?.unprepared,
    scalers: rulings.map(({ wish, scaler }) => `${wish.verb}: ${scaler}`),
    room: raise?.room,
    pods: raise?.wish.pods,
    runs: raise?.runs,
  };
};

test("an incident's object is asked about with the labels that the cluster has now", async () => {
  const { notes, ruling } = await check(true);

  expect(ruling).toMatchObject({ mode: "approve", people: 1 });
  expect(notes).toContain("labels tier=gold (Deployment/web in shop, from the cluster, now)");
});

test("a verb is asked about only where it can change the object: nothing at a bare Pod, the workload where it is made sick", async () => {
  const at = async (more: Parameters<typeof cause>[1]) =>
    (await check(true, {}, {}, [], cause("oom-limit-too-low", more))).verbs;
  const object = { kind: "Pod", namespace: "shop", name: "web-0" };
  const workload = { kind: "Deployment", namespace: "shop", name: "web" };

  expect(await at({ object })).not.toContain("raise-memory-limit");
  expect(await at({ object, related: [workload] })).toContain("raise-memory-limit");
  expect(await at({ object: workload })).toContain("raise-memory-limit");
});

test("whose replicas belong to an autoscaler is told so, as the incident says it", async () => {
  const scaled = (name: string) =>
    check(true, {}, {}, [], cause("scaled-to-zero"), [
      {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: "web-hpa", namespace: "shop" },
        spec: { scaleTargetRef: { kind: "Deployment", name } },
      },
    ]);

  expect((await scaled("web")).scalers).toContain("scale-workload: web-hpa");
  expect((await scaled("api")).scalers).toContain("scale-workload: null");
});

test("who keeps it is told: without directWrite serve only describes the change", async () => {
  const kept = await check(true, {}, { "kustomize.toolkit.fluxcd.io/name": "apps" });
  const free = await check(true);

  expect([kept.manager, free.manager]).toEqual(["Flux Kustomization apps", null]);
});

test("where the owners above cannot be asked, nothing could be prepared: as serve says it", async () => {
  const owner = { apiVersion: "apps/v1", kind: "StatefulSet", name: "above", uid: "uid-above" };
  const unread = await check(true, {}, {}, [], cause("oom-limit-too-low"), [], [owner]);

  expect(unread.unprepared).toMatch(/statefulsets|StatefulSet/);
  expect((await check(true)).unprepared).toBeNull();
});

test("labels said on the line stand for those that were read, and what the incident tells is refused", async () => {
  const { notes, ruling } = await check(true, { CLUSTER_NAME: "prod-1" }, {}, ["--labels", "tier=lead"]);

  expect(ruling).toMatchObject({ mode: "observe", people: 2 });
  expect(notes).toContain("labels tier=lead (--labels)");
  await expect(check(true, {}, {}, ["--namespace", "shop"])).rejects.toThrow(
    "--namespace says nothing beside --incident",
  );
});

test("what the hour leaves is said, and from when on there is more", async () => {
  const NIGHTSHIFT_POLICY = await fileOf("hourly.yaml", "mode: approve\nbounds: {actionsPerHour: 1}\n");
  const at = (time: string) => check(true, { NIGHTSHIFT_POLICY }, {}, ["--at", time]);

  expect((await at("2026-01-01T10:00:00Z")).room).toEqual({ most: 1, made: 1, next: "2026-01-01T10:30:00.000Z" });
  expect((await at("2026-01-01T10:30:00Z")).room).toEqual({ most: 1, made: 0, next: null });
});

test("how many pods an unplanned change touches is not made up: the bound is told, and a number said on the line counts", async () => {
  const NIGHTSHIFT_POLICY = await fileOf("pods.yaml", "mode: approve\nbounds: {pods: 2}\n");

  const unknown = await check(true, { NIGHTSHIFT_POLICY });
  const said = await check(true, { NIGHTSHIFT_POLICY }, {}, ["--pods", "3"]);

  expect([unknown.pods, unknown.ruling]).toEqual([null, expect.objectContaining({ pods: 2, blocked: null })]);
  expect(unknown.runs).toBe(3);
  expect([said.pods, said.ruling?.blocked]).toEqual([3, "it touches 3 pods, policy allows 2"]);
});

test("where the cluster does not give it, with those of the evidence, and that is said", async () => {
  const { notes, ruling, runs } = await check(false, { CLUSTER_NAME: "prod-1" });

  expect(ruling).toMatchObject({ mode: "observe", people: 2 });
  // How many it ran when it was last seen is not how many it runs.
  expect(runs).toBeNull();
  expect(notes).toContain("cluster prod-1");
  expect(notes).toContain("labels tier=silver (Deployment/web in shop, from the incident's evidence");
});

test("what is not known is said, and so is a glob that can never decide", async () => {
  const NIGHTSHIFT_POLICY = await fileOf(
    "globs.yaml",
    `${byLabel}namespaces: {"dev-*": auto, "*": approve, "dev-a*": observe, "prod-*": observe, "prod-x": auto}\n`,
  );
  const alone = { NIGHTSHIFT_POLICY, KUBECONFIG: "/dev/null" };
  const NIGHTSHIFT_TOKENS = "ana:approver:token-1-of-ana,bo:admin:token-2-of-bo,vic:viewer:token-3-of-vic";
  const environment = { ...alone, NIGHTSHIFT_TOKENS };

  const few = await nightshift(["policy", "check", "--namespace", "shop"], alone);
  const { stdout, code } = await nightshift(["policy", "check", "--namespace", "shop"], environment);
  const named = await nightshift(["policy", "check", "--labels", "tier=gold", "--cluster", "prod-1"], environment);

  expect(code).toBe(0);
  expect(stdout).toContain("labels of the object are not known");
  expect(stdout).toContain("the name of the cluster is not known");
  expect(stdout.match(/warning: .*/g)).toEqual([
    "warning: namespaces, dev-a* decides nothing: dev-* stands before it and fits all of it",
    "warning: namespaces, prod-* decides nothing: * stands before it and fits all of it",
  ]);
  expect(few.stdout).toContain("needs 2 different people, and only local may approve it: it can never be approved");
  expect(few.stdout).toContain("rule 2 needs 2 different people, and only local may approve it");
  expect(named.stdout).not.toContain("not known");
  expect(named.stdout).toContain("done once 2 people approve");
});
