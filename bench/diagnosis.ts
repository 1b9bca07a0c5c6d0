// How long a diagnosis takes beside the API server's own answers: `node bench/diagnosis.ts`.
// Each answer is held back for a while, as a busy server does. The chain of dependent reads is: the slowest list, then the
// slowest log of a pod that the lists named. Targets: at most 1.2 times that chain, and at most 60 requests a round.
// The median of five rounds is told; one round before them is not counted, as a server that watches has its code warm.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { kubernetesClient } from "../src/adapters/kubernetes-client.ts";
import { kubernetesCluster } from "../src/adapters/kubernetes-cluster.ts";
import { startRecordedCluster } from "../src/demo/recorded-cluster/start.ts";
import { readWorld } from "../src/demo/recorded-cluster/world.ts";
import type { Evidence } from "../src/incident/evidence.ts";
import { newIncident } from "../src/incident/incident.ts";
import { gather } from "../src/nodes/gather.ts";
import type { Cluster } from "../src/ports/cluster.ts";
import { diagnoseByRules } from "../src/rules/index.ts";
import ownScratch from "../test/support/scratch.ts";

ownScratch();

const heldBackMs = 100;
const cases = [
  ["payments", "Deployment", "payments-api"],
  ["storefront", "Deployment", "storefront"],
  ["cache", "Deployment", "cache-warmer"],
] as const;

interface Read {
  log: boolean;
  ms: number;
}

/** Keeps the time of every read; the answers come late. */
const late = (cluster: Cluster, reads: Read[]): Cluster => {
  const timed = async <T>(log: boolean, read: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const [answer] = await Promise.all([read(), delay(heldBackMs)]);
    reads.push({ log, ms: performance.now() - began });
    return answer;
  };
  return {
    name: cluster.name,
    get: (...args) => timed(false, () => cluster.get(...args)),
    list: (...args) => timed(false, () => cluster.list(...args)),
    names: (...args) => timed(false, () => cluster.names(...args)),
    logs: (...args) => timed(true, () => cluster.logs(...args)),
  };
};

const archiveOf = () => {
  const kept = new Map<string, Evidence>();
  return {
    keep: async (all: readonly Evidence[]) => {
      for (const one of all) kept.set(one.id, one);
    },
    open: async (ids: readonly string[]) => ids.flatMap((id) => kept.get(id) ?? []),
  };
};

const slowest = (reads: readonly Read[], log: boolean): number =>
  Math.max(0, ...reads.filter((one) => one.log === log).map(({ ms }) => ms));

interface Round {
  cause: string;
  ms: number;
  chain: number;
  requests: number;
}

const round = async ([name, kind, object]: (typeof cases)[number]): Promise<Round> => {
  const world = readWorld(join(import.meta.dirname, "../test/incidents", name));
  const server = await startRecordedCluster({ worlds: [world] });
  const scratch = await mkdtemp(join(tmpdir(), "nightshift-bench-"));
  const kubeconfig = join(scratch, "kubeconfig.json");
  await writeFile(kubeconfig, JSON.stringify(server.kubeconfig), { mode: 0o600 });
  const client = kubernetesClient({ kubeconfig, context: null });
  const reads: Read[] = [];
  const archive = archiveOf();
  const subject = { cluster: "bench", namespace: world.namespace, kind, name: object, guessed: false };
  const at = world.recordedAt;
  const incident = newIncident({ id: "bench", subject, severity: "warning", openedAt: at, alerts: [] });
  const clock = { now: () => new Date(at) };
  const cluster = late(kubernetesCluster(client, "bench"), reads);
  const began = performance.now();
  const { evidence = [] } = await gather({
    cluster,
    metrics: null,
    bookshelf: { search: async () => [] },
    archive,
    clock,
  })(incident);
  const { certain } = diagnoseByRules({ evidence: await archive.open(evidence), subject, alerts: [], now: at });
  const ms = performance.now() - began;
  const chain = slowest(reads, false) + slowest(reads, true);
  await client.close();
  await server.close();
  await rm(scratch, { recursive: true });
  return { cause: certain?.class ?? "no cause", ms, chain, requests: server.requests.length };
};

const rounds = 5;
for (const one of cases) {
  await round(one);
  const told: Round[] = [];
  for (let n = 0; n < rounds; n++) told.push(await round(one));
  const median = told.sort((a, b) => a.ms / a.chain - b.ms / b.chain)[Math.floor(rounds / 2)] as Round;
  process.stdout.write(
    `${one[0]}: ${median.cause}, ${median.ms.toFixed(0)} ms, ${(median.ms / median.chain).toFixed(2)} × the chain of ${median.chain.toFixed(0)} ms, ${median.requests} requests\n`,
  );
}
