import type { Evidence } from "../../incident/evidence.ts";
import type { KubeEvent, KubeObject, Pod, Workload } from "../../incident/kube.ts";
import { readableEvidence } from "../../incident/readable.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { eventIndex } from "./events.ts";
import type { KindMap, KnownKind } from "./kind-map.ts";
import { type Known, knownKinds } from "./known.ts";
import { type LogText, logIndex } from "./log-text.ts";
import { newestAnswers } from "./newest.ts";
import { keyOf, objectIndex, refOf } from "./objects.ts";
import { ownerWalk } from "./owners.ts";

/** All evidence of one incident, indexed for rules. Every object in it knows the evidence it was read from. */
export interface World {
  readonly evidence: readonly Evidence[];
  readonly now: number;
  list<K extends KnownKind>(kind: K): readonly KindMap[K][];
  find<K extends KnownKind>(kind: K, namespace: string | null, name: string): KindMap[K] | null;
  /** Deployments, StatefulSets and DaemonSets. */
  readonly workloads: readonly Workload[];
  /** Null where it was not read, and for what is of another kind. */
  workload(ref: ObjectRef): Workload | null;
  /** Newest first; events of an earlier object of the same name are left out. */
  eventsOf(object: KubeObject): readonly KubeEvent[];
  eventsAbout(ref: ObjectRef): readonly KubeEvent[];
  rootOf(object: KubeObject): ObjectRef;
  podsOf(root: ObjectRef): readonly Pod[];
  log(pod: Pod, container: string, previous: boolean): LogText | null;
  /** Whether anybody tried to read the log of this life of the container. */
  askedLog(pod: Pod, container: string, previous: boolean): boolean;
  /** Null when nobody asked: then a missing name proves nothing. */
  configMapNames(namespace: string): ReadonlySet<string> | null;
  /** Whether the whole list of a kind was read, so that what is not in it does not exist. */
  readonly knows: Known;
  /** Evidence ids of objects and logs, each once. */
  cite(...things: (KubeObject | LogText | null | undefined)[]): string[];
}

const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;

const configMapIndex = (evidence: readonly Evidence[]): Map<string, Set<string>> =>
  new Map(
    evidence.flatMap(({ question, answer }): [string, Set<string>][] => {
      if (question.ask !== "names") return [];
      if (answer.kind === "no-data") return [[question.namespace, new Set()]];
      if (answer.kind !== "found" || answer.body.kind !== "names") return [];
      return [[question.namespace, new Set(answer.body.names.map((name) => name.replace(/^configmap\//, "")))]];
    }),
  );

export const worldOf = (all: readonly Evidence[], now: string): World => {
  const evidence = newestAnswers(all).map(readableEvidence);
  const objects = objectIndex(evidence);
  const logs = logIndex(evidence);
  const rootOf = ownerWalk(objects.find);
  const asked = new Set(
    evidence.flatMap(({ question }) =>
      question.ask === "logs"
        ? JSON.stringify([question.namespace, question.pod, question.container, question.previous])
        : [],
    ),
  );
  const events = eventIndex(objects.list("Event"));
  const configMaps = configMapIndex(evidence);
  const pods = Map.groupBy(objects.list("Pod"), (pod) => keyOf(rootOf(pod)));
  return {
    evidence,
    now: Date.parse(now),
    list: objects.list,
    find: objects.find,
    workloads: workloadKinds.flatMap((kind) => objects.list(kind)),
    workload: ({ kind, namespace, name }) => {
      const known = workloadKinds.find((one) => one === kind);
      return known ? objects.find(known, namespace, name) : null;
    },
    eventsOf: (object) => events(refOf(object), object.metadata.uid),
    eventsAbout: (ref) => events(ref, undefined),
    rootOf,
    podsOf: (root) => pods.get(keyOf(root)) ?? [],
    log: logs,
    askedLog: (pod, container, previous) =>
      asked.has(JSON.stringify([pod.metadata.namespace, pod.metadata.name, container, previous])),
    configMapNames: (namespace) => configMaps.get(namespace) ?? null,
    knows: knownKinds(evidence),
    cite: (...things) => [
      ...new Set(
        things.flatMap((thing) => (thing ? (objects.evidenceOf(thing) ?? ("id" in thing ? `${thing.id}` : [])) : [])),
      ),
    ],
  };
};
