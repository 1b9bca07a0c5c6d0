import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Gate } from "./proxy.ts";

/** A place where a worker lives; when one dies the next one takes it. */
export interface Slot {
  /** Where it listens; null while nobody lives here. */
  url(): string | null;
  pid(): number | null;
  kill(): void;
  /** Asks it to end. */
  end(): void;
  /** False: nobody lives here. */
  stop(): boolean;
  wake(): void;
  proxy: Gate;
  tally: Readonly<{
    lives: number;
    killed: number;
    ended: number;
    stopped: number;
    lost: number;
    refused: number;
    died: string[];
  }>;
  close(): Promise<void>;
}

const worker = fileURLToPath(new URL("../durability/worker.ts", import.meta.url));

/** Keeps a worker alive in this place. `nextLife` says with what environment the next one is born. */
export const openSlot = (
  proxy: Gate,
  nextLife: () => Record<string, string>,
  onDeath: (moment: string) => void,
  program: readonly string[] = [worker],
): Slot => {
  const tally = { lives: 0, killed: 0, ended: 0, stopped: 0, lost: 0, refused: 0, died: [] as string[] };
  let child: ChildProcess | null = null;
  let url: string | null = null;
  let closing = false;

  const live = async (): Promise<void> => {
    const last: string[] = [];
    const own = spawn(process.execPath, program, { env: nextLife(), stdio: ["ignore", "pipe", "pipe"] });
    child = own;
    tally.lives += 1;
    for (const stream of [own.stdout, own.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        last.push(line);
        if (last.length > 20) last.shift();
        if (/^\{.*"(line|msg)":"listening"/.test(line)) url = (JSON.parse(line) as { url: string }).url;
        if (line.startsWith('{"line":"dies here"')) onDeath((JSON.parse(line) as { moment: string }).moment);
        if (line.includes("another worker has taken over; this one changes")) tally.lost += 1;
        if (line.includes("this build cannot carry on an incident of that graph")) tally.refused += 1;
      });
    }
    const [code, signal] = (await once(own, "exit")) as [number | null, string | null];
    const listened = url !== null;
    url = null;
    child = null;
    if (signal === "SIGKILL") tally.killed += 1;
    else if (code === 0) tally.ended += 1;
    // One that could not begin because the database was away is begun again, as a supervisor would.
    else if (listened && !closing) tally.died.push(`ended by itself with ${signal ?? code}:\n${last.join("\n")}`);
  };

  const living = (async () => {
    while (!closing) await live();
  })();
  return {
    url: () => url,
    pid: () => child?.pid ?? null,
    end: () => void child?.kill("SIGTERM"),
    kill: () => void child?.kill("SIGKILL"),
    stop: () => {
      if (url === null || !child?.kill("SIGSTOP")) return false;
      tally.stopped += 1;
      return true;
    },
    wake: () => void child?.kill("SIGCONT"),
    proxy,
    tally,
    close: async () => {
      closing = true;
      child?.kill("SIGKILL");
      await living;
    },
  };
};
