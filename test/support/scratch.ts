import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "nightshift-run-";

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

const removeLeftovers = (): void => {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) remove(join(tmpdir(), name));
  }
};

/**
 * Whatever this process and those it starts put among the temporary files goes into one folder, which is gone when it ends.
 * What a run that was killed has left is removed by the next one.
 */
export default function ownScratch(): () => void {
  removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  // Where root runs the tests, its Postgres runs as nobody, who has to get through.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  const end = () => remove(folder);
  process.once("exit", end);
  return end;
}
