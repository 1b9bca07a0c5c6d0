import type { HorizontalPodAutoscaler, HpaMetric } from "../../incident/kube-autoscaler.ts";
import { parseQuantity } from "../../incident/quantity.ts";

const sources = ["resource", "containerResource", "pods", "object", "external"] as const;
const amounts = ["averageUtilization", "averageValue", "value"] as const;

interface Load {
  /** How often what one replica should bear is on it. */
  readonly ratio: number;
  readonly words: string;
}

const nameIn = (metric: HpaMetric<"target" | "current">, source: (typeof sources)[number]): string =>
  [metric[source]?.container, metric[source]?.name ?? metric[source]?.metric?.name].filter(Boolean).join(" ");

const loadOf = (aim: HpaMetric<"target">, measured: readonly HpaMetric<"current">[]): Load[] =>
  sources.flatMap((source) => {
    const name = nameIn(aim, source);
    const now = measured.find((one) => one[source] && nameIn(one, source) === name)?.[source]?.current;
    const target = aim[source]?.target;
    return amounts.flatMap((amount) => {
      const [want, have] = [parseQuantity(target?.[amount]), parseQuantity(now?.[amount])];
      if (want === null || have === null || want <= 0) return [];
      const unit = amount === "averageUtilization" ? " %" : "";
      return [
        { ratio: have / want, words: `${name} at ${now?.[amount]}${unit} of a target of ${target?.[amount]}${unit}` },
      ];
    });
  });

/** How many replicas the load asks for, as the autoscaler itself would count if it had no maximum, with the sum. */
export const replicasNeeded = ({ spec, status }: HorizontalPodAutoscaler): { replicas: number; sum: string } | null => {
  const current = status?.currentReplicas ?? 0;
  const [most] = (spec.metrics ?? [])
    .flatMap((aim) => loadOf(aim, status?.currentMetrics ?? []))
    .toSorted((a, b) => b.ratio - a.ratio);
  const replicas = most ? Math.ceil(current * most.ratio) : 0;
  return most && replicas > spec.maxReplicas
    ? { replicas, sum: `${most.words}: ${current} × ${Number(most.ratio.toFixed(2))} ≈ ${replicas} replicas` }
    : null;
};
