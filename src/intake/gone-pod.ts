import type { KubeObject } from "../incident/kube.ts";
import type { ObjectRef } from "../incident/subject.ts";

export type List = (kind: string, namespace: string) => Promise<KubeObject[]>;

/** What a controller appends to its own name for a pod. */
const suffixes: readonly (readonly [kind: string, suffix: RegExp])[] = [
  ["ReplicaSet", /^-[a-z0-9]{5}$/],
  ["StatefulSet", /^-\d+$/],
  ["DaemonSet", /^-[a-z0-9]{5}$/],
  ["Job", /^(-\d+)?-[a-z0-9]{5}$/],
];

/** The object that still stands and would name a pod like this; the longest name wins. */
export const likelyOwner = async (list: List, namespace: string, pod: string): Promise<KubeObject | null> => {
  const fits: KubeObject[] = [];
  for (const [kind, suffix] of suffixes) {
    for (const object of await list(kind, namespace)) {
      const { name } = object.metadata;
      if (pod.startsWith(name) && suffix.test(pod.slice(name.length))) fits.push({ ...object, kind });
    }
  }
  return fits.sort((a, b) => b.metadata.name.length - a.metadata.name.length)[0] ?? null;
};

// Kubernetes makes hashes of these letters only, so `api-worker-front` keeps its words.
const letters = "[bcdfghjklmnpqrstvwxz2456789]";
const ofDeployment = new RegExp(`^(.+)-${letters}{6,10}-${letters}{5}$`);
const ofReplicaSet = new RegExp(`^(.+)-${letters}{6,10}$`);
const ofStatefulSet = /^(.+)-\d{1,4}$/;
const ofCronJob = /^(.+)-\d{8,10}$/;

const stripped = (kind: string, name: string): { kind: string; name: string } | null => {
  const patterns: (readonly [RegExp, string])[] =
    kind === "Pod"
      ? [
          [new RegExp(`^(.+)-\\d{8,10}-${letters}{5}$`), "CronJob"],
          [ofDeployment, "Deployment"],
          [ofStatefulSet, "StatefulSet"],
        ]
      : kind === "ReplicaSet"
        ? [[ofReplicaSet, "Deployment"]]
        : kind === "Job"
          ? [[ofCronJob, "CronJob"]]
          : [];
  for (const [pattern, owner] of patterns) {
    const base = pattern.exec(name)?.[1];
    if (base) return { kind: owner, name: base };
  }
  return null;
};

/** Last resort: the owner read off the name. */
export const guessOwner = ({ kind, namespace, name }: ObjectRef): ObjectRef => ({
  namespace,
  ...(stripped(kind, name) ?? { kind, name }),
});
