import { apiPath, type Kind } from "../incident/kinds.ts";
import type { Cluster } from "../ports/cluster.ts";
import { PortError } from "../ports/port-error.ts";
import { type KubernetesClient, parsed } from "./kubernetes-client.ts";
import { listNames, listObjects } from "./kubernetes-list.ts";
import { readLogs } from "./kubernetes-logs.ts";
import { kubeObject } from "./kubernetes-objects.ts";

const refuseContent = (kind: Kind): void => {
  if (kind === "ConfigMap") {
    throw new PortError("cluster", "invalid", "ConfigMaps are read by name only; ask for their names instead");
  }
};

const getObject = async (client: KubernetesClient, path: string, signal: AbortSignal | undefined) => {
  const reply = await client.request({ method: "GET", path, accepted: [404], signal });
  return reply.status === 404 ? null : kubeObject(parsed(reply, `GET ${path}`), `GET ${path}`);
};

/** `name` is what people call the cluster; null takes it from the kubeconfig. */
export const kubernetesCluster = (client: KubernetesClient, name: string | null): Cluster => ({
  name: name ?? client.clusterName,
  get: async (kind, namespace, objectName, signal) => {
    refuseContent(kind);
    return getObject(client, apiPath(kind, namespace, objectName), signal);
  },
  list: async (query, signal) => {
    refuseContent(query.kind);
    return listObjects(client, query, signal);
  },
  names: async (_kind, namespace, signal) => listNames(client, namespace, signal),
  logs: async (query, signal) => readLogs(client, query, signal),
});
