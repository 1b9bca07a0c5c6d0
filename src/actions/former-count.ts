import type { KubeEvent, KubeObject, Workload } from "../incident/kube.ts";
import { lastApplied } from "./last-applied.ts";
import { eventsSeen } from "./seen.ts";
import type { Scene } from "./verb.ts";

export interface FormerCount {
  count: number;
  by: string;
}

const largest = 1000;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

/** How many replicas a workload had before, and what says so; or why that is not known. Any of them can be forged or old. */
export const formerCount = (scene: Scene<Workload>): FormerCount | string => {
  const found = [byEvent(scene), byManifest(scene.live), byHistory(scene)].filter((one) => one !== null);
  const [first] = found;
  if (first === undefined || first.count > largest) return "how many replicas it had before is not on record";
  if (found.every(({ count }) => count === first.count)) return first;
  return `what says how many replicas it had before does not agree: ${found.map(({ count, by }) => `${count} by ${by}`).join(", ")}`;
};

/** What now tells another count than the one that was approved. */
export const otherCount = (live: Workload, near: readonly KubeObject[], approved: number): string | null => {
  const other = [byManifest(live), byHistory({ live, near })].find((one) => one !== null && one.count !== approved);
  return other ? `${other.by} now tells ${other.count} replicas` : null;
};

// "Scaled down replica set web-5bd from 3 to 0", written by the Deployment controller about this very object.
const byEvent = ({ evidence, live }: Scene<Workload>): FormerCount | null => {
  const [last] = eventsSeen(evidence)
    .filter((event) => event.reason === "ScalingReplicaSet" && isAbout(event, live))
    .toSorted((a, b) => Date.parse(b.lastTimestamp ?? "") - Date.parse(a.lastTimestamp ?? ""));
  if (last === undefined || !isOfController(last)) return null;
  const count = Number(/ from (\d+) to 0$/.exec(last.message ?? "")?.[1]);
  return isCount(count) ? { count, by: "the event of its scaling down" } : null;
};

const isAbout = ({ involvedObject: about }: KubeEvent, { kind, metadata }: KubeObject): boolean =>
  about.uid === metadata.uid &&
  about.kind === kind &&
  about.name === metadata.name &&
  about.namespace === metadata.namespace;

const controller = "deployment-controller";
const isOfController = ({ source, reportingComponent }: KubeEvent): boolean => {
  const said = [source?.component, reportingComponent].filter((one) => one !== undefined && one !== "");
  return said.length > 0 && said.every((one) => one === controller);
};

const byManifest = (live: Workload): FormerCount | null => {
  const count = lastApplied(live)?.spec?.replicas;
  return isCount(count) ? { count, by: "the manifest it was last applied from" } : null;
};

const desired = "deployment.kubernetes.io/desired-replicas";

const byHistory = ({ live, near }: Pick<Scene<Workload>, "live" | "near">): FormerCount | null => {
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
