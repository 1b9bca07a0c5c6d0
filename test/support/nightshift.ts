import { execFile } from "node:child_process";
import { join } from "node:path";

const bin = join(import.meta.dirname, "..", "..", "bin", "nightshift");

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command as a person would, in an environment of its own. */
export const nightshift = (args: string[], environment: Record<string, string> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
    const options = { env, timeout: 45_000, maxBuffer: 16 * 2 ** 20 };
    execFile(bin, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
