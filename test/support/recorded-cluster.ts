import { type ClusterClock, handClock } from "../../src/demo/recorded-cluster/cluster-clock.ts";
import { type RecordedCluster, startRecordedCluster } from "../../src/demo/recorded-cluster/start.ts";
import { readStory, type StoryName } from "../../src/demo/recorded-cluster/story.ts";
import type { World } from "../../src/demo/recorded-cluster/world.ts";
import { apiPath, type Kind, kinds } from "../../src/incident/kinds.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Cluster } from "../../src/ports/cluster.ts";
import { PortError } from "../../src/ports/port-error.ts";

export const recordedNow = new Date("2026-11-22T15:00:00Z");

/** Serves stories on a clock that the test moves. */
export const playStories = async (
  names: StoryName[],
  change: (world: World) => World = (world) => world,
): Promise<RecordedCluster & { clock: ClusterClock & { advance(ms: number): void } }> => {
  const clock = handClock(recordedNow);
  const worlds = names.map((name) => change(readStory(name, recordedNow).world));
  return { ...(await startRecordedCluster({ worlds, clock })), clock };
};

const reasons: Record<number, PortError["reason"]> = { 401: "unauthorized", 403: "forbidden", 429: "rate-limited" };

const ask = async (base: string, path: string, signal?: AbortSignal): Promise<Response> => {
  const response = await fetch(`${base}${path}`, signal ? { signal } : {}).catch((cause: unknown) => {
    throw new PortError("cluster", "unreachable", `no answer to ${path}`, { cause });
  });
  if (response.ok || response.status === 404 || response.status === 400) return response;
  throw new PortError("cluster", reasons[response.status] ?? "failed", `${response.status} to ${path}`);
};

const asObject = (kind: Kind, item: unknown): KubeObject => {
  const { group, version } = kinds[kind];
  return { ...(item as KubeObject), kind, apiVersion: group ? `${group}/${version}` : version };
};

/** The smallest client that keeps the Cluster port: for tests of what stands on the port, not of the adapter. */
export const readsFrom = (base: string): Cluster => {
  const list: Cluster["list"] = async ({ kind, namespace, selector, limit }, signal) => {
    const query = new URLSearchParams({ limit: String(limit), ...(selector && { labelSelector: selector }) });
    const response = await ask(base, `${apiPath(kind, namespace)}?${query}`, signal);
    const { items, metadata } = (await response.json()) as { items: unknown[]; metadata: { continue?: string } };
    return { objects: items.map((item) => asObject(kind, item)), truncated: metadata.continue !== undefined };
  };
  return {
    name: "recorded",
    list,
    get: async (kind, namespace, name, signal) => {
      const response = await ask(base, apiPath(kind, namespace, name), signal);
      return response.status === 404 ? null : ((await response.json()) as KubeObject);
    },
    names: async (kind, namespace, signal) => {
      const { objects } = await list({ kind, namespace, selector: null, limit: 500 }, signal);
      return objects.map(({ metadata }) => metadata.name);
    },
    logs: async ({ namespace, pod, container, previous, lines }, signal) => {
      const query = new URLSearchParams({
        container,
        previous: `${previous}`,
        tailLines: `${lines}`,
        timestamps: "true",
      });
      const response = await ask(base, `${apiPath("Pod", namespace, pod)}/log?${query}`, signal);
      return response.ok ? { text: await response.text(), truncated: false } : null;
    },
  };
};
