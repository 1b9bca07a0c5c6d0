import { expect, test } from "vitest";
import type { Alert } from "../../src/incident/alert.ts";
import type { Evidence } from "../../src/incident/evidence.ts";
import { newIncident } from "../../src/incident/incident.ts";
import type { KubeObject, Pod } from "../../src/incident/kube.ts";
import { gather } from "../../src/nodes/gather.ts";
import type { Cluster } from "../../src/ports/cluster.ts";
import type { LogQuery, Logs } from "../../src/ports/logs.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { emptyBookshelf, memoryArchive, stillClock } from "../support/memory-ports.ts";

const now = new Date("2026-11-27T03:00:00Z");
const text = "2026-11-27T02:10:00.000000001Z KeyError: 'DATABASE_URL'\n";
const subject = { kind: "Deployment", namespace: "shop", name: "web", cluster: "test", guessed: false };

const alertOn = (labels: Record<string, string>): Alert =>
  ({
    fingerprint: "f1",
    name: "KubePodCrashLooping",
    status: "firing",
    severity: "warning",
    startsAt: "2026-11-27T02:11:00.000Z",
    endsAt: null,
    labels,
    annotations: {},
    source: "alertmanager",
    links: [],
  }) as unknown as Alert;

const crashing: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web-5bdfc5c4c6-lng4v", namespace: "shop" },
  spec: { containers: [{ name: "web" }] },
  status: {
    phase: "Running",
    containerStatuses: [
      {
        name: "web",
        restartCount: 2,
        state: { running: { startedAt: "2026-11-27T02:20:00Z" } },
        lastState: {
          terminated: { exitCode: 1, startedAt: "2026-11-27T02:09:59Z", finishedAt: "2026-11-27T02:10:01Z" },
        },
      },
    ],
  },
} as unknown as Pod;

/** A cluster of these objects whose kubelet has no log, or says why not. */
const clusterOf = (objects: KubeObject[], logs: Cluster["logs"] = async () => null): Cluster => ({
  name: "test",
  get: async (kind, namespace, name) =>
    objects.find(
      (one) => one.kind === kind && one.metadata.name === name && (one.metadata.namespace ?? null) === namespace,
    ) ?? null,
  list: async ({ kind }) => ({ objects: objects.filter((one) => one.kind === kind), truncated: false }),
  names: async () => [],
  logs,
});

const storeOf = (answer: (query: LogQuery) => Promise<Awaited<ReturnType<Logs["logs"]>>>) => {
  const asked: LogQuery[] = [];
  const store: Logs = {
    name: "loki",
    logs: async (query) => {
      asked.push(query);
      return answer(query);
    },
  };
  return { store, asked };
};
const found = async () => ({
  text,
  truncated: false,
  from: "loki",
  command: "logcli query '{pod=\"…\"}'",
  container: "web",
});

const sweep = async (cluster: Cluster, logs: Logs | null, alerts: Alert[] = [], of = subject): Promise<Evidence[]> => {
  const archive = memoryArchive();
  const world = { cluster, metrics: null, logs, bookshelf: emptyBookshelf, archive, clock: stillClock(now) };
  const incident = newIncident({ id: "i1", subject: of, severity: "warning", openedAt: now.toISOString(), alerts });
  await gather(world)(incident);
  return [...archive.kept.values()];
};
const kept = (evidence: Evidence[]): Evidence[] => evidence.filter(({ question }) => question.ask === "kept-logs");

test("a previous log that the kubelet has no more is looked for in the store, in the time of that life", async () => {
  const { store, asked } = storeOf(found);
  const cluster = clusterOf([crashing], async ({ previous }) => (previous ? null : { text: "up\n", truncated: false }));

  const [one] = kept(await sweep(cluster, store));

  expect(asked).toEqual([
    {
      namespace: "shop",
      pod: "web-5bdfc5c4c6-lng4v",
      container: "web",
      previous: true,
      lines: 500,
      from: "2026-11-27T02:09:59Z",
      to: "2026-11-27T02:10:03.000Z",
    },
  ]);
  expect(one).toMatchObject({
    command: "logcli query '{pod=\"…\"}'",
    answer: { kind: "found", body: { kind: "log", from: "loki", previous: true, container: "web", text } },
  });
});

test("control: what the kubelet has, and a container that runs and says nothing, nobody else is asked for", async () => {
  const { store, asked } = storeOf(found);

  await sweep(
    clusterOf([crashing], async () => ({ text: "up\n", truncated: false })),
    store,
  );
  await sweep(
    clusterOf([crashing], async ({ previous }) => (previous ? { text: "up\n", truncated: false } : null)),
    store,
  );

  expect(asked).toEqual([]);
});

test("what the kubelet of a dead node cannot tell, the store may; what is forbidden stays forbidden", async () => {
  const { store, asked } = storeOf(found);
  const dead =
    (reason: "failed" | "forbidden"): Cluster["logs"] =>
    async () => {
      throw new PortError("cluster", reason, "dial tcp 10.0.0.2:10250: connect: connection refused");
    };

  await sweep(clusterOf([crashing], dead("forbidden")), store);
  expect(asked).toEqual([]);
  await sweep(clusterOf([crashing], dead("failed")), store);

  expect(asked.map(({ previous }) => previous)).toEqual([false, true]);
});

test("the pod an alert names is gone: the store is asked for it, whichever containers it had", async () => {
  const { store, asked } = storeOf(found);
  const alerts = [alertOn({ namespace: "shop", pod: "web-5bdfc5c4c6-aaaaa" })];

  const evidence = await sweep(
    clusterOf([crashing], async () => ({ text: "up\n", truncated: false })),
    store,
    alerts,
  );

  expect(asked).toEqual([
    { namespace: "shop", pod: "web-5bdfc5c4c6-aaaaa", container: null, previous: false, lines: 500 },
  ]);
  expect(kept(evidence)[0]?.answer).toMatchObject({ body: { container: "web", pod: "web-5bdfc5c4c6-aaaaa" } });
});

const judged = async (said: string) => {
  const { store } = storeOf(async () => ({ text: said, truncated: false, from: "loki", container: "web" }));
  const gone = { ...subject, kind: "StatefulSet", name: "job", guessed: true };
  const alerts = [alertOn({ namespace: "shop", pod: "job-7" })];
  const evidence = await sweep(clusterOf([]), store, alerts, gone);
  return { evidence, ...diagnoseByRules({ evidence, subject: gone, alerts, now: now.toISOString() }) };
};

test("a subject that is gone: the error it ended with is found in the store, and is the cause", async () => {
  const { certain, evidence } = await judged(text);

  expect(certain).toMatchObject({
    class: "env-var-missing-or-wrong",
    object: { kind: "Pod", name: "job-7" },
    evidence: kept(evidence).map(({ id }) => id),
  });
  expect(certain?.statement).toContain(
    "Pod/job-7 in shop is gone; the last words of its container web that loki kept are “KeyError: 'DATABASE_URL'”.",
  );
});

test("control: an error that the program outlived is only a candidate", async () => {
  const { certain, candidates } = await judged(`${text}${"2026-11-27T02:20:00.1Z GET /cart 200\n".repeat(30)}`);

  expect(certain).toBeNull();
  expect(candidates).toMatchObject([{ object: { kind: "Pod", name: "job-7" }, confidence: 0.7 }]);
});

test("a store that cannot be asked is a gap that is told, and an empty one is no data", async () => {
  const down = storeOf(async () => {
    throw new PortError("logs", "unreachable", "Loki query_range failed; is the address right and the server up?");
  });
  const empty = storeOf(async () => null);
  const gone = { ...subject, kind: "Pod", name: "job-7" };

  expect(kept(await sweep(clusterOf([]), down.store, [], gone))[0]?.answer).toMatchObject({
    kind: "could-not-ask",
    reason: "unreachable",
  });
  expect(kept(await sweep(clusterOf([]), empty.store, [], gone))[0]?.answer).toEqual({ kind: "no-data" });
});

test("without a store nothing more is asked", async () => {
  expect(kept(await sweep(clusterOf([]), null, [], { ...subject, kind: "Pod", name: "job-7" }))).toEqual([]);
});
