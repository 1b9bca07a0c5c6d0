import type { Evidence } from "../../incident/evidence.ts";
import type { Pod } from "../../incident/kube.ts";

export interface LogText {
  readonly id: string;
  readonly container: string;
  readonly previous: boolean;
  /** Without the time stamps that the kubelet puts first. */
  readonly lines: readonly string[];
}

const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) ?/;
// What the log endpoint says instead of a log: evidence for people, not words of the process.
const notALog =
  /^(unable to retrieve container logs|container ".*" in pod ".*" is waiting to start|previous terminated container)/;
// Colours and cursor movements of terminals.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const escapes = /\u001b\[[0-9;?]*[A-Za-z]/g;
const mostLines = 1000;
const longestLine = 4000;

export const linesOf = (text: string): string[] =>
  text
    .slice(-1_000_000)
    .split("\n")
    .slice(-mostLines - 1)
    .map((line) =>
      line
        .slice(0, longestLine + 40)
        .replace(stamp, "")
        .replace(escapes, "")
        .replaceAll("\r", "")
        .slice(0, longestLine),
    )
    .filter((line) => line !== "");

export type LogOf = (pod: Pod, container: string, previous: boolean) => LogText | null;

export const logIndex = (evidence: readonly Evidence[]): LogOf => {
  const keyOf = (...parts: (string | boolean | undefined)[]): string => JSON.stringify(parts);
  const logs = new Map<string, () => LogText>();
  for (const { id, question, answer } of evidence) {
    if (answer.kind === "no-data" && question.ask === "logs") {
      const { namespace, pod, container, previous } = question;
      logs.set(keyOf(namespace, pod, container, previous), () => ({ id, container, previous, lines: [] }));
    }
    if (answer.kind !== "found" || answer.body.kind !== "log") continue;
    const { namespace, pod, container, previous, text } = answer.body;
    if (notALog.test(text)) continue;
    let read: LogText | undefined;
    logs.set(keyOf(namespace, pod, container, previous), () => {
      read ??= { id, container, previous, lines: linesOf(text) };
      return read;
    });
  }
  return ({ metadata }, container, previous) =>
    logs.get(keyOf(metadata.namespace, metadata.name, container, previous))?.() ?? null;
};
