import { forbidden } from "./control-plane/forbidden.ts";
import { platform } from "./control-plane/platform.ts";
import { reapplied } from "./control-plane/reapplied.ts";
import { terminating } from "./control-plane/terminating.ts";
import { jobs } from "./jobs/jobs.ts";
import { ingresses } from "./network/ingress.ts";
import { network } from "./network/network.ts";
import { serviceShape } from "./network/service-shape.ts";
import { services } from "./network/services.ts";
import { nodes } from "./node/node.ts";
import { nodeLife } from "./node/node-life.ts";
import { autoscaling } from "./resources/autoscaling.ts";
import { eviction } from "./resources/eviction.ts";
import { memory } from "./resources/memory.ts";
import { preemption } from "./resources/preemption.ts";
import { refusedPods } from "./resources/quota.ts";
import { throttling } from "./resources/throttling.ts";
import { disruption } from "./rollout/disruption.ts";
import { gates } from "./rollout/gates.ts";
import { ordered } from "./rollout/ordered.ts";
import { probes } from "./rollout/probes.ts";
import { rollouts } from "./rollout/rollout.ts";
import { strategies } from "./rollout/strategy.ts";
import type { Rule } from "./rule.ts";
import { noNode } from "./scheduling/no-node.ts";
import { rejected } from "./scheduling/rejected.ts";
import { scheduling } from "./scheduling/scheduling.ts";
import { config } from "./start/config.ts";
import { crashes } from "./start/crash.ts";
import { duplicates } from "./start/duplicates.ts";
import { goneCrashes } from "./start/gone.ts";
import { images } from "./start/image.ts";
import { initContainers } from "./start/init.ts";
import { lifecycle } from "./start/lifecycle.ts";
import { start } from "./start/start.ts";
import { filling } from "./storage/filling.ts";
import { recreated } from "./storage/recreated.ts";
import { storage } from "./storage/storage.ts";

/** Every rule there is. The order is for readers: findings are ordered by `rank`. */
export const rules: Readonly<Record<string, Rule>> = {
  images,
  config,
  start,
  memory,
  initContainers,
  crashes,
  goneCrashes,
  probes,
  scheduling,
  rejected,
  storage,
  filling,
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
  gates,
  noNode,
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
