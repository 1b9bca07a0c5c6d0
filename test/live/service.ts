import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LiveCluster } from "./cluster.ts";
import { until } from "./until.ts";

export interface Service {
  url: string;
  token: string;
  start(): Promise<void>;
  /** SIGKILL: no last words. */
  kill(): Promise<void>;
  /** Ends everything this started and removes its files. */
  remove(): Promise<void>;
  said(): string;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};

/** `nightshift serve` as people run it: a process of its own with the two identities that ship. */
export const makeService = async (cluster: LiveCluster): Promise<Service> => {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-live-"));
  const [port, token] = [await freePort(), `live-${process.pid}-${Date.now()}`];
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const identity = async (name: string): Promise<string> =>
    file(`${name}.kubeconfig`, await cluster.script("kubeconfig-for", name, "nightshift"));
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    PORT: String(port),
    NIGHTSHIFT_DATA_DIR: join(folder, "data"),
    KUBECONFIG: await identity("nightshift-reader"),
    KUBECONFIG_WRITER: await identity("nightshift-writer"),
    CLUSTER_NAME: "live",
    PROMETHEUS_URL: cluster.prometheus,
    ALERTMANAGER_TOKEN: token,
    NIGHTSHIFT_POLICY: await file("policy.yaml", "mode: approve\n"),
    NIGHTSHIFT_SETTLE_SECONDS: "10",
    NIGHTSHIFT_WATCH_SECONDS: "20",
  };
  let child: ChildProcess | null = null;
  let said = "";
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, "exit");
    running.kill(signal);
    await gone;
  };
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    token,
    said: () => said,
    start: async () => {
      const started = spawn("./bin/nightshift", ["serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
      child = started;
      for (const stream of [started.stdout, started.stderr]) stream.on("data", (chunk) => (said += chunk));
      await until("nightshift serve to be ready", 60, async () => {
        if (started.exitCode !== null) throw new Error(`nightshift serve ended: ${said.slice(-2000)}`);
        return (await answers(`${url}/readyz`)) ? true : null;
      });
    },
    kill: () => end("SIGKILL"),
    remove: async () => {
      await end("SIGTERM");
      await endDatabase(join(folder, "data"));
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

// A killed process leaves its database to the next one, which then does not own it.
const endDatabase = async (dataDir: string): Promise<void> => {
  await until(`the embedded database in ${dataDir} to end`, 15, async () => {
    const pid = await readPid(dataDir);
    if (pid === null || !alive(pid)) return true;
    process.kill(pid, "SIGINT");
    return null;
  });
};

const readPid = async (dataDir: string): Promise<number | null> => {
  const text = await readFile(join(dataDir, "postgres", "data", "postmaster.pid"), "utf8").catch(() => null);
  return text === null ? null : Number.parseInt(text, 10);
};

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
