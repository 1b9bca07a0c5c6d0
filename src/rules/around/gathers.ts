import type { Cause, Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import { isControl } from "../../incident/fault-classes.ts";
import type { Pod } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { certainFrom } from "../certain.ts";
import type { KnownKind } from "../world/kind-map.ts";
import { keyOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

type Gathering = NonNullable<Cause["gathers"]>;

/** They stand in every checkpoint from here on. */
const mostVictims = 500;

/**
 * Classes whose finding stands on the victim and names what is behind it: of one such thing, one trouble. The first kind
 * that is named counts: the workload behind a Service is nearer to the cause than the Service.
 */
const behind: Partial<Record<FaultClass, readonly string[]>> = {
  "configmap-missing": ["ConfigMap"],
  "secret-missing": ["Secret"],
  "config-key-missing": ["ConfigMap", "Secret"],
  "env-var-missing-or-wrong": ["ConfigMap", "Secret"],
  "quota-exceeded": ["ResourceQuota"],
  "quota-requires-resources": ["ResourceQuota"],
  "service-account-missing": ["ServiceAccount"],
  "pvc-missing": ["PersistentVolumeClaim"],
  "pvc-no-class-or-volume": ["PersistentVolumeClaim"],
  "volume-failed-or-lost": ["PersistentVolumeClaim"],
  "node-pressure-eviction": ["Node"],
  "dependency-unavailable": ["Deployment", "StatefulSet", "DaemonSet", "Service"],
  "service-deleted": ["Service"],
};

const ofImage: ReadonlySet<FaultClass> = new Set([
  "image-not-found",
  "image-pull-unauthorized",
  "image-wrong-architecture",
  "image-ref-or-pull-policy-wrong",
]);
const ofRegistry: ReadonlySet<FaultClass> = new Set(["image-registry-unreachable", "image-pull-rate-limited"]);

const unready = ({ status }: Pod): boolean =>
  status?.phase !== "Succeeded" &&
  !status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True");

const unpulled = (pods: readonly Pod[]): string[] => [
  ...new Set(
    pods.flatMap(({ spec, status }) =>
      [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
        .filter(({ state }) => /Image/.test(state?.waiting?.reason ?? ""))
        .flatMap(({ name }) =>
          [...(spec.initContainers ?? []), ...spec.containers].flatMap((one) =>
            one.name === name ? (one.image ?? []) : [],
          ),
        ),
    ),
  ),
];

/** As the container runtime reads it: the first part is a host only if it looks like one. */
const registryOf = (image: string): string => {
  const [first = "", ...rest] = image.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "docker.io";
};

/**
 * Two that cannot pull different images have nothing in common, whatever the texts say. Nor have two of different
 * namespaces: whoever set the tag there is somebody else, and it takes another change.
 */
const imageBehind = (world: World, { class: name, object }: Finding): ObjectRef | null => {
  const whole = ofImage.has(name);
  if (!whole && !ofRegistry.has(name)) return null;
  const images = unpulled(world.podsOf(object));
  const names = [...new Set(whole ? images : images.map(registryOf))];
  const [only] = names;
  return only === undefined || names.length > 1
    ? null
    : { kind: whole ? "Image" : "Registry", namespace: whole ? (object.namespace ?? null) : null, name: only };
};

/** What a finding traces back to. Where that is not one thing it is the object itself. */
const rootOf = (world: World, finding: Finding): ObjectRef => {
  for (const wanted of behind[finding.class] ?? []) {
    const [named, another] = finding.related.filter(({ kind }) => kind === wanted);
    if (named !== undefined) return another === undefined ? named : finding.object;
  }
  return imageBehind(world, finding) ?? finding.object;
};

const isWorkload = ({ kind }: ObjectRef): boolean => /^(Deployment|StatefulSet|DaemonSet|Job|CronJob)$/.test(kind);

/** Suffers visibly. On a node: only where each sick pod of it lies there. */
const suffers = (world: World, by: ObjectRef, victim: ObjectRef): boolean => {
  const pods = world.podsOf(victim);
  const sick = pods.filter(unready);
  if (by.kind === "Node") return sick.length > 0 && sick.every(({ spec }) => spec.nodeName === by.name);
  return sick.length > 0 || pods.length === 0;
};

/** Guessed as the alert came in, because the cluster was slow to answer; seen there since, it is no guess any more. */
const onlyGuessed = (world: World, { guessed, kind, namespace, name }: ObjectRef & { readonly guessed?: boolean }) =>
  guessed === true && world.find(kind as KnownKind, namespace, name) === null;

/**
 * What this diagnosis would gather into one trouble: read off the cluster, never off the time. Null where the alert was
 * about more than one object, or about one that was only guessed.
 */
export const gathering = (
  world: World,
  subject: ObjectRef & { readonly guessed?: boolean },
  finding: Finding,
  all: readonly Finding[],
): Gathering | null => {
  const touches = [finding.object, ...finding.related].some((ref) => keyOf(ref) === keyOf(subject));
  if (isControl(finding.class) || !touches || onlyGuessed(world, subject) || /^(Namespace|Cluster)$/.test(subject.kind))
    return null;
  const by = rootOf(world, finding);
  const certain = all
    .filter((one) => one.confidence >= certainFrom && !isControl(one.class))
    .map((one) => ({ one, of: keyOf(rootOf(world, one)) }));
  const alike = certain.filter(({ of }) => of === keyOf(by)).map(({ one }) => one);
  // Something else that is certain is wrong with these: their own look tells what comes first.
  const otherwise = new Set(certain.filter(({ of }) => of !== keyOf(by)).map(({ one }) => keyOf(one.object)));
  const refs = [finding, ...alike].flatMap(({ object, related }) => [object, ...related]).filter(isWorkload);
  const others = [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()].filter(
    (ref) => keyOf(ref) !== keyOf(by) && !otherwise.has(keyOf(ref)) && suffers(world, by, ref),
  );
  return { by, victims: others.slice(0, mostVictims) };
};
