import type { Evidence, Series } from "../incident/evidence.ts";
import type { KubeEvent, KubeObject, Pod, Workload } from "../incident/kube.ts";

/** Objects of one kind in the evidence; of several readings the last. */
export const objectsSeen = <T extends KubeObject>(evidence: readonly Evidence[], kind: string): T[] => {
  const byName = new Map<string, KubeObject>();
  for (const { answer } of evidence) {
    if (answer.kind !== "found" || answer.body.kind !== "objects") continue;
    for (const object of answer.body.objects) {
      if (object.kind === kind) byName.set(`${object.metadata.namespace ?? ""}/${object.metadata.name}`, object);
    }
  }
  return [...byName.values()] as T[];
};

export const seriesSeen = (evidence: readonly Evidence[], inQuery: string): Series[] =>
  evidence.flatMap(({ answer }) =>
    answer.kind === "found" && answer.body.kind === "series" && answer.body.query.includes(inQuery)
      ? answer.body.series
      : [],
  );

export const logsSeen = (evidence: readonly Evidence[], pods: readonly string[], container: string): string[] =>
  evidence.flatMap(({ answer }) =>
    answer.kind === "found" &&
    answer.body.kind === "log" &&
    answer.body.container === container &&
    pods.includes(answer.body.pod)
      ? [answer.body.text]
      : [],
  );

export const eventsSeen = (evidence: readonly Evidence[]): KubeEvent[] => objectsSeen<KubeEvent>(evidence, "Event");

/** Is this pod run by that workload? By its controller, never by labels alone: those anybody can set. */
export const ownsPod = (workload: KubeObject, { metadata }: KubeObject): boolean => {
  if (metadata.namespace !== workload.metadata.namespace) return false;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner?.kind !== "ReplicaSet") return owner?.kind === workload.kind && owner.uid === workload.metadata.uid;
  const hash = metadata.labels?.["pod-template-hash"];
  return workload.kind === "Deployment" && owner.name === `${workload.metadata.name}-${hash}`;
};

// A base that is too long is cut before its random end.
const longestBase = 58;
// The API server's own alphabet: no vowels, nothing that looks like another.
const randomEnd = /^[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/**
 * Was it made by its controller? One that was made elsewhere and only bears the labels is taken in as it is: under a name that
 * was not generated for this controller, or without the containers of its template. A StatefulSet gives each pod its name itself.
 * Where the object does not say how its name was made, the name must look it and the images be those of the template.
 */
export const isMadeByOwner = (workload: Workload, { metadata, spec }: Pod): boolean => {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner === undefined) return false;
  const named =
    owner.kind === "StatefulSet"
      ? isOrdinal(metadata.name, owner.name) &&
        metadata.labels?.["statefulset.kubernetes.io/pod-name"] === metadata.name
      : isGenerated(metadata, `${owner.name}-`);
  const exactly = owner.kind !== "StatefulSet" && metadata.generateName === undefined;
  return named && hasTemplateOf(workload, spec.containers, exactly);
};

const isGenerated = ({ name, generateName }: Pod["metadata"], base: string): boolean => {
  const kept = base.slice(0, longestBase);
  if (!name.startsWith(kept)) return false;
  return generateName === undefined ? randomEnd.test(name.slice(kept.length)) : generateName === base;
};

/** Images count only where nothing else tells: webhooks rewrite them. */
const hasTemplateOf = (workload: Workload, containers: Pod["spec"]["containers"], exactly: boolean): boolean =>
  workload.spec.template.spec.containers.every((wanted) =>
    containers.some(({ name, image }) => name === wanted.name && (!exactly || image === wanted.image)),
  );

const isOrdinal = (name: string, set: string): boolean =>
  name.startsWith(`${set}-`) && /^\d+$/.test(name.slice(set.length + 1));

export const ownPods = (workload: KubeObject, objects: readonly KubeObject[]): Pod[] =>
  objects.filter((object): object is Pod => object.kind === "Pod" && ownsPod(workload, object));

export const podsSeen = (evidence: readonly Evidence[], workload: Workload): Pod[] =>
  ownPods(workload, objectsSeen<Pod>(evidence, "Pod"));
