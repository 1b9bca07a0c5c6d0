import type { Actuator } from "./actuator.ts";
import type { Cluster } from "./cluster.ts";
import type { Logs } from "./logs.ts";
import type { Metrics } from "./metrics.ts";
import { PortError } from "./port-error.ts";
import type { Sources } from "./sources.ts";

interface Limit {
  port: string;
  what: string;
  ms: number;
  signal: AbortSignal | undefined;
}

/** Ends the wait even when the one asked ignores its signal. What it does afterwards is not seen any more. */
export const within = async <T>(
  { port, what, ms, signal }: Limit,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const deadline = new AbortController();
  const over = Promise.withResolvers<never>();
  const end = (message: string) => {
    const error = new PortError(port, "timeout", message);
    over.reject(error);
    deadline.abort(error);
  };
  const giveUp = () => end(`${what} was given up`);
  const timer = setTimeout(() => end(`${what} had no answer within ${ms} ms`), ms);
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    if (signal?.aborted) giveUp();
    return await Promise.race([over.promise, ask(deadline.signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
};

const place = (namespace: string | null, name: string): string => (namespace === null ? name : `${namespace}/${name}`);

export const clusterWithTimeout = (cluster: Cluster, ms: number): Cluster => {
  const limit = (what: string, signal: AbortSignal | undefined): Limit => ({ port: "cluster", what, ms, signal });
  return {
    name: cluster.name,
    get: (kind, namespace, name, signal) =>
      within(limit(`get ${kind} ${place(namespace, name)}`, signal), (inner) =>
        cluster.get(kind, namespace, name, inner),
      ),
    list: (query, signal) => within(limit(`list ${query.kind}`, signal), (inner) => cluster.list(query, inner)),
    names: (kind, namespace, signal) =>
      within(limit(`names of ${kind} in ${namespace}`, signal), (inner) => cluster.names(kind, namespace, inner)),
    logs: (query, signal) =>
      within(limit(`log of ${place(query.namespace, query.pod)} ${query.container}`, signal), (inner) =>
        cluster.logs(query, inner),
      ),
  };
};

export const metricsWithTimeout = (metrics: Metrics, ms: number): Metrics => ({
  instant: (query, signal) =>
    within({ port: "metrics", what: `query ${query.slice(0, 200)}`, ms, signal }, (inner) =>
      metrics.instant(query, inner),
    ),
  range: (query, minutes, signal) =>
    within({ port: "metrics", what: `range query ${query.slice(0, 200)}`, ms, signal }, (inner) =>
      metrics.range(query, minutes, inner),
    ),
});

export const logsWithTimeout = (logs: Logs, ms: number): Logs => ({
  name: logs.name,
  logs: (query, signal) =>
    within({ port: "logs", what: `${logs.name}, log of ${query.namespace}/${query.pod}`, ms, signal }, (inner) =>
      logs.logs(query, inner),
    ),
});

export const sourcesWithTimeout = (sources: Sources, ms: number): Sources => ({
  tools: (signal) =>
    within({ port: "sources", what: "the list of tools", ms, signal }, (inner) => sources.tools(inner)),
  ask: (tool, args, signal) =>
    within({ port: "sources", what: tool, ms, signal }, (inner) => sources.ask(tool, args, inner)),
});

export const actuatorWithTimeout = (actuator: Actuator, ms: number): Actuator => ({
  dryRun: (write, signal) =>
    within({ port: "actuator", what: `dry run on ${write.kind} ${write.name}`, ms, signal }, (inner) =>
      actuator.dryRun(write, inner),
    ),
  perform: (write, signal) =>
    within({ port: "actuator", what: `write to ${write.kind} ${write.name}`, ms, signal }, (inner) =>
      actuator.perform(write, inner),
    ),
});
