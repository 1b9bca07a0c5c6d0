import { mkdir, readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { findBinaries } from "./embedded-binaries.ts";
import { ensureDataDirectory } from "./embedded-init.ts";
import { type Launcher, makeLauncher } from "./embedded-launcher.ts";
import { readPidFile, removeIfStale } from "./embedded-pidfile.ts";
import { type Watched, watch } from "./embedded-process.ts";

export interface EmbeddedPostgres {
  url: string;
  /** Another process owns the server: when it ends, the database goes with it. */
  adopted: boolean;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  log(line: string): void;
  /** Server settings on top of ours. */
  settings?: Record<string, string>;
}

const startDeadlineMs = 60_000;
const stopDeadlineMs = 10_000;

/** Starts the Postgres that npm brought, or joins one that already runs on this directory. Call from the main thread. */
export const startEmbeddedPostgres = async (options: EmbeddedOptions): Promise<EmbeddedPostgres> => {
  const home = resolve(options.dataDir);
  const binaries = await findBinaries();
  await mkdir(home, { recursive: true, mode: 0o700 });
  const launcher = await makeLauncher(home, binaries);
  const data = await ensureDataDirectory(home, launcher);
  const password = (await readFile(join(data, ".password"), "utf8")).trim();
  const urlAt = (port: number): string => `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return startOrAdopt({ data, launcher, urlAt, options });
};

interface Server {
  data: string;
  launcher: Launcher;
  urlAt(port: number): string;
  options: EmbeddedOptions;
}

const startOrAdopt = async (server: Server): Promise<EmbeddedPostgres> => {
  const until = Date.now() + startDeadlineMs;
  let said = "it gave no reason";
  while (Date.now() < until) {
    const running = await adopt(server);
    if (running) return running;
    const port = await freePort();
    const child = launch(server, port);
    if (await becomesReady(child, server.urlAt(port), until)) return own(child, server.urlAt(port));
    said = child.tail().trim() || said;
    if (said.includes("already exists")) await removeIfStale(server.data);
    await sleep(150);
  }
  throw new Error(
    `the embedded Postgres in ${server.data} did not start within ${startDeadlineMs / 1000} s; it last said: ${said}. ` +
      "Stop other processes that use this directory, or set DATABASE_URL.",
  );
};

const adopt = async ({ data, urlAt }: Server): Promise<EmbeddedPostgres | undefined> => {
  const port = (await readPidFile(data))?.port;
  if (!port || !(await answers(urlAt(port)))) return undefined;
  return { url: urlAt(port), adopted: true, stop: async () => undefined };
};

const launch = ({ launcher, data, options }: Server, port: number): Watched => {
  const settings = { listen_addresses: "127.0.0.1", max_connections: "100", ...options.settings };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // No unix socket: its folder may be shared or its path too long.
  return watch(launcher.run("postgres", ["-D", data, "-p", String(port), "-k", "", ...flags]), options.log);
};

const becomesReady = async (child: Watched, url: string, until: number): Promise<boolean> => {
  while (child.ended() === undefined) {
    if (await answers(url)) return true;
    if (Date.now() > until) await end(child);
    await sleep(25);
  }
  return false;
};

const own = (child: Watched, url: string): EmbeddedPostgres => ({ url, adopted: false, stop: () => end(child) });

const end = async (child: Watched): Promise<void> => {
  child.signal("SIGINT");
  const timer = setTimeout(() => child.signal("SIGQUIT"), stopDeadlineMs);
  await child.exit;
  clearTimeout(timer);
};

const answers = async (connectionString: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const freePort = (): Promise<number> =>
  new Promise((done, failed) => {
    const probe = createServer().once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
