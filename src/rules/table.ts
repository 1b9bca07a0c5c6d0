import { autoscaling } from "./autoscaling.ts";
import { config } from "./config.ts";
import { crashes } from "./crash.ts";
import { disruption } from "./disruption.ts";
import { duplicates } from "./duplicates.ts";
import { eviction } from "./eviction.ts";
import { forbidden } from "./forbidden.ts";
import { images } from "./image.ts";
import { ingresses } from "./ingress.ts";
import { initContainers } from "./init.ts";
import { jobs } from "./jobs.ts";
import { lifecycle } from "./lifecycle.ts";
import { memory } from "./memory.ts";
import { network } from "./network.ts";
import { nodes } from "./node.ts";
import { nodeLife } from "./node-life.ts";
import { ordered } from "./ordered.ts";
import { platform } from "./platform.ts";
import { preemption } from "./preemption.ts";
import { probes } from "./probes.ts";
import { refusedPods } from "./quota.ts";
import { reapplied } from "./reapplied.ts";
import { recreated } from "./recreated.ts";
import { rollouts } from "./rollout.ts";
import type { Rule } from "./rule.ts";
import { scheduling } from "./scheduling.ts";
import { serviceShape } from "./service-shape.ts";
import { services } from "./services.ts";
import { start } from "./start.ts";
import { storage } from "./storage.ts";
import { strategies } from "./strategy.ts";
import { terminating } from "./terminating.ts";
import { throttling } from "./throttling.ts";

/** Every rule there is. The order is for readers: findings are ordered by `rank`. */
export const rules: Readonly<Record<string, Rule>> = {
  images,
  config,
  start,
  memory,
  initContainers,
  crashes,
  probes,
  scheduling,
  storage,
  eviction,
  refusedPods,
  jobs,
  services,
  autoscaling,
  disruption,
  nodes,
  rollouts,
  duplicates,
  forbidden,
  ingresses,
  lifecycle,
  network,
  ordered,
  preemption,
  serviceShape,
  terminating,
  throttling,
  strategies,
  reapplied,
  recreated,
  nodeLife,
  platform,
};
