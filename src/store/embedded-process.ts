import type { ChildProcess } from "node:child_process";

/** A started child: what it said last, how it ended, and how to end it. */
export interface Watched {
  tail(): string;
  ended(): string | undefined;
  exit: Promise<string>;
  signal(name: NodeJS.Signals): void;
}

const keep = 2_000;

export const watch = (child: ChildProcess, log: (line: string) => void): Watched => {
  let tail = "";
  let ended: string | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      tail = (tail + chunk.toString()).slice(-keep);
      log(chunk.toString().trimEnd());
    });
  }
  const exit = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(String(code ?? signal)));
  }).then((how) => {
    ended = how;
    return how;
  });
  return { tail: () => tail, ended: () => ended, exit, signal: (name) => void child.kill(name) };
};
