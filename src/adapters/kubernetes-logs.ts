import { apiPath } from "../incident/kinds.ts";
import type { LogQuery } from "../ports/cluster.ts";
import { PortError } from "../ports/port-error.ts";
import { type KubernetesClient, type KubernetesReply, serverMessage } from "./kubernetes-client.ts";

const limitBytes = 256 * 1024;
const mostHalvings = 4;

const askLines = (
  client: KubernetesClient,
  query: LogQuery,
  lines: number,
  signal: AbortSignal | undefined,
): Promise<KubernetesReply> =>
  client.request({
    method: "GET",
    path: `${apiPath("Pod", query.namespace, query.pod)}/log`,
    query: {
      container: query.container,
      tailLines: String(lines),
      limitBytes: String(limitBytes),
      timestamps: "true",
      ...(query.previous ? { previous: "true" } : {}),
    },
    accept: "*/*",
    accepted: [400, 404],
    deadlineMs: 10_000,
    maxBytes: 4 * limitBytes,
    signal,
  });

// The API has no code for these two, only words; the first is a 400, the second even a 200.
const neverRan = /^previous terminated container .* not found$/;
const alreadyGone = /^unable to retrieve container logs for \S+$/;

const isAbsent = ({ status, text }: KubernetesReply): boolean => {
  if (status === 404) return true;
  return status === 400 ? neverRan.test(serverMessage(text)) : alreadyGone.test(text.trim());
};

/** The server cuts at the end, where the reason of a crash stands, so a log that is too long is asked again in fewer lines. */
export const readLogs = async (
  client: KubernetesClient,
  query: LogQuery,
  signal: AbortSignal | undefined,
): Promise<{ text: string; truncated: boolean } | null> => {
  let lines = query.lines;
  let reply = await askLines(client, query, lines, signal);
  for (let halvings = 0; reply.bytes >= limitBytes && lines > 1 && halvings < mostHalvings; halvings += 1) {
    lines = Math.floor(lines / 2);
    reply = await askLines(client, query, lines, signal);
  }
  if (isAbsent(reply)) return null;
  if (reply.status === 400) {
    const what = `log of ${query.namespace}/${query.pod} ${query.container}`;
    throw new PortError("cluster", "invalid", `${what}: ${serverMessage(reply.text)}`);
  }
  return { text: reply.text, truncated: lines < query.lines || reply.bytes >= limitBytes };
};
