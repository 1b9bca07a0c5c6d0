import { sha256 } from "../incident/canonical.ts";
import type { KubeObject, Pod, Workload } from "../incident/kube.ts";
import { originalHash, withOriginalHash } from "../incident/original-hash.ts";

export type Template = Workload["spec"]["template"];

/** One state the pod template of a workload was in. */
export interface Revision {
  number: number;
  /** Name of the ReplicaSet or ControllerRevision that keeps it. */
  name: string;
  template: Template;
  templateHash: string;
  /** No earlier than this it became the newest: one that is put back keeps the ReplicaSet, and its age, of its first time. */
  createdAt: string;
  /** Pods of this revision that are ready now. */
  ready: number;
  changeCause: string | null;
}

/** Where the history of a kind of workload is kept. */
export const historyKind = (kind: string): "ReplicaSet" | "ControllerRevision" =>
  kind === "Deployment" ? "ReplicaSet" : "ControllerRevision";

/** Newest first. Only what the workload itself controls: a name or a label is no proof. */
export const revisionsOf = (workload: Workload, history: readonly KubeObject[], pods: readonly Pod[]): Revision[] =>
  history
    .filter(({ metadata }) =>
      metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === workload.metadata.uid),
    )
    .flatMap((object) => revisionOf(object, pods) ?? [])
    .sort((a, b) => b.number - a.number)
    .map((revision, at, all) => ({ ...revision, createdAt: newestOf(all.slice(at)) }));

const newestOf = (revisions: readonly Revision[]): string =>
  revisions.map(({ createdAt }) => createdAt).reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));

const revisionOf = (object: KubeObject, pods: readonly Pod[]): Revision | null => {
  const template = templateOf(object);
  const number = numberOf(object);
  if (template === null || !Number.isSafeInteger(number)) return null;
  return {
    number,
    name: object.metadata.name,
    template,
    templateHash: templateHash(template),
    createdAt: object.metadata.creationTimestamp ?? "",
    ready: readyOf(object, pods),
    changeCause: object.metadata.annotations?.["kubernetes.io/change-cause"] ?? null,
  };
};

const numberOf = (object: KubeObject): number =>
  object.kind === "ReplicaSet"
    ? Number(object.metadata.annotations?.["deployment.kubernetes.io/revision"])
    : Number(object.revision);

/** The template that a ReplicaSet or ControllerRevision keeps, without what its controller added to it. */
export const templateOf = (object: KubeObject): Template | null => {
  const holder = object.kind === "ControllerRevision" ? (object.data as KubeObject | undefined) : object;
  const kept = (holder?.spec as { template?: Template } | undefined)?.template;
  return kept?.spec === undefined ? null : bare(kept);
};

const bare = (template: Template): Template => {
  const copy = structuredClone(template) as Template & { $patch?: string };
  delete copy.$patch;
  if (copy.metadata?.labels) delete copy.metadata.labels["pod-template-hash"];
  if (copy.metadata && "creationTimestamp" in copy.metadata) delete copy.metadata.creationTimestamp;
  return withOriginalHash(copy, originalHash(template));
};

export const templateHash = (template: Template): string => originalHash(template) ?? sha256(bare(template));

const readyOf = (object: KubeObject, pods: readonly Pod[]): number => {
  if (object.kind === "ReplicaSet") return (object as Workload).status?.readyReplicas ?? 0;
  const hash = object.metadata.labels?.["controller-revision-hash"];
  return pods.filter(({ metadata, status }) => {
    const label = metadata.labels?.["controller-revision-hash"];
    const mine = label === object.metadata.name || (hash !== undefined && label === hash);
    return mine && status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True");
  }).length;
};
