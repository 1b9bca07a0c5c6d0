import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { findBinaries } from "../../src/store/embedded-binaries.ts";
import { startEmbeddedPostgres } from "../../src/store/embedded-postgres.ts";

const dataDir = mkdtempSync(join(tmpdir(), "nightshift-embedded-"));
const start = () => startEmbeddedPostgres({ dataDir, log: () => undefined });
const pidFile = join(dataDir, "data", "postmaster.pid");
const serverPid = (): number => Number(readFileSync(pidFile, "utf8").split("\n")[0]);

const ask = async (connectionString: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

const spawned = (command: string, args: string[], env = process.env): ChildProcess => {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], env });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
};

beforeEach(() => expect(existsSync(pidFile)).toBe(false));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

test("three that start at once on an empty folder share one server, and left-overs of a killed start are gone", async () => {
  mkdirSync(join(dataDir, "init-4194305-dead"));
  writeFileSync(join(dataDir, "password-4194305-dead"), "secret");

  const servers = await Promise.all([start(), start(), start()]);

  expect(servers.map(({ adopted }) => adopted).sort()).toEqual([false, true, true]);
  expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
  expect(readdirSync(dataDir)).toEqual(["data"]);
  await Promise.all(servers.map((server) => server.stop()));
});

test("what was written is there after a clean stop and after a kill", async () => {
  const one = await start();
  await ask(one.url, "create table kept (id int)");
  await ask(one.url, "insert into kept values (1)");
  await one.stop();

  const two = await start();
  await ask(two.url, "insert into kept values (2)");
  process.kill(serverPid(), "SIGKILL");
  const three = await start();

  expect(three.adopted).toBe(false);
  expect(await ask(three.url, "select id from kept order by id")).toEqual([{ id: 1 }, { id: 2 }]);
  await three.stop();
});

test.runIf(process.platform === "linux")(
  "the server ends with the process that started it, and the next one starts its own",
  async () => {
    const owner = spawned(process.execPath, [join(import.meta.dirname, "embedded-process.ts"), dataDir]);
    const [line] = await once(owner.stdout ?? owner, "data");
    const { url } = JSON.parse(String(line));
    expect(await ask(url, "select 1 as one")).toEqual([{ one: 1 }]);
    owner.kill("SIGKILL");
    await once(owner, "exit");

    const next = await start();

    expect(next.adopted).toBe(false);
    await next.stop();
  },
);

test("a pid file whose number now belongs to another program does not stop the start", async () => {
  const bystander = spawned("sleep", ["60"]);
  const stale = [bystander.pid, join(dataDir, "data"), 0, 1, "", "127.0.0.1", "", "ready"].join("\n");
  writeFileSync(pidFile, `${stale}\n`, { mode: 0o600 });

  const server = await start();

  expect(server.adopted).toBe(false);
  expect(bystander.exitCode).toBe(null);
  await server.stop();
});

test("only the machine itself reaches it, and only with the password", async () => {
  const server = await start();
  const settings =
    "select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories')";
  expect(await ask(server.url, `${settings} order by name`)).toEqual([
    { name: "listen_addresses", setting: "127.0.0.1" },
    { name: "unix_socket_directories", setting: "" },
  ]);
  const wrong = new URL(server.url);
  wrong.password = "guess";
  await expect(ask(wrong.href, "select 1")).rejects.toThrow("password authentication failed");
  await server.stop();
});

const isRoot = process.platform === "linux" && process.getuid?.() === 0;

test.runIf(isRoot)("root without user namespaces runs it as nobody, from a copy", async () => {
  const home = mkdtempSync(join(tmpdir(), "nightshift-nobody-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const bin = join(home, "bin");
  mkdirSync(bin);
  for (const command of ["true", "test"]) symlinkSync(join("/usr/bin", command), join(bin, command));
  chmodSync(home, 0o755);
  const script = join(import.meta.dirname, "embedded-process.ts");
  const owner = spawned(process.execPath, [script, join(home, "db")], { PATH: bin });
  const [line] = await once(owner.stdout ?? owner, "data");

  expect(await ask(JSON.parse(String(line)).url, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(statSync(join(home, "db", "data", "PG_VERSION")).uid).toBe(65534);
  owner.kill("SIGTERM");
  await once(owner, "exit");
});

test("a platform without the package is told what to do", async () => {
  await expect(findBinaries("plan9", "mips")).rejects.toThrow("Set DATABASE_URL to a Postgres 15 or newer");
});
