import type { KubeObject, ResourceQuota, Workload } from "../incident/kube.ts";
import { parseQuantity, quantityWithin } from "../incident/quantity.ts";
import { objectsSeen } from "./seen.ts";
import type { Scene as SceneOf } from "./verb.ts";

type Scene = SceneOf<Workload>;

/** One upper limit for the new value, and who says so. */
export interface Bound {
  bytes: number;
  by: string;
}

interface LimitRange extends KubeObject {
  spec?: { limits?: { type?: string; max?: Record<string, string> }[] };
}

/** Everything that keeps the new limit of a container from growing; the least of them counts. */
export const memoryBounds = (scene: Scene, from: number): Bound[] => {
  const { maxFactor, ceiling } = scene.policy.memoryLimit;
  return [
    { bytes: from * maxFactor, by: `policy allows ${maxFactor} times ${quantityWithin(from)}` },
    { bytes: parseQuantity(ceiling) ?? from, by: `policy allows at most ${ceiling}` },
    ...rangeBounds(scene),
    ...quotaBounds(scene, from),
  ];
};

const inNamespace = ({ live }: Scene, { metadata }: KubeObject): boolean =>
  metadata.namespace === live.metadata.namespace;

const rangeBounds = (scene: Scene): Bound[] =>
  objectsSeen<LimitRange>(scene.evidence, "LimitRange")
    .filter((range) => inNamespace(scene, range))
    .flatMap(({ metadata, spec }) =>
      (spec?.limits ?? []).flatMap(({ type, max }) => {
        const bytes = parseQuantity(max?.memory);
        return bytes === null || type !== "Container" ? [] : [{ bytes, by: `LimitRange ${metadata.name}` }];
      }),
    );

// All replicas grow, and one pod more runs while they are replaced.
const quotaBounds = (scene: Scene, from: number): Bound[] => {
  const replicas = replicasOf(scene.live);
  return objectsSeen<ResourceQuota>(scene.evidence, "ResourceQuota")
    .filter((quota) => inNamespace(scene, quota))
    .flatMap(({ metadata, status }) => {
      const hard = parseQuantity(status?.hard?.["limits.memory"]);
      if (hard === null) return [];
      const free = hard - (parseQuantity(status?.used?.["limits.memory"]) ?? 0);
      return [{ bytes: (free + from * replicas) / (replicas + 1), by: `ResourceQuota ${metadata.name}` }];
    });
};

const replicasOf = ({ spec, status }: Workload): number => spec.replicas ?? status?.desiredNumberScheduled ?? 1;
