import { apiPath } from "../incident/kinds.ts";
import { logReducer, type Reduced } from "../incident/log/reduce.ts";
import { readBackLines } from "../incident/question.ts";
import type { LogQuery, LogText } from "../ports/logs.ts";
import { PortError } from "../ports/port-error.ts";
import { type KubernetesClient, type KubernetesReply, serverMessage } from "./kubernetes-client.ts";

/** Of what comes only the reduction is kept, so the bound is on time and traffic, not on memory. */
const maxBytes = 64 * 1024 * 1024;
const deadlineMs = 6_000;
const fewLines = 20;

interface Read {
  reply: KubernetesReply;
  log: Reduced;
}

const ask = async (
  client: KubernetesClient,
  query: LogQuery,
  lines: number,
  signal: AbortSignal | undefined,
): Promise<Read> => {
  const reducer = logReducer();
  const reply = await client.request({
    method: "GET",
    path: `${apiPath("Pod", query.namespace, query.pod)}/log`,
    query: {
      ...(query.container === null ? {} : { container: query.container }),
      tailLines: String(lines),
      timestamps: "true",
      ...(query.previous ? { previous: "true" } : {}),
    },
    accept: "*/*",
    accepted: [400, 404],
    deadlineMs,
    maxBytes,
    signal,
    take: reducer.push,
  });
  return { reply, log: reducer.end() };
};

const isTooMuch = (error: unknown): boolean =>
  error instanceof PortError && (error.reason === "too-large" || error.reason === "timeout");

/** What stands before the last lines is worth a look, not the log itself: where it is too much, less is asked for. */
const askLess = async (
  client: KubernetesClient,
  query: LogQuery,
  signal: AbortSignal | undefined,
): Promise<Read & { less: boolean }> => {
  const most = Math.max(query.lines, readBackLines);
  let tooMuch: unknown = null;
  for (const lines of [most, query.lines, fewLines]) {
    try {
      return { ...(await ask(client, query, lines, signal)), less: lines !== most };
    } catch (error) {
      if (!isTooMuch(error) || signal?.aborted) throw error;
      tooMuch = error;
    }
  }
  throw tooMuch;
};

// The API has no code for these, only words; the first is a 400, the others even a 200: the container, or its file, was removed.
const neverRan = /^previous terminated container .* not found$/;
const alreadyGone =
  /^(?:unable to retrieve container logs for \S+|failed to (?:try resolving symlinks in path|open log file) "[^"]*": \w+ \S+: no such file or directory)$/;

const isAbsent = ({ reply: { status, text }, log }: Read): boolean => {
  if (status === 404) return true;
  return status === 400 ? neverRan.test(serverMessage(text)) : alreadyGone.test(log.text.trim());
};

/** The end of a log, read as it comes and made short at once; null when there is none. */
export const readLogs = async (
  client: KubernetesClient,
  query: LogQuery,
  signal: AbortSignal | undefined,
): Promise<LogText | null> => {
  const read = await askLess(client, query, signal);
  if (isAbsent(read)) return null;
  const { reply, log } = read;
  if (reply.status === 400) {
    const what = `log of ${query.namespace}/${query.pod} ${query.container}`;
    throw new PortError("cluster", "invalid", `${what}: ${serverMessage(reply.text)}`);
  }
  const { text, truncated, redacted } = log;
  return { text, truncated: read.less || truncated, ...(redacted === undefined ? {} : { redacted }) };
};
