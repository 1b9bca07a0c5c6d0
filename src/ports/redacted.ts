import type { KubeObject } from "../incident/kube.ts";
import type { Actuator, Performed } from "./actuator.ts";
import type { Cluster } from "./cluster.ts";
import type { Logs, LogText } from "./logs.ts";
import type { Metrics } from "./metrics.ts";
import { PortError } from "./port-error.ts";
import type { Redactor } from "./redactor.ts";
import type { Sources } from "./sources.ts";

export { type Redactor, redactor } from "./redactor.ts";

/** What a server says when it refuses may quote what it was given. */
const saying = async <T>({ text }: Redactor, answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    const { port, reason, message } = error;
    throw new PortError(port, reason, text(message.slice(port.length + 2)));
  }
};

/** What is a secret a line may tell that the short log no longer shows. */
const redactedLog = ({ redacted, ...log }: LogText, { text }: Redactor): LogText => ({
  ...log,
  text: text(redacted?.(text) ?? log.text),
});

export const redactedCluster = (cluster: Cluster, redactor: Redactor): Cluster => ({
  name: cluster.name,
  get: async (...question) => redactor.value<KubeObject | null>(await saying(redactor, cluster.get(...question))),
  list: async (...question) => {
    const { objects, truncated } = await saying(redactor, cluster.list(...question));
    return { objects: objects.map((object) => redactor.value(object)), truncated };
  },
  names: (...question) => saying(redactor, cluster.names(...question)),
  logs: async (...question) => {
    const log = await saying(redactor, cluster.logs(...question));
    return log && redactedLog(log, redactor);
  },
});

export const redactedLogs = (logs: Logs, redactor: Redactor): Logs => ({
  name: logs.name,
  logs: async (...question) => {
    const log = await saying(redactor, logs.logs(...question));
    return log && redactedLog(log, redactor);
  },
});

/** Objects stay exact, because writes are computed from them; only what the server says when it refuses is looked at. */
export const redactedErrors = (cluster: Cluster, redactor: Redactor): Cluster => ({
  name: cluster.name,
  get: (...question) => saying(redactor, cluster.get(...question)),
  list: (...question) => saying(redactor, cluster.list(...question)),
  names: (...question) => saying(redactor, cluster.names(...question)),
  logs: (...question) => saying(redactor, cluster.logs(...question)),
});

/** Writes go out exactly as they are; only what the server says about them is looked at. */
export const redactedActuator = (actuator: Actuator, redactor: Redactor): Actuator => {
  const said = (performed: Performed): Performed =>
    performed.kind === "applied" ? performed : { ...performed, message: redactor.text(performed.message) };
  return {
    dryRun: async (...write) => said(await saying(redactor, actuator.dryRun(...write))),
    perform: async (...write) => said(await saying(redactor, actuator.perform(...write))),
  };
};

/** Label names are not looked at: `secret="db-credentials"` names a Secret, it does not hold one. */
export const redactedMetrics = (metrics: Metrics, redactor: Redactor): Metrics => {
  const clean = (labels: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, redactor.text(label)]));
  return {
    instant: async (...question) =>
      (await saying(redactor, metrics.instant(...question))).map(({ labels, points }) => ({
        labels: clean(labels),
        points,
      })),
    range: async (...question) =>
      (await saying(redactor, metrics.range(...question))).map(({ labels, points }) => ({
        labels: clean(labels),
        points,
      })),
  };
};

/** What other servers say, of their tools too. */
export const redactedSources = (sources: Sources, redactor: Redactor): Sources => ({
  tools: async (...question) =>
    (await saying(redactor, sources.tools(...question))).map((tool) => ({
      ...tool,
      description: redactor.text(tool.description),
      schema: redactor.value(tool.schema),
    })),
  ask: async (...question) => {
    const said = await saying(redactor, sources.ask(...question));
    // JSON is looked into: a password is known by the name beside it.
    return said && { ...said, text: redactor.value(said.text) };
  },
});
