import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RecordedCluster } from "../../src/demo/recorded-cluster/start.ts";

export const writeKubeconfig = ({ kubeconfig }: RecordedCluster): string => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-replay-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "config.json");
  writeFileSync(file, JSON.stringify(kubeconfig));
  return file;
};
