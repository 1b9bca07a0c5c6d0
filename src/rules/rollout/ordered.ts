import type { Finding } from "../../incident/diagnosis.ts";
import type { Pod } from "../../incident/kube.ts";
import { found, named } from "../finding.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

const ordinal = ({ metadata }: Pod): number => Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? -1);

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;

/** StatefulSets that wait for one pod. If that pod is of an old, broken revision, the fix alone never reaches it. */
export const ordered = (world: World): Finding[] =>
  world.list("StatefulSet").flatMap((set) => {
    if (set.spec.podManagementPolicy === "Parallel") return [];
    const object = refOf(set);
    const pods = world.podsOf(object).toSorted((a, b) => ordinal(a) - ordinal(b));
    const blocker = pods.find((pod) => !isReady(pod) && !pod.metadata.deletionTimestamp);
    const newest = set.status?.updateRevision;
    if (!blocker || (set.spec.replicas ?? 1) <= (set.status?.readyReplicas ?? 0)) return [];
    const revision = blocker.metadata.labels?.["controller-revision-hash"];
    const outdated = newest !== undefined && revision !== undefined && revision !== newest;
    const missing = (set.spec.replicas ?? 1) - pods.length;
    if (!outdated && missing <= 0) return [];
    return found(world, {
      class: "statefulset-ordinal-stuck",
      object,
      statement: outdated
        ? `${named(object)}: pod ${blocker.metadata.name} is not ready and still of revision ${revision}; the newer revision ${newest} never reaches it, because an unready pod is not replaced. It has to be deleted once.`
        : `${named(object)}: pod ${blocker.metadata.name} is not ready, and ${missing} further ${missing === 1 ? "pod waits" : "pods wait"} for it.`,
      because: [set, blocker],
      confidence: outdated ? 0.975 : 0.7,
      disproof: `pod ${blocker.metadata.name} becomes ready`,
    });
  });
