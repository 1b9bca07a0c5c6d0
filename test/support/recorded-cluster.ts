import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubernetesClient } from "../../src/adapters/kubernetes-client.ts";
import { kubernetesCluster } from "../../src/adapters/kubernetes-cluster.ts";
import type { ClusterClock } from "../../src/demo/recorded-cluster/cluster-clock.ts";
import { type RecordedCluster, startRecordedCluster } from "../../src/demo/recorded-cluster/start.ts";
import { readStory, type StoryName } from "../../src/demo/recorded-cluster/story.ts";
import type { World } from "../../src/demo/recorded-cluster/world.ts";
import type { Cluster } from "../../src/ports/cluster.ts";
import { handClock } from "./hand-clock.ts";

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

/** The real adapter on an API server at this address. The kubeconfig is read at once, so the file need not stay. */
export const readsFrom = (server: string): Cluster => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-test-"));
  const kubeconfig = join(folder, "config.json");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "recorded",
    clusters: [{ name: "recorded", cluster: { server } }],
    users: [{ name: "reader", user: {} }],
    contexts: [{ name: "recorded", context: { cluster: "recorded", user: "reader" } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  const client = kubernetesClient({ kubeconfig, context: null });
  rmSync(folder, { recursive: true });
  return kubernetesCluster(client, null);
};
