import type { KubeObject } from "../incident/kube.ts";
import type { HorizontalPodAutoscaler } from "../incident/kube-autoscaler.ts";

/** The autoscaler that owns the replica count of a workload; a count set by hand would not last beside it. */
export const scaledBy = (
  near: readonly KubeObject[],
  { kind, metadata }: KubeObject,
): HorizontalPodAutoscaler | undefined =>
  near.filter(isScaler).find(({ spec: { scaleTargetRef: to } }) => to.kind === kind && to.name === metadata.name);

const isScaler = (object: KubeObject): object is HorizontalPodAutoscaler => object.kind === "HorizontalPodAutoscaler";
