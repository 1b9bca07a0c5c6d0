import { afterEach, describe, expect, test } from "vitest";
import type { Evidence } from "../../src/incident/evidence.ts";
import { type Incident, newIncident } from "../../src/incident/incident.ts";
import type { Question } from "../../src/incident/question.ts";
import type { Subject } from "../../src/incident/subject.ts";
import { gather } from "../../src/nodes/gather.ts";
import { firstLook, secondLook } from "../../src/nodes/sweep.ts";
import { metricQuestions } from "../../src/nodes/sweep-metrics.ts";
import type { Cluster } from "../../src/ports/cluster.ts";
import { inParallel } from "../../src/ports/in-parallel.ts";
import type { Metrics } from "../../src/ports/metrics.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { askWorld } from "../../src/tools/ask.ts";
import { boundedLog } from "../../src/tools/bounded-log.ts";
import { emptyBookshelf, memoryArchive, stillClock } from "../support/memory-ports.ts";
import { playStories, readsFrom } from "../support/recorded-cluster.ts";

let recorded: Awaited<ReturnType<typeof playStories>> | undefined;
afterEach(async () => {
  await recorded?.close();
  recorded = undefined;
});

const subject = (kind: string, namespace: string | null, name: string): Subject => ({
  cluster: "recorded",
  kind,
  namespace,
  name,
  guessed: false,
});

const incident = (of: Subject, questions: Question[] = [{ ask: "sweep" }]): Incident => ({
  ...newIncident({ id: "i1", subject: of, severity: "warning", openedAt: "2026-11-22T15:00:00.000Z", alerts: [] }),
  questions,
});

const portsFor = (cluster: Cluster) => ({
  cluster,
  metrics: null,
  bookshelf: emptyBookshelf,
  archive: memoryArchive(),
  clock: stillClock(),
});

const logsIn = (evidence: Evidence[]): string[] =>
  evidence.flatMap(({ question: q }) =>
    q.ask === "logs" ? [`${q.pod}/${q.container}${q.previous ? " previous" : ""}`] : [],
  );

describe("a sweep", () => {
  test("brings the workload, its revisions, pods, events and both logs of the crashing container", async () => {
    recorded = await playStories(["out-of-memory"]);
    const ports = portsFor(readsFrom(recorded.url));

    const update = await gather(ports)(incident(subject("Deployment", "cache", "cache-warmer")));

    const evidence = await ports.archive.open(update.evidence ?? []);
    const found = evidence.filter(({ answer }) => answer.kind === "found").map(({ command }) => command);
    expect(found).toEqual(
      expect.arrayContaining([
        "kubectl get deployment cache-warmer -n cache -o json",
        "kubectl get replicaset -n cache -o json",
        "kubectl get pod -n cache -o json",
        "kubectl get event -n cache -o json",
        "kubectl get configmap -n cache -o name",
        "kubectl get node -o json",
      ]),
    );
    expect(logsIn(evidence)).toEqual([
      "cache-warmer-6fc7d4455b-m9hbr/cache-warmer",
      "cache-warmer-6fc7d4455b-m9hbr/cache-warmer previous",
    ]);
    expect(update).toMatchObject({ questions: [], rounds: 1 });
  });

  test("never asks for a Secret, never reads a ConfigMap and writes nothing", async () => {
    recorded = await playStories(["bad-rollout", "missing-setting"]);

    await gather(portsFor(readsFrom(recorded.url)))(incident(subject("Deployment", "storefront", "storefront")));

    expect(recorded.requests.length).toBeGreaterThan(20);
    expect(recorded.requests.filter(({ path }) => path.includes("secrets"))).toEqual([]);
    expect(recorded.requests.filter(({ path }) => /configmaps\/./.test(path))).toEqual([]);
    expect(recorded.writes()).toEqual([]);
  });

  test("of a subject that is gone still tells what lies around it", async () => {
    recorded = await playStories(["bad-rollout"]);
    const ports = portsFor(readsFrom(recorded.url));

    const { evidence = [] } = await gather(ports)(incident(subject("Pod", "storefront", "storefront-gone")));

    const all = await ports.archive.open(evidence);
    expect(all[0]).toMatchObject({ question: { ask: "get", name: "storefront-gone" }, answer: { kind: "no-data" } });
    expect(all.filter(({ answer }) => answer.kind === "found").length).toBeGreaterThan(5);
  });

  test("gives the same ids when nothing moved and others when something did", async () => {
    recorded = await playStories(["out-of-memory"]);
    const look = gather(portsFor(readsFrom(recorded.url)));
    const one = incident(subject("Deployment", "cache", "cache-warmer"));

    const first = await look(one);
    const again = await look(one);
    const pod = recorded.shelf.list("Pod", "cache")[0];
    if (pod) recorded.shelf.remove(pod);
    const later = await look(one);

    expect(again.evidence).toEqual(first.evidence);
    expect(later.evidence).not.toEqual(first.evidence);
  });

  test("with a cluster that fails keeps each failure as evidence and throws nothing", async () => {
    recorded = await playStories(["out-of-memory"]);
    recorded.misbehave({ path: /events$/, how: "error-500" });
    recorded.misbehave({ path: /nodes$/, how: "drop-before" });
    const ports = portsFor(readsFrom(recorded.url));

    const { evidence = [] } = await gather(ports)(incident(subject("Deployment", "cache", "cache-warmer")));

    const refusals = (await ports.archive.open(evidence)).flatMap(({ question, answer }) =>
      answer.kind === "could-not-ask" && question.ask === "list" ? [`${question.kind}: ${answer.reason}`] : [],
    );
    expect(refusals).toEqual(["Event: failed", "Node: unreachable"]);
  });

  test("of a node asks for the node, all pods and its events", () => {
    expect(firstLook(subject("Node", null, "node-1"))).toEqual(
      expect.arrayContaining([
        { ask: "get", kind: "Node", namespace: null, name: "node-1" },
        { ask: "list", kind: "Pod", namespace: null, selector: null },
        { ask: "list", kind: "Event", namespace: "default", selector: null },
      ]),
    );
  });

  test("reads the logs of at most four pods, two of one owner, the subject's sick ones first", async () => {
    const pod = (name: string, owner: string, ready: boolean): unknown => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "n", ownerReferences: [{ kind: "StatefulSet", name: owner, controller: true }] },
      spec: { containers: [{ name: "c" }], initContainers: [{ name: "init" }] },
      status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
    });
    const pods = [
      pod("well-0", "well", true),
      ...["a", "b", "c"].flatMap((owner) => [0, 1, 2].map((at) => pod(`${owner}-${at}`, owner, false))),
    ];
    const question: Question = { ask: "list", kind: "Pod", namespace: "n", selector: null };
    const listed = await askWorld(
      portsFor({
        ...readsFrom("http://nowhere.invalid"),
        list: async () => ({ objects: pods as never, truncated: false }),
      }),
    )(question);

    const asked = secondLook(subject("StatefulSet", "n", "b"), [], [listed], { metrics: false });

    const read = asked.flatMap((one) => (one.ask === "logs" ? [`${one.pod}/${one.container}`] : []));
    expect(read).toEqual(["b-0", "b-1", "a-0", "a-1"].flatMap((name) => [`${name}/init`, `${name}/c`]));

    const ofWell = secondLook(subject("StatefulSet", "n", "well"), [], [listed], { metrics: false });
    const readOfWell = ofWell.flatMap((one) => (one.ask === "logs" ? [one.pod] : []));
    expect([...new Set(readOfWell)]).toEqual(["well-0", "a-0", "a-1", "b-0"]);
  });

  test("with metrics asks for memory, restarts, throttling and alerts of the pods it reads", async () => {
    recorded = await playStories(["out-of-memory"]);
    const queries: string[] = [];
    const metrics: Metrics = {
      instant: async (query) => {
        queries.push(query);
        return [];
      },
      range: async () => {
        throw new PortError("metrics", "unreachable", "connection refused");
      },
    };
    const ports = { ...portsFor(readsFrom(recorded.url)), metrics };

    const { evidence = [] } = await gather(ports)(incident(subject("Deployment", "cache", "cache-warmer")));

    const asked = (await ports.archive.open(evidence)).filter(({ question }) => question.ask === "metric");
    expect(asked.map(({ answer }) => answer.kind).sort()).toEqual([
      ...Array<string>(2).fill("could-not-ask"),
      ...Array<string>(4).fill("no-data"),
    ]);
    expect(queries.join()).toContain('pod=~"cache-warmer-6fc7d4455b-m9hbr"');
    expect(queries.join()).toContain('ALERTS{namespace="cache"');
  });

  test("keeps who changed what on workloads, and drops the bulk", async () => {
    recorded = await playStories(["bad-rollout"]);
    const ask = askWorld(portsFor(readsFrom(recorded.url)));

    const { answer } = await ask({ ask: "get", kind: "Deployment", namespace: "storefront", name: "storefront" });

    const [kept] = answer.kind === "found" && answer.body.kind === "objects" ? answer.body.objects : [];
    const stored = recorded.shelf.get("Deployment", "storefront", "storefront");
    const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    expect(kept?.metadata.managedFields?.map(({ manager }) => manager)).toContain("kubectl-set");
    expect(kept?.metadata.annotations).not.toHaveProperty([lastApplied]);
    expect(stored?.metadata.annotations).toHaveProperty([lastApplied]);
  });

  test("quotes names for PromQL, so that a name cannot become a query", () => {
    const [alerts] = metricQuestions(subject("Deployment", 'x"} or vector(1) #', "d"), []);

    expect(alerts).toMatchObject({ query: 'ALERTS{namespace="x\\"} or vector(1) #",alertstate="firing"}' });
  });
});

describe("a list of questions", () => {
  test("asks what is new and skips what was answered", async () => {
    recorded = await playStories(["bad-rollout"]);
    const ports = portsFor(readsFrom(recorded.url));
    const known: Question = { ask: "get", kind: "Deployment", namespace: "storefront", name: "storefront" };
    const fresh: Question = { ask: "get", kind: "Node", namespace: null, name: "node-1" };
    const start = incident(subject("Deployment", "storefront", "storefront"), [known]);
    const first = await gather(ports)(start);
    const before = recorded.requests.length;

    const second = await gather(ports)({ ...start, ...first, questions: [known, fresh, fresh] });

    expect(recorded.requests.slice(before).map(({ path }) => path)).toEqual(["/api/v1/nodes/node-1"]);
    expect(second.evidence).toHaveLength(2);
    expect(second.rounds).toBe(2);
  });

  test("refuses kinds that are not read, as evidence", async () => {
    const ask = askWorld(portsFor(readsFrom("http://nowhere.invalid")));

    const secret = await ask({ ask: "get", kind: "Secret", namespace: "x", name: "y" });
    const configMap = await ask({ ask: "get", kind: "ConfigMap", namespace: "x", name: "y" });
    const metric = await ask({ ask: "metric", query: "up", minutes: 0 });

    const reasons = [secret, configMap, metric].map(({ answer }) => answer.kind === "could-not-ask" && answer.reason);
    expect(reasons).toEqual(["invalid", "invalid", "not-configured"]);
  });

  test("a port that never answers is cut off by the round's deadline", async () => {
    const stuck: Cluster = { ...readsFrom("http://nowhere.invalid"), get: () => new Promise(() => undefined) };
    const round = new AbortController();
    const asked = askWorld(portsFor(stuck))({ ask: "get", kind: "Node", namespace: null, name: "n" }, round.signal);

    round.abort();

    expect((await asked).answer).toMatchObject({ kind: "could-not-ask", reason: "timeout" });
  });

  test("a broken assumption of ours is not swallowed as evidence", async () => {
    const broken: Cluster = {
      ...readsFrom("http://nowhere.invalid"),
      get: () => Promise.reject(new TypeError("bug")),
      list: () => Promise.reject(new PortError("cluster", "forbidden", "no")),
    };
    const ask = askWorld(portsFor(broken));

    await expect(ask({ ask: "get", kind: "Node", namespace: null, name: "n" })).rejects.toThrow("bug");
    const listed = await ask({ ask: "list", kind: "Node", namespace: null, selector: null });
    expect(listed.answer).toEqual({ kind: "could-not-ask", reason: "forbidden", message: "cluster: no" });
  });
});

test("a long log keeps its end and the first lines that tell of an error", () => {
  const noise = Array.from({ length: 5_000 }, (_, at) => `line ${at} all is well`);
  const text = [...noise.slice(0, 10), "ERROR the first trouble", ...noise, "the very end"].join("\n");

  const { text: kept, truncated } = boundedLog(text);

  expect(truncated).toBe(true);
  expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(64 * 1024);
  expect(kept.split("\n")[0]).toBe("ERROR the first trouble");
  expect(kept.endsWith("the very end")).toBe(true);
  expect(boundedLog("short")).toEqual({ text: "short", truncated: false });
});

test("a usual first look is asked all at once: no question waits for another that it does not need", async () => {
  const { kind, namespace, name } = { kind: "Deployment", namespace: "shop", name: "web" };
  const questions: Question[] = Array.from({ length: 24 }, (_, n) => ({ ask: "get", kind, namespace, name: name + n }));
  let inFlight = 0;
  const seen = { most: 0 };
  const cluster: Cluster = {
    ...readsFrom("http://nowhere.invalid"),
    get: async () => {
      inFlight += 1;
      seen.most = Math.max(seen.most, inFlight);
      await new Promise(setImmediate);
      inFlight -= 1;
      return null;
    },
  };

  await gather(portsFor(cluster))(incident(subject(kind, namespace, name), questions));

  expect(seen.most).toBe(24);
});

test("work in parallel never exceeds its limit and keeps the order", async () => {
  let now = 0;
  let most = 0;
  const answers = await inParallel(3, [1, 2, 3, 4, 5, 6, 7], async (item) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise(setImmediate);
    now -= 1;
    return item * 2;
  });

  expect(answers).toEqual([2, 4, 6, 8, 10, 12, 14]);
  expect(most).toBe(3);
});
