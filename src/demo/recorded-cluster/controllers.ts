import type { KubeObject, Workload } from "../../incident/kube.ts";
import { type Cluster, deploymentController, finish, rolloutEndsAfterMs } from "./deployment-controller.ts";
import { followPods } from "./endpoint-slices.ts";

const controllerOf = (object: KubeObject) => object.metadata.ownerReferences?.find(({ controller }) => controller);

/** The Deployment of a pod that is gone makes a new one. */
const replacePod = (cluster: Cluster, pod: KubeObject): void => {
  const { shelf, clock } = cluster;
  const namespace = pod.metadata.namespace ?? null;
  followPods(shelf, namespace ?? "");
  const set = shelf.list("ReplicaSet", namespace).find(({ metadata }) => metadata.uid === controllerOf(pod)?.uid);
  const owner = set && controllerOf(set);
  if (owner?.kind !== "Deployment") return;
  clock.after(rolloutEndsAfterMs, () => {
    const deployment = shelf.get("Deployment", namespace, owner.name);
    if (deployment) finish(cluster, deployment as Workload);
  });
};

/** What the cluster does by itself when an object was changed, made (`before` is null) or removed (`after` is null). */
export const controllers = (cluster: Cluster): ((before: KubeObject | null, after: KubeObject | null) => void) => {
  const deployments = deploymentController(cluster);
  return (before, after) => {
    deployments(before, after);
    if (after?.kind === "Service") followPods(cluster.shelf, after.metadata.namespace ?? "");
    if (before?.kind === "Pod" && after === null) replacePod(cluster, before);
  };
};
