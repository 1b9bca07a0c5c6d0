import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import type { AgentOptions } from "node:https";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { PortError } from "../ports/port-error.ts";

export interface KubernetesSource {
  /** As $KUBECONFIG: one path or several; null: ~/.kube/config, and in a pod its service account. */
  kubeconfig: string | null;
  /** null: the kubeconfig's current one. */
  context: string | null;
}

const serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

const filesOf = ({ kubeconfig }: KubernetesSource): string[] => {
  if (kubeconfig !== null && kubeconfig !== "") return kubeconfig.split(delimiter).filter((file) => file !== "");
  const home = join(homedir(), ".kube", "config");
  return existsSync(home) ? [home] : [];
};

const readFile = (file: string): KubeConfig => {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file);
  } catch (cause) {
    // The lines after the first draw where in the YAML it is.
    const [why] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    const message = `could not read the kubeconfig ${file}: ${why}; check KUBECONFIG`;
    throw new PortError("cluster", "not-configured", message, { cause });
  }
  return config;
};

const load = (source: KubernetesSource): KubeConfig => {
  const [first, ...rest] = filesOf(source);
  if (first !== undefined) {
    const config = readFile(first);
    for (const file of rest) config.mergeConfig(readFile(file), true);
    return config;
  }
  if (!existsSync(serviceAccountToken)) {
    const hint = "set KUBECONFIG, or run inside a cluster with a service account";
    throw new PortError("cluster", "not-configured", `found no kubeconfig and no service account: ${hint}`);
  }
  const config = new KubeConfig();
  config.loadFromCluster();
  return config;
};

const select = (config: KubeConfig, context: string | null): void => {
  const names = config.getContexts().map(({ name }) => name);
  const wanted = context ?? config.getCurrentContext();
  if (wanted === undefined || !names.includes(wanted)) {
    const there = names.length === 0 ? "it has none" : `it has: ${names.join(", ")}`;
    const what = wanted ? `the context "${wanted}"` : "a current context";
    throw new PortError("cluster", "not-configured", `the kubeconfig lacks ${what} (${there}); set KUBE_CONTEXT`);
  }
  config.setCurrentContext(wanted);
  if (config.getCurrentCluster() === null) {
    throw new PortError("cluster", "not-configured", `the context "${wanted}" names a cluster the kubeconfig lacks`);
  }
};

interface Dispatcher {
  close(): Promise<void>;
}

/**
 * The client makes a new agent, and so a new TLS connection, for each call. This keeps one until the
 * server, the user or the TLS options change (certificates rotate). `createDispatcher` is private to the types
 * only, so it is replaced on the object: a subclass could not override it.
 */
const shareConnections = (config: KubeConfig): (() => Promise<void>) => {
  const create = Reflect.get(config, "createDispatcher").bind(config);
  let kept: { key: string; dispatcher: Dispatcher | undefined } | null = null;
  const createDispatcher = (cluster: { server?: string } | null, options: AgentOptions): Dispatcher | undefined => {
    const identity = JSON.stringify([cluster?.server, config.getCurrentUser()?.name, options]);
    const key = createHash("sha256").update(identity).digest("hex");
    if (kept?.key === key) return kept.dispatcher;
    // Calls under way on the old one end first: close() waits for them.
    void kept?.dispatcher?.close();
    kept = { key, dispatcher: create(cluster, options) };
    return kept.dispatcher;
  };
  Object.defineProperty(config, "createDispatcher", { value: createDispatcher });
  return async () => {
    await kept?.dispatcher?.close();
    kept = null;
  };
};

export const kubernetesConfig = (source: KubernetesSource): { config: KubeConfig; close: () => Promise<void> } => {
  const config = load(source);
  // The client refuses plain http unless told not to verify TLS; over http there is none to verify.
  config.clusters = config.clusters.map((cluster) =>
    cluster.server.startsWith("http:") ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  select(config, source.context);
  return { config, close: shareConnections(config) };
};
