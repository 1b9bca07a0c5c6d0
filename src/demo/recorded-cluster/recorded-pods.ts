import type { Pod, Workload } from "../../incident/kube.ts";
import { isReady } from "./new-pods.ts";
import { ownedObjects } from "./replica-sets.ts";
import type { Shelf } from "./shelf.ts";

/** How the pods of each ReplicaSet were doing when the world was recorded, kept because pods come and go. */
export interface RecordedPods {
  wereWell(set: Workload): boolean;
  /** A pod that shows how this workload is sick: of this ReplicaSet, or of one of its other ones. */
  sickExample(set: Workload, others: readonly Workload[]): Pod | null;
}

export const recordedPods = (shelf: Shelf): RecordedPods => {
  const well = new Set<string>();
  const sick = new Map<string, Pod>();
  for (const set of shelf.list("ReplicaSet", null)) {
    const { uid = "" } = set.metadata;
    for (const pod of ownedObjects(shelf, "Pod", set) as Pod[]) {
      if (isReady(pod)) well.add(uid);
      else sick.set(uid, pod);
    }
  }
  return {
    wereWell: ({ metadata }) => well.has(metadata.uid ?? ""),
    sickExample: (set, others) => {
      const found = [set, ...others].map(({ metadata }) => sick.get(metadata.uid ?? ""));
      return found.find((pod) => pod !== undefined) ?? null;
    },
  };
};
