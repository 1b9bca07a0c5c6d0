import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { Condition } from "../../incident/kube.ts";
import type { HorizontalPodAutoscaler } from "../../incident/kube-autoscaler.ts";
import { found, named, quote } from "../finding.ts";
import { clock } from "../world/containers.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import { replicasNeeded } from "./replicas-need.ts";

/** A new HPA needs a while until its first metrics come. */
const settling = 60_000;

const workloadKinds = ["Deployment", "StatefulSet"] as const;

interface Sort {
  class: FaultClass;
  words: string;
  condition: Condition;
  confidence: number;
}

const blind = (condition: Condition): Sort | null => {
  if (condition.reason === "ScalingDisabled") return null;
  const down = /currently unable to handle the request/.test(condition.message ?? "");
  return {
    class: down ? "aggregated-api-down" : "hpa-metrics-missing",
    words: down
      ? "cannot scale: the metrics API is registered but does not answer"
      : "cannot scale: it gets no metrics",
    condition,
    confidence: 0.95,
  };
};

const sortOf = (hpa: HorizontalPodAutoscaler): Sort | null => {
  const by = (type: string, status: string) =>
    hpa.status?.conditions?.find((one) => one.type === type && one.status === status);
  const unable = by("AbleToScale", "False");
  if (unable?.reason === "FailedGetScale")
    return {
      class: "hpa-target-missing",
      words: "cannot scale: it does not find its target",
      condition: unable,
      confidence: 0.96,
    };
  const inactive = by("ScalingActive", "False");
  if (inactive) return blind(inactive);
  const limited = by("ScalingLimited", "True");
  const { currentReplicas = 0 } = hpa.status ?? {};
  return limited?.reason === "TooManyReplicas" &&
    currentReplicas >= hpa.spec.maxReplicas &&
    (hpa.spec.minReplicas ?? 1) < hpa.spec.maxReplicas
    ? {
        class: "hpa-at-maximum",
        words: `runs at its maximum of ${hpa.spec.maxReplicas} replicas and wants more`,
        condition: limited,
        confidence: 0.93,
      }
    : null;
};

/** Autoscalers that cannot see, cannot reach their target, or have no room left. */
export const autoscaling = (world: World): Finding[] =>
  world.list("HorizontalPodAutoscaler").flatMap((hpa) => {
    const sort = sortOf(hpa);
    if (!sort) return [];
    const { kind, name } = hpa.spec.scaleTargetRef;
    const object = refOf(hpa);
    const target = workloadKinds.find((one) => one === kind);
    // What the whole list of its kind does not hold needs no waiting time.
    const absent = target && world.knows(target, object.namespace) && !world.find(target, object.namespace, name);
    const early = world.now - clock(sort.condition.lastTransitionTime) < settling;
    const need = sort.class === "hpa-at-maximum" ? replicasNeeded(hpa) : null;
    if (early && !(absent && sort.class === "hpa-target-missing")) return [];
    return found(world, {
      class: sort.class,
      object,
      statement: `${named(object)} ${sort.words}. It says: ${quote(sort.condition.message ?? "", 400)}.${need ? ` By its own measure it needs ${need.sum}, unless the pods are slow for another reason.` : ""}`,
      because: [hpa],
      confidence: sort.confidence,
      disproof: "kubectl describe hpa shows a current value and ScalingActive True",
      related: [{ kind, namespace: object.namespace, name }],
    });
  });
