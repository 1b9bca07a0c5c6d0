import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { KubeEvent, PersistentVolumeClaim, Pod } from "../../incident/kube.ts";
import { found, named, quote } from "../finding.ts";
import { missingIn } from "../start/config.ts";
import { livePods } from "../world/containers.ts";
import { eventCount, eventText } from "../world/events.ts";
import { keyOf, refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

const claimNames = ({ spec }: Pod): string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

interface Verdict {
  class: FaultClass;
  words: string;
  event: KubeEvent | null;
  confidence: number;
  disproof: string;
}

const classMissing = (world: World, claim: PersistentVolumeClaim): Verdict | null => {
  const wanted = claim.spec.storageClassName;
  const event = world.eventsOf(claim).find((one) => /storageclass.* not found/i.test(eventText(one))) ?? null;
  const absent =
    Boolean(wanted) && world.knows("StorageClass", null) && world.find("StorageClass", null, wanted ?? "") === null;
  if (!event && !absent) return null;
  const createdSince = wanted ? world.find("StorageClass", null, wanted) !== null : false;
  return {
    class: "storage-class-missing",
    words: `asks for storage class ${quote(wanted ?? "")}, which does not exist`,
    event,
    confidence: createdSince ? 0.6 : event ? 0.97 : 0.86,
    disproof: "kubectl get storageclass shows it",
  };
};

const byEvent: readonly (readonly [RegExp, Omit<Verdict, "event">])[] = [
  [
    /no storage class is set/,
    {
      class: "pvc-no-class-or-volume",
      words: "names no storage class, there is no default one, and no volume fits it",
      confidence: 0.95,
      disproof: "a default storage class or a fitting volume exists",
    },
  ],
  [
    /Waiting for a volume to be created|failed to provision volume/i,
    {
      class: "volume-mount-failed",
      words: "waits for its provisioner to make a volume",
      confidence: 0.86,
      disproof: "the provisioner's pods are healthy and its log shows progress on this claim",
    },
  ],
];

const pending = (world: World, claim: PersistentVolumeClaim): Verdict | null => {
  if (claim.status?.phase === "Lost")
    return {
      class: "volume-failed-or-lost",
      words: "has lost its volume (phase Lost)",
      event: null,
      confidence: 0.95,
      disproof: "the volume exists and is bound to this claim",
    };
  if (claim.status?.phase !== "Pending") return null;
  const missing = classMissing(world, claim);
  if (missing) return missing;
  const events = world.eventsOf(claim);
  for (const [pattern, verdict] of byEvent) {
    const event = events.find((one) => pattern.test(eventText(one)));
    if (event) return { ...verdict, event };
  }
  return null;
};

const claims = (world: World, users: Map<string, Pod[]>): Finding[] =>
  world.list("PersistentVolumeClaim").flatMap((claim) => {
    const verdict = pending(world, claim);
    if (!verdict) return [];
    const pods = users.get(keyOf(refOf(claim))) ?? [];
    const roots = [...new Map(pods.map((pod) => [keyOf(world.rootOf(pod)), world.rootOf(pod)])).values()];
    const [object = refOf(claim), ...others] = roots;
    return found(world, {
      class: verdict.class,
      object,
      statement: `${roots.length > 0 ? `${named(object)} cannot start: its` : "The"} PersistentVolumeClaim ${claim.metadata.name} ${verdict.words}.${verdict.event ? ` Kubernetes says: ${quote(eventText(verdict.event))}.` : ""}`,
      because: [claim, verdict.event, pods[0]],
      confidence: verdict.confidence,
      disproof: verdict.disproof,
      related: roots.length > 0 ? [refOf(claim), ...others] : [],
    });
  });

const claimMissing = (world: World, pod: Pod): Finding[] => {
  if (pod.status?.phase !== "Pending" || pod.spec.nodeName) return [];
  const namespace = pod.metadata.namespace ?? null;
  const event = world.eventsOf(pod).find(({ reason }) => reason === "FailedScheduling");
  const condition = pod.status.conditions?.find(({ type }) => type === "PodScheduled");
  const text = condition?.message ?? (event ? eventText(event) : "");
  const name = /persistentvolumeclaim "([^"]+)" not found/i.exec(text)?.[1];
  if (!name || !claimNames(pod).includes(name) || world.find("PersistentVolumeClaim", namespace, name)) return [];
  const object = world.rootOf(pod);
  return found(world, {
    class: "pvc-missing",
    object,
    statement: `${named(object)}: a pod waits for the PersistentVolumeClaim ${name}, which does not exist. The scheduler says: ${quote(text)}.`,
    because: [pod, condition?.message ? null : event],
    confidence: 0.95,
    disproof: `the claim ${name} exists`,
    related: [{ kind: "PersistentVolumeClaim", namespace, name }],
  });
};

const mounting = (world: World, pod: Pod): Finding[] => {
  if (pod.status?.phase !== "Pending" || !pod.spec.nodeName) return [];
  const events = world.eventsOf(pod);
  const attach = events.find((one) => /Multi-Attach error/.test(eventText(one)));
  const mount = events.find(
    (one) =>
      /^Failed(Mount|AttachVolume|MapVolume)$/.test(one.reason ?? "") &&
      !/failed to sync (configmap|secret) cache|not registered/.test(eventText(one)) &&
      missingIn(eventText(one)) === null &&
      eventCount(one) >= 3,
  );
  const event = attach ?? mount;
  if (!event) return [];
  const object = world.rootOf(pod);
  return found(world, {
    class: attach ? "volume-multi-attach" : "volume-mount-failed",
    object,
    statement: `${named(object)}: a pod waits for a volume that ${attach ? "another node still holds" : "cannot be mounted"}. The kubelet says: ${quote(eventText(event))}.`,
    because: [event, pod],
    confidence: attach ? 0.94 : 0.88,
    disproof: attach
      ? "no other pod uses the volume and no attachment is left"
      : "the next mount of the same volume succeeds",
  });
};

/** Claims and volumes that keep pods waiting. A claim that waits for its first consumer is normal and stays silent. */
export const storage = (world: World): Finding[] => {
  const pods = livePods(world);
  const users = Map.groupBy(
    pods.flatMap((pod) => claimNames(pod).map((name) => ({ pod, name }))),
    ({ pod, name }) => keyOf({ kind: "PersistentVolumeClaim", namespace: pod.metadata.namespace ?? null, name }),
  );
  const byClaim = new Map([...users].map(([key, uses]) => [key, uses.map(({ pod }) => pod)]));
  return [...claims(world, byClaim), ...pods.flatMap((pod) => [...claimMissing(world, pod), ...mounting(world, pod)])];
};
