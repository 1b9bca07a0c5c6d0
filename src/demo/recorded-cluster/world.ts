import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "../../incident/kube.ts";
import { changedWorld, isChangedWorld } from "./changed-world.ts";
import type { Heals } from "./heals.ts";

/** One namespace of a real cluster as it was recorded: objects, logs, and how it would answer a change. */
export interface World {
  namespace: string;
  recordedAt: string;
  version: string;
  objects: KubeObject[];
  /** Text with timestamps by `logKey`. */
  logs: Map<string, string>;
  heals: Heals;
}

export const logKey = (namespace: string, pod: string, container: string, previous: boolean): string =>
  [namespace, pod, container, previous ? "previous" : "current"].join("/");

interface Recorded {
  version: string;
  recordedAt: string;
  namespace: string;
  objects: KubeObject[];
}

const readLogs = (folder: string, namespace: string): World["logs"] => {
  const logs: World["logs"] = new Map();
  if (!existsSync(folder)) return logs;
  for (const pod of readdirSync(folder)) {
    for (const file of readdirSync(join(folder, pod))) {
      const [, container, previous] = /^(.+?)(\.previous)?\.log$/.exec(file) ?? [];
      if (!container) continue;
      logs.set(logKey(namespace, pod, container, Boolean(previous)), readFileSync(join(folder, pod, file), "utf8"));
    }
  }
  return logs;
};

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

export const isWorld = (folder: string): boolean => existsSync(join(folder, "objects.json")) || isChangedWorld(folder);

/** Reads a recorded folder: objects.json, logs/POD/CONTAINER[.previous].log and, when there, heals.json; or what differs from one. */
export const readWorld = (folder: string): World => {
  if (isChangedWorld(folder)) return changedWorld(folder, readWorld);
  const recorded = readJson(join(folder, "objects.json")) as Recorded;
  const healsFile = join(folder, "heals.json");
  return {
    ...recorded,
    logs: readLogs(join(folder, "logs"), recorded.namespace),
    heals: existsSync(healsFile) ? (readJson(healsFile) as Heals) : {},
  };
};
