import type { Evidence } from "../incident/evidence.ts";
import type { KubeObject, OwnerReference, Pod } from "../incident/kube.ts";
import type { ObjectRef } from "../incident/subject.ts";
import { forbidding } from "./disruption.ts";
import { objectsSeen } from "./seen.ts";
import { type Draft, type Follow, kubectlName, moved, unfit, type VerbSpec } from "./verb.ts";

/** Takes one pod away so that its controller makes a new one. */
export const deletePod: VerbSpec<"delete-pod", Pod> = {
  verb: "delete-pod",
  classes: ["statefulset-ordinal-stuck"],
  targets: ["Pod"],
  holder: "StatefulSet",
  locate(holder, evidence) {
    const set = objectsSeen(evidence, "StatefulSet").find(
      ({ metadata }) => metadata.name === holder.name && metadata.namespace === holder.namespace,
    );
    return set === undefined ? null : (unreadyPods(set, evidence)[0] ?? null);
  },
  near: ["PodDisruptionBudget", "StatefulSet"],
  fit({ live, near }) {
    const owner = controllerOf(live);
    if (owner?.kind !== "StatefulSet") return unfit("no StatefulSet would make it anew");
    if (live.metadata.deletionTimestamp) return unfit("it is already being deleted");
    if (isReady(live)) return unfit("it is ready");
    const newest = newestOf(near, owner);
    if (!isOutdated(live, newest)) return unfit("it is of the newest revision, so a new one would be like it");
    const budget = forbidding(near, live.metadata.labels ?? {});
    if (budget) return unfit(`PodDisruptionBudget ${budget.metadata.name} allows no disruption`);
    return { kind: "fits", draft: deletion(live, owner, `of revision ${newest}`) };
  },
  source: () => null,
  change(live, { serves }, _source, near) {
    const owner = controllerOf(live);
    if (owner?.kind !== serves.kind || owner.name !== serves.name) return moved("its controller is another one now");
    if (live.metadata.deletionTimestamp) return moved("it is already being deleted");
    if (isReady(live)) return moved("it has become ready");
    const budget = forbidding(near, live.metadata.labels ?? {});
    return budget ? moved(`PodDisruptionBudget ${budget.metadata.name} allows no disruption now`) : { kind: "delete" };
  },
  ended({ live, near, params: { serves } }) {
    const owner = controllerOf(live);
    const newest = newestOf(near, owner);
    if (newest === null || (serves.uid !== undefined && owner?.uid !== serves.uid))
      return `${serves.kind} ${serves.name} is not the one that made it, or is being deleted`;
    return isOutdated(live, newest) ? null : "it is of the newest revision now, so a new one would be like it";
  },
  inverse: () => null,
  watch: ({ target: { namespace }, params: { serves } }) => ({ kind: serves.kind, namespace, name: serves.name }),
};

type Owner = Pick<OwnerReference, "kind" | "name"> & { uid?: string | undefined };
interface StatefulSet extends KubeObject {
  status?: { updateRevision?: string };
}

/** The revision its controller makes pods of, while that controller is there to make them; null: it is not. */
const newestOf = (near: readonly KubeObject[], owner: Owner | undefined): string | null =>
  near
    .filter((object): object is StatefulSet => object.kind === "StatefulSet" && !object.metadata.deletionTimestamp)
    .find(({ metadata }) => owner !== undefined && metadata.uid === owner.uid)?.status?.updateRevision ?? null;

const isOutdated = ({ metadata }: Pod, newest: string | null): boolean => {
  const own = metadata.labels?.["controller-revision-hash"];
  return newest !== null && own !== undefined && own !== newest;
};

const deletion = (pod: KubeObject, { kind, name, uid }: Owner, as: string): Draft<"delete-pod"> => ({
  params: { serves: { kind, name, ...(uid === undefined ? {} : { uid }) } },
  risk: "medium",
  command: `kubectl delete ${kubectlName(pod)}`,
  undo: { command: `kubectl get ${kubectlName(pod)}   # a deleted pod cannot be brought back`, exact: false },
  effect: `Deletes this one unready pod; ${kind} ${name} makes it anew ${as}. What it kept on its own disk (emptyDir) is lost.`,
  pods: 1,
});

/** Pods of this set that are not ready, the lowest ordinal first. */
const unreadyPods = ({ metadata }: KubeObject, evidence: readonly Evidence[]): ObjectRef[] =>
  objectsSeen<Pod>(evidence, "Pod")
    .filter((pod) => controllerOf(pod)?.uid === metadata.uid && !isReady(pod))
    .map((pod) => ({ kind: "Pod", namespace: metadata.namespace ?? null, name: pod.metadata.name }))
    .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));

/**
 * A StatefulSet waits for a pod that never became ready before it gives it the corrected template: where exactly one
 * waits, its deletion belongs to the plan that corrects the template. With several it is a person's turn.
 */
export const unstick = (set: KubeObject, evidence: readonly Evidence[]): Follow | null => {
  if (set.kind !== "StatefulSet") return null;
  const [target, ...others] = unreadyPods(set, evidence);
  if (target === undefined || others.length > 0) return null;
  const draft = (live: KubeObject): Draft<"delete-pod"> => {
    const made = deletion(
      live,
      { kind: set.kind, name: set.metadata.name, uid: set.metadata.uid },
      "from the template of the first change",
    );
    return { ...made, effect: `Only if it is still stuck once the first change has settled: ${made.effect}` };
  };
  return { verb: "delete-pod", target, draft };
};

const controllerOf = ({ metadata }: Pod) => metadata.ownerReferences?.find(({ controller }) => controller);

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
