import type { Condition, KubeObject, PodSpec } from "./kube.ts";

export interface Job extends KubeObject {
  spec: {
    parallelism?: number;
    backoffLimit?: number;
    activeDeadlineSeconds?: number;
    suspend?: boolean;
    template: { spec: PodSpec };
  };
  status?: {
    active?: number;
    succeeded?: number;
    failed?: number;
    conditions?: Condition[];
    startTime?: string;
    completionTime?: string;
  };
}

export interface CronJob extends KubeObject {
  spec: { schedule: string; suspend?: boolean; startingDeadlineSeconds?: number };
  status?: { lastScheduleTime?: string; lastSuccessfulTime?: string };
}
