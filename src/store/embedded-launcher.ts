import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chown, cp, lstat, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Runs a program of the Postgres distribution as somebody Postgres accepts: it refuses to be root. */
export interface Launcher {
  run(program: string, args: string[]): ChildProcess;
  /** Gives a file to the user that Postgres runs as. */
  own(path: string): Promise<void>;
}

const nobody = 65534;
const asNobodyInside = ["unshare", "-U", `--map-user=${nobody}`, `--map-group=${nobody}`];
const dieWithParent = ["setpriv", "--pdeathsig", "INT"];

export const makeLauncher = async (home: string, binaries: string): Promise<Launcher> => {
  // An orphan would keep the database open with nobody to stop it; INT makes it shut down cleanly.
  const prefix = works([...dieWithParent, "true"]) ? dieWithParent : [];
  if (process.getuid?.() !== 0) return launcher(binaries, prefix);
  // A directory made by one way of running cannot be read by the other: stay with the one that owns it.
  if (!(await belongsToNobody(home)) && works([...asNobodyInside, "true"])) {
    return launcher(binaries, [...asNobodyInside, ...prefix]);
  }
  return nobodyLauncher(home, binaries, prefix);
};

const works = ([command = "", ...args]: string[]): boolean =>
  spawnSync(command, args, { stdio: "ignore" }).status === 0;

const belongsToNobody = async (path: string): Promise<boolean> => (await stat(path)).uid === nobody;

const launcher = (binaries: string, prefix: string[], ids: { uid?: number; gid?: number } = {}): Launcher => ({
  run: (program, args) => {
    const [command = "", ...rest] = [...prefix, join(binaries, "bin", program), ...args];
    const env = { PATH: process.env.PATH, LC_ALL: "C.UTF-8", TZ: "UTC" };
    // Detached: a Ctrl-C on the terminal is for us, and the database must outlive what we still write then.
    return spawn(command, rest, { ...ids, cwd: "/", stdio: ["ignore", "pipe", "pipe"], env, detached: true });
  },
  own: async (path) => {
    if (ids.uid !== undefined) await chown(path, nobody, nobody);
  },
});

/** Where user namespaces are forbidden (some containers), root becomes `nobody` and needs a copy it may read. */
const nobodyLauncher = async (home: string, binaries: string, prefix: string[]): Promise<Launcher> => {
  const ids = { uid: nobody, gid: nobody };
  if (spawnSync("test", ["-x", dirname(home)], ids).status !== 0) {
    throw new Error(
      `the embedded Postgres cannot run as root, and the data directory ${home} is not reachable by an unprivileged user. ` +
        "Choose a NIGHTSHIFT_DATA_DIR outside private directories, run as another user, or set DATABASE_URL.",
    );
  }
  const runtime = await copyRuntime(home, binaries);
  await chown(home, nobody, nobody);
  return launcher(runtime, prefix, ids);
};

const copyRuntime = async (home: string, binaries: string): Promise<string> => {
  const runtime = join(home, "runtime");
  if (await lstat(runtime).catch(() => undefined)) return runtime;
  const half = join(home, `runtime-${process.pid}`);
  await cp(binaries, half, { recursive: true, verbatimSymlinks: true });
  await rename(half, runtime).catch(() => rm(half, { recursive: true, force: true }));
  return runtime;
};
