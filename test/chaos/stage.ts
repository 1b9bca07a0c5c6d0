import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { type RecordedCluster, startRecordedCluster } from "../../src/demo/recorded-cluster/start.ts";
import type { World } from "../../src/demo/recorded-cluster/world.ts";
import { startEmbeddedPostgres } from "../../src/store/embedded-postgres.ts";
import { openPool } from "../../src/store/pool.ts";
import { type Gate, startGate } from "./proxy.ts";
import { openSlot, type Slot } from "./slot.ts";
import { buildTown, type House } from "./town.ts";

/** One Postgres, one cluster, several workers; each reaches the database by a proxy of its own. */
export interface Stage {
  town: House[];
  cluster: RecordedCluster;
  /** For whoever looks on; nothing disturbs it but a restart. */
  pool: pg.Pool;
  /** The database as a worker would reach it. */
  url: string;
  slots: Slot[];
  /** What a worker is born with. */
  environment(proxy: Gate): Record<string, string>;
  restartPostgres(): Promise<void>;
  close(): Promise<void>;
}

export const token = "token-of-a-test";

// Rollouts of the recorded cluster take half a second.
const quickClock = {
  now: () => new Date(),
  after: (ms: number, run: () => void) => void setTimeout(run, ms / 8).unref(),
};

const at = (url: string, port: number): string => {
  const moved = new URL(url);
  moved.port = String(port);
  return moved.href;
};

export interface StageOptions {
  houses: number;
  /** What the cluster holds besides. */
  worlds?: World[];
  workers: number;
  /** What the next worker gets besides. */
  nextLife(slot: number): Record<string, string>;
  /** Told of each worker that dies at the moment it was to die at. */
  onDeath?(moment: string): void;
  /** A commit waits for the disk, and workers reach the database itself. A kill of our own processes proves the same without. */
  measured: boolean;
  /** What Node runs as a worker; our own, which can be told to die, unless said otherwise. */
  program?: readonly string[];
}

export const setStage = async ({
  houses,
  worlds = [],
  workers,
  nextLife,
  onDeath,
  measured,
  program,
}: StageOptions): Promise<Stage> => {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-chaos-"));
  const town = buildTown(houses);
  const cluster = await startRecordedCluster({
    worlds: [...town.map(({ world }) => world), ...worlds],
    clock: quickClock,
  });
  await writeFile(join(folder, "kubeconfig.json"), JSON.stringify(cluster.kubeconfig), { mode: 0o600 });
  await writeFile(join(folder, "policy.yaml"), "mode: approve\n");
  const settings = { max_connections: "200", ...(measured ? {} : { fsync: "off" }) };
  const start = () => startEmbeddedPostgres({ dataDir: join(folder, "postgres"), log: () => undefined, settings });
  let server = await start();
  const port = () => Number(new URL(server.url).port);
  const proxies = await Promise.all(Array.from({ length: workers + 1 }, () => startGate(port())));
  const [own, ...theirs] = proxies;
  if (own === undefined) throw new Error("no proxy");
  const url = at(server.url, own.port);
  const pool = openPool({ url, onError: () => undefined, max: 6 });
  const environment = (proxy: Gate) => ({
    PATH: process.env.PATH ?? "",
    // As `serve` does for itself: most of a start is loading.
    NODE_COMPILE_CACHE: join(tmpdir(), "nightshift-compiled"),
    PORT: "0",
    DATABASE_URL: measured ? server.url : at(url, proxy.port),
    KUBECONFIG: join(folder, "kubeconfig.json"),
    CLUSTER_NAME: "test",
    NIGHTSHIFT_POLICY: join(folder, "policy.yaml"),
    ALERTMANAGER_TOKEN: token,
    NIGHTSHIFT_SETTLE_SECONDS: "1",
    NIGHTSHIFT_WATCH_SECONDS: "1",
    STALE_FILE: join(folder, "stale"),
  });
  const slots = theirs.map((proxy, slot) =>
    openSlot(
      proxy,
      () => ({ ...environment(proxy), ...nextLife(slot) }),
      (moment) => onDeath?.(moment),
      program,
    ),
  );
  return {
    town,
    cluster,
    pool,
    url,
    slots,
    environment,
    restartPostgres: async () => {
      await server.stop();
      server = await start();
      for (const proxy of proxies) proxy.lead(port());
    },
    close: async () => {
      await Promise.all(slots.map((slot) => slot.close()));
      await pool.end();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      await cluster.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
