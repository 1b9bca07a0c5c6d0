import type { KubeObject, Workload } from "../incident/kube.ts";
import { lastApplied } from "./last-applied.ts";
import { eventsSeen } from "./seen.ts";
import type { Scene } from "./verb.ts";

export interface FormerCount {
  count: number;
  by: string;
}

const largest = 1000;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

/** How many replicas a workload had before, and what says so; null when nothing does. */
export const formerCount = (scene: Scene<Workload>): FormerCount | null => {
  const found = byEvent(scene) ?? byManifest(scene.live) ?? byHistory(scene);
  return found !== null && found.count <= largest ? found : null;
};

// "Scaled down replica set web-5bd from 3 to 0", written by the Deployment controller about this very object.
const byEvent = ({ evidence, live }: Scene<Workload>): FormerCount | null => {
  const counts = eventsSeen(evidence)
    .filter(({ reason, involvedObject: { uid } }) => reason === "ScalingReplicaSet" && uid === live.metadata.uid)
    .toSorted((a, b) => Date.parse(b.lastTimestamp ?? "") - Date.parse(a.lastTimestamp ?? ""))
    .map(({ message = "" }) => Number(/ from (\d+) to 0$/.exec(message)?.[1]));
  const [count] = counts;
  return isCount(count) ? { count, by: "the event of its scaling down" } : null;
};

const byManifest = (live: Workload): FormerCount | null => {
  const count = lastApplied(live)?.spec?.replicas;
  return isCount(count) ? { count, by: "the manifest it was last applied from" } : null;
};

const desired = "deployment.kubernetes.io/desired-replicas";

const byHistory = ({ live, near }: Scene<Workload>): FormerCount | null => {
  const counts = near
    .filter((object) => object.kind === "ReplicaSet" && controlledBy(object, live))
    .map(({ metadata }) => Number(metadata.annotations?.[desired]))
    .filter(isCount);
  const [count] = counts;
  const agreed = count !== undefined && counts.every((other) => other === count);
  return agreed ? { count, by: "the ReplicaSets of its former revisions" } : null;
};

const controlledBy = ({ metadata }: KubeObject, live: KubeObject): boolean =>
  metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === live.metadata.uid) ?? false;
