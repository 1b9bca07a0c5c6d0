import { type CloudWatch, cloudWatch } from "./adapters/cloudwatch.ts";
import { groupFor } from "./adapters/cloudwatch-layout.ts";
import { kubernetesActuator } from "./adapters/kubernetes-actuator.ts";
import { type KubernetesClient, kubernetesClient, readingClient } from "./adapters/kubernetes-client.ts";
import { kubernetesCluster } from "./adapters/kubernetes-cluster.ts";
import { type Loki, loki } from "./adapters/loki.ts";
import { prometheus } from "./adapters/prometheus.ts";
import type { Config } from "./config.ts";
import type { Clock } from "./ports/clock.ts";
import { firstWithLog } from "./ports/first-with-log.ts";
import type { Logs } from "./ports/logs.ts";
import type { Metrics } from "./ports/metrics.ts";
import {
  type Redactor,
  redactedActuator,
  redactedCluster,
  redactedErrors,
  redactedLogs,
  redactedMetrics,
} from "./ports/redacted.ts";
import { actuatorWithTimeout, clusterWithTimeout, logsWithTimeout, metricsWithTimeout } from "./ports/with-timeout.ts";
import type { WorldPorts } from "./responder/turn-ports.ts";

// Longer than the adapters' own deadlines over all pages of an answer: the last word when one of them does not end.
const clusterMs = 30_000;
const metricsMs = 10_000;
const logsMs = 14_000;

export const systemClock: Clock = { now: () => new Date() };

/** The two clients: one that only looks, one that changes. Where only one identity is configured they share it. */
export interface Identities {
  reader: KubernetesClient;
  writer: KubernetesClient;
}

export const openIdentities = (config: Config): Identities => {
  const { KUBECONFIG: kubeconfig = null, KUBE_CONTEXT: context = null, KUBECONFIG_WRITER: writer } = config;
  const first = { kubeconfig, context };
  return {
    reader: readingClient(kubernetesClient(first)),
    writer: kubernetesClient(writer === undefined ? first : { kubeconfig: writer, context: null }),
  };
};

export const openMetrics = (config: Config): Metrics | null =>
  config.PROMETHEUS_URL === undefined
    ? null
    : prometheus(
        {
          url: config.PROMETHEUS_URL,
          token: config.PROMETHEUS_TOKEN ?? null,
          basicAuth: config.PROMETHEUS_BASIC_AUTH ?? null,
          headers: {},
        },
        systemClock,
      );

export const openLoki = (config: Config): Loki | null =>
  config.LOKI_URL === undefined
    ? null
    : loki(
        {
          url: config.LOKI_URL,
          tenant: config.LOKI_TENANT ?? null,
          token: config.LOKI_TOKEN ?? null,
          basicAuth: config.LOKI_BASIC_AUTH ?? null,
          labels: Object.fromEntries(config.LOKI_LABELS.map(({ part, label }) => [part, label])),
        },
        systemClock,
      );

/** `cluster` is what the kubeconfig calls it; Container Insights names its groups after it. */
export const openCloudWatch = (config: Config, cluster: string): CloudWatch | null =>
  config.CLOUDWATCH_LOG_GROUP === undefined
    ? null
    : cloudWatch({ group: groupFor(config.CLOUDWATCH_LOG_GROUP, config.CLUSTER_NAME ?? cluster) }, systemClock);

const openLogs = (config: Config, cluster: string): Logs | null => {
  const stores = [openLoki(config), openCloudWatch(config, cluster)].filter((store) => store !== null);
  return stores.length > 1 ? firstWithLog(stores) : (stores[0] ?? null);
};

/** Everything the walk asks of the outside, with deadlines and redaction around it. */
export const openWorld = (
  config: Config,
  { reader, writer }: Identities,
  redactor: Redactor,
): Pick<WorldPorts, "cluster" | "exact" | "actuator" | "metrics" | "logs" | "clock"> => {
  const exact = clusterWithTimeout(kubernetesCluster(reader, config.CLUSTER_NAME ?? null), clusterMs);
  const metrics = openMetrics(config);
  const logs = openLogs(config, reader.clusterName);
  return {
    cluster: redactedCluster(exact, redactor),
    exact: redactedErrors(exact, redactor),
    actuator: redactedActuator(actuatorWithTimeout(kubernetesActuator(writer), clusterMs), redactor),
    metrics: metrics && redactedMetrics(metricsWithTimeout(metrics, metricsMs), redactor),
    logs: logs && redactedLogs(logsWithTimeout(logs, logsMs), redactor),
    clock: systemClock,
  };
};
