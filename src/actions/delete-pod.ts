import type { KubeObject, Pod } from "../incident/kube.ts";
import { forbidding } from "./disruption.ts";
import { objectsSeen } from "./seen.ts";
import { kubectlName, moved, unfit, type VerbSpec } from "./verb.ts";

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
    const stuck = objectsSeen<Pod>(evidence, "Pod")
      .filter((pod) => set !== undefined && controllerOf(pod)?.uid === set.metadata.uid && !isReady(pod))
      .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name, "en", { numeric: true }))[0];
    return stuck ? { kind: "Pod", namespace: holder.namespace, name: stuck.metadata.name } : null;
  },
  near: ["PodDisruptionBudget"],
  fit({ live, near, evidence }) {
    const owner = controllerOf(live);
    if (owner?.kind !== "StatefulSet") return unfit("no StatefulSet would make it anew");
    if (live.metadata.deletionTimestamp) return unfit("it is already being deleted");
    if (isReady(live)) return unfit("it is ready");
    const newest = objectsSeen<KubeObject & { status?: { updateRevision?: string } }>(evidence, "StatefulSet").find(
      ({ metadata }) => metadata.uid === owner.uid,
    )?.status?.updateRevision;
    const own = live.metadata.labels?.["controller-revision-hash"];
    if (newest === undefined || own === undefined || own === newest)
      return unfit("it is of the newest revision, so a new one would be like it");
    const budget = forbidding(near, live.metadata.labels ?? {});
    if (budget) return unfit(`PodDisruptionBudget ${budget.metadata.name} allows no disruption`);
    return {
      kind: "fits",
      draft: {
        params: { serves: { kind: owner.kind, name: owner.name } },
        risk: "medium",
        command: `kubectl delete ${kubectlName(live)}`,
        undo: { command: `kubectl get ${kubectlName(live)}   # a deleted pod cannot be brought back`, exact: false },
        effect: `Deletes this one unready pod; ${owner.kind} ${owner.name} makes it anew of revision ${newest}. What it kept on its own disk (emptyDir) is lost.`,
        pods: 1,
      },
    };
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
  inverse: () => null,
  watch: ({ target: { namespace }, params: { serves } }) => ({ ...serves, namespace }),
};

const controllerOf = ({ metadata }: Pod) => metadata.ownerReferences?.find(({ controller }) => controller);

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
