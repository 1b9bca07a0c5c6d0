import type { Terminated } from "../../incident/kube.ts";

/** The runtime's own words about a program it could not execute, without the chain of wrappers before them. */
export const programWords = (text: string): string | null =>
  /(exec: "[^"]*".*|exec [^ ]+: exec format error.*|no command specified.*|chdir to cwd.*no such file.*|executable file (?:`[^`]*` )?not found.*|open executable: .*|(?<=container init: )mkdir \S+: (?!read-only file system).*)/s.exec(
    text,
  )?.[1] ?? null;

/** What it says at the end of that chain, whatever it is about. */
export const closingWords = (text: string): string =>
  text.replace(/^.*(?:create failed|start container process|create shim task|create containerd task): /s, "");

export const startReasons: ReadonlySet<string> = new Set([
  "StartError",
  "ContainerCannotRun",
  "RunContainerError",
  "CreateContainerError",
]);

/** The runtime could not start it for a reason of its own: that says nothing of the program, its log of the life before does. */
export const runtimeGaveUp = ({ reason = "", message = "" }: Terminated): boolean =>
  (reason === "StartError" || reason === "ContainerCannotRun") && programWords(message) === null;
