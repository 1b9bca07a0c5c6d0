import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config.ts";
import { startRecordedCluster } from "../../src/demo/recorded-cluster/start.ts";
import type { World } from "../../src/demo/recorded-cluster/world.ts";
import { makeLog } from "../../src/log.ts";
import { startApp } from "../../src/main.ts";
import type { Sent } from "./town.ts";

export interface Row {
  id: string;
  parentId: string | null;
  childIds: string[];
  status: string;
  class: string | null;
  alertCount: number;
  subject: { kind: string; namespace: string | null; name: string };
}

export interface Shown extends Row {
  diagnosis: { kind: string; class?: string; object?: { kind: string; name: string } } | null;
}

const token = "storm";

/** A whole Nightshift over a town on loopback, in this process. `database` null: an embedded one of its own. */
export const stormStage = async (worlds: World[], database: string | null) => {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-storm-"));
  const cluster = await startRecordedCluster({ worlds });
  const kubeconfig = join(folder, "kubeconfig.json");
  await writeFile(kubeconfig, JSON.stringify(cluster.kubeconfig), { mode: 0o600 });
  const config = readConfig({
    PORT: "0",
    NIGHTSHIFT_DATA_DIR: folder,
    KUBECONFIG: kubeconfig,
    ALERTMANAGER_TOKEN: token,
    NIGHTSHIFT_SETTLE_SECONDS: "0",
    ...(database === null ? {} : { DATABASE_URL: database }),
  });
  const app = await startApp(config, { log: makeLog("silent") });

  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${app.url}${path}`);
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return (await response.json()) as T;
  };
  /** All pages. */
  const list = async (query = ""): Promise<Row[]> => {
    const rows: Row[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: { items: Row[]; cursor: string | null } = await get(`/api/incidents?cursor=${cursor}${query}`);
      rows.push(...page.items);
      cursor = page.cursor;
    }
    return rows;
  };
  return {
    cluster,
    url: app.url,
    get,
    send: async (alerts: Sent[]): Promise<string[]> => {
      const body = JSON.stringify({ version: "4", groupKey: "{}", status: "firing", receiver: "n", alerts });
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      const response = await fetch(`${app.url}/webhooks/alertmanager`, { method: "POST", headers, body });
      if (response.status !== 202) throw new Error(`answered ${response.status}: ${await response.text()}`);
      return ((await response.json()) as { incidentIds: string[] }).incidentIds;
    },
    /** Those that no other holds. */
    heads: async (): Promise<Row[]> => (await list()).filter(({ parentId }) => parentId === null),
    list,
    show: (id: string): Promise<Shown> => get(`/api/incidents/${id}`),
    close: async (): Promise<void> => {
      await app.stop();
      await cluster.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

export type StormStage = Awaited<ReturnType<typeof stormStage>>;

/** Asks again until it holds; the caller's own deadline ends it. */
export const until = async <T>(look: () => Promise<T | null>): Promise<T> => {
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    await new Promise((done) => setTimeout(done, 200));
  }
};
