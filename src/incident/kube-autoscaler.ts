import type { Condition, KubeObject } from "./kube.ts";

export interface HorizontalPodAutoscaler extends KubeObject {
  spec: {
    scaleTargetRef: { apiVersion?: string; kind: string; name: string };
    minReplicas?: number;
    maxReplicas: number;
    metrics?: HpaMetric<"target">[];
  };
  status?: {
    currentReplicas?: number;
    desiredReplicas?: number;
    conditions?: Condition[];
    currentMetrics?: HpaMetric<"current">[];
  };
}

interface HpaAmount {
  averageUtilization?: number;
  averageValue?: string;
  value?: string;
}

/** One metric of an autoscaler: what it aims at (spec) or what was measured (status). */
export type HpaMetric<Side extends "target" | "current"> = { type?: string } & {
  [Source in "resource" | "containerResource" | "pods" | "object" | "external"]?: {
    name?: string;
    container?: string;
    metric?: { name?: string };
  } & { [Key in Side]?: HpaAmount };
};
