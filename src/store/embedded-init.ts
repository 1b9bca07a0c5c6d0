import { randomBytes } from "node:crypto";
import { cp, lstat, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Launcher } from "./embedded-launcher.ts";
import { watch } from "./embedded-process.ts";

const deadlineMs = 120_000;

/** Makes the database directory unless it is there. It appears whole or not at all, whoever is killed meanwhile. */
export const ensureDataDirectory = async (home: string, launcher: Launcher): Promise<string> => {
  const data = join(home, "data");
  await sweep(home);
  if (await lstat(join(data, "PG_VERSION")).catch(() => undefined)) return data;
  const mine = `${process.pid}-${randomBytes(4).toString("hex")}`;
  const half = join(home, `init-${mine}`);
  const password = join(home, `password-${mine}`);
  try {
    await writeFile(password, randomBytes(18).toString("base64url"), { mode: 0o600 });
    await launcher.own(password);
    await initdb(launcher, half, password);
    await cp(password, join(half, ".password"));
    await launcher.own(join(half, ".password"));
    await rename(half, data).catch(losingIsFine);
  } finally {
    await rm(password, { force: true });
    await rm(half, { recursive: true, force: true });
  }
  return data;
};

const initdb = async (launcher: Launcher, directory: string, passwordFile: string): Promise<void> => {
  const where = ["-D", directory, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"];
  const child = watch(launcher.run("initdb", [...where, "--auth=scram-sha-256", `--pwfile=${passwordFile}`]), () => {});
  const timer = setTimeout(() => child.signal("SIGKILL"), deadlineMs);
  const how = await child.exit;
  clearTimeout(timer);
  if (how !== "0") {
    throw new Error(
      `initdb could not make the embedded database in ${directory} (ended with ${how}): ${child.tail().trim()}. ` +
        "Check free space and rights there, or set DATABASE_URL.",
    );
  }
};

const losingIsFine = (error: NodeJS.ErrnoException): void => {
  if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
};

/** Removes what processes left that were killed while they made the directory. */
const sweep = async (home: string): Promise<void> => {
  for (const name of await readdir(home)) {
    const pid = /^(?:init|password|runtime)-(\d+)(?:-|$)/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(home, name), { recursive: true, force: true });
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};
