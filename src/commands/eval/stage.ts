import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubernetesActuator } from "../../adapters/kubernetes-actuator.ts";
import { kubernetesClient } from "../../adapters/kubernetes-client.ts";
import { kubernetesCluster } from "../../adapters/kubernetes-cluster.ts";
import { startRecordedCluster } from "../../demo/recorded-cluster/start.ts";
import { readWorld, type World } from "../../demo/recorded-cluster/world.ts";
import type { Evidence } from "../../incident/evidence.ts";
import type { Actuator } from "../../ports/actuator.ts";
import type { Archive } from "../../ports/archive.ts";
import type { Cluster } from "../../ports/cluster.ts";
import { redactedActuator, redactedCluster, redactedErrors } from "../../ports/redacted.ts";
import { redact } from "./redact.ts";

export interface Stage {
  world: World;
  cluster: Cluster;
  /** For what is computed from objects; no model sees it. */
  exact: Cluster;
  actuator: Actuator;
  archive: Archive;
  clock: { now(): Date };
  requests: () => number;
}

export const memoryArchive = (): Archive => {
  const kept = new Map<string, Evidence>();
  return {
    keep: async (evidence) => {
      for (const one of evidence) kept.set(one.id, one);
    },
    open: async (ids) => ids.flatMap((id) => kept.get(id) ?? []),
  };
};

/** The world as a loopback API server, read by the same client as a live one. */
export const onStage = async <T>(folder: string, play: (stage: Stage) => Promise<T>): Promise<T> => {
  const world = readWorld(folder);
  const server = await startRecordedCluster({ worlds: [world] });
  const scratch = await mkdtemp(join(tmpdir(), "nightshift-eval-"));
  const kubeconfig = join(scratch, "kubeconfig.json");
  await writeFile(kubeconfig, JSON.stringify(server.kubeconfig), { mode: 0o600 });
  const client = kubernetesClient({ kubeconfig, context: null });
  const clock = { now: () => new Date(world.recordedAt) };
  try {
    const exact = kubernetesCluster(client, "eval");
    return await play({
      world,
      cluster: redactedCluster(exact, redact),
      exact: redactedErrors(exact, redact),
      actuator: redactedActuator(kubernetesActuator(client), redact),
      archive: memoryArchive(),
      clock,
      requests: () => server.requests.length,
    });
  } finally {
    await client.close();
    await server.close();
    await rm(scratch, { recursive: true });
  }
};
