import type { ObjectRef } from "../../incident/subject.ts";
import { selectedWorkloads } from "../network/services.ts";
import { keyOf, refOf } from "../world/objects.ts";
import { selects } from "../world/selectors.ts";
import type { World } from "../world/world.ts";

/** Pods, nodes and claims that a workload stands on. */
const below = (world: World, root: ObjectRef): ObjectRef[] => {
  const pods = world.podsOf(root);
  const claims = pods.flatMap(({ spec }) =>
    (spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []),
  );
  return [
    ...pods.map(refOf),
    ...pods.flatMap(({ spec }) => (spec.nodeName ? [{ kind: "Node", namespace: null, name: spec.nodeName }] : [])),
    ...claims.map((name) => ({ kind: "PersistentVolumeClaim", namespace: root.namespace, name })),
  ];
};

/** What leads to a workload, sizes it or guards it. */
const above = (world: World, root: ObjectRef): ObjectRef[] => {
  const itself = world.workload(root);
  const labels = itself?.spec.template.metadata?.labels ?? world.podsOf(root)[0]?.metadata.labels;
  return [
    ...world
      .list("Service")
      .filter((one) => selectedWorkloads(world, one).some((workload) => keyOf(refOf(workload)) === keyOf(root)))
      .map(refOf),
    ...world
      .list("HorizontalPodAutoscaler")
      .filter(
        ({ spec, metadata }) =>
          metadata.namespace === root.namespace &&
          spec.scaleTargetRef.kind === root.kind &&
          spec.scaleTargetRef.name === root.name,
      )
      .map(refOf),
    ...world
      .list("PodDisruptionBudget")
      .filter(
        ({ spec, metadata }) =>
          metadata.namespace === root.namespace && spec?.selector !== undefined && selects(spec.selector, labels),
      )
      .map(refOf),
  ];
};

/** Alerts may name a pod or a run; what is sick is what owns it. */
export const rootedAt = (world: World, subject: ObjectRef): ObjectRef => {
  const owned = ["Pod", "ReplicaSet", "Job"] as const;
  const kind = owned.find((one) => one === subject.kind);
  const object = kind ? world.find(kind, subject.namespace, subject.name) : null;
  return object ? world.rootOf(object) : subject;
};

/** What a Service, an autoscaler, a budget or a claim is for. */
export const targets = (world: World, { kind, namespace, name }: ObjectRef): ObjectRef[] => {
  if (kind === "Service") {
    const service = world.find("Service", namespace, name);
    return service ? selectedWorkloads(world, service).map(refOf) : [];
  }
  if (kind === "HorizontalPodAutoscaler") {
    const hpa = world.find("HorizontalPodAutoscaler", namespace, name);
    return hpa ? [{ kind: hpa.spec.scaleTargetRef.kind, namespace, name: hpa.spec.scaleTargetRef.name }] : [];
  }
  if (kind === "PodDisruptionBudget") {
    const selector = world.find("PodDisruptionBudget", namespace, name)?.spec?.selector;
    return selector
      ? world.workloads
          .filter(
            (one) => one.metadata.namespace === namespace && selects(selector, one.spec.template.metadata?.labels),
          )
          .map(refOf)
      : [];
  }
  if (kind === "PersistentVolumeClaim")
    return world
      .list("Pod")
      .filter(
        (pod) =>
          pod.metadata.namespace === namespace &&
          pod.spec.volumes?.some((one) => one.persistentVolumeClaim?.claimName === name),
      )
      .map((pod) => world.rootOf(pod));
  return [];
};

/** The objects whose sickness may be the subject's: what it stands on, what leads to it, what it leads to. */
export const reachOf = (world: World, subject: ObjectRef): ReadonlySet<string> => {
  const led = targets(world, subject);
  // From a Service the way goes down only: a sibling Service of the same pods is another trouble.
  const up = led.length > 0 ? [] : [subject, ...led].flatMap((root) => above(world, root));
  const roots = [subject, ...led];
  return new Set([...roots, ...roots.flatMap((root) => below(world, root)), ...up].map(keyOf));
};
