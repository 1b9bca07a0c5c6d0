import { spawnSync } from "node:child_process";
import { link, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

/** postmaster.pid: line 1 the process, line 4 the port. */
export interface PidFile {
  pid: number;
  port: number | undefined;
  text: string;
}

export const readPidFile = async (data: string): Promise<PidFile | undefined> => {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split("\n");
  return { pid: Number(lines[0]), port: Number(lines[3]) || undefined, text };
};

/**
 * Postgres refuses to start when the pid in the file lives, whatever that process is. After a crash the number may
 * belong to somebody else by now; then, and only then, the file is removed. True if it was.
 */
export const removeIfStale = async (data: string): Promise<boolean> => {
  const file = await readPidFile(data);
  if (!file || (await isPostgres(file.pid))) return false;
  const path = join(data, "postmaster.pid");
  const aside = `${path}.stale-${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  // Between reading and renaming somebody may have started a server: put its file back.
  const moved = await readFile(aside, "utf8").catch(() => undefined);
  if (moved !== undefined && moved !== file.text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return moved === file.text;
};

/** When nothing can be learnt about the process, the file is left alone. */
const isPostgres = async (pid: number): Promise<boolean> => {
  const command = process.platform === "linux" ? await fromProc(pid) : fromPs(pid);
  return command === undefined || command.includes("postgres");
};

/** Empty for a dead process that nobody has waited for: Postgres takes it for a living one. */
const fromProc = (pid: number): Promise<string | undefined> =>
  readFile(`/proc/${pid}/cmdline`, "utf8").catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? "" : undefined,
  );

const fromPs = (pid: number): string | undefined =>
  spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8", timeout: 5_000 }).stdout ?? undefined;
