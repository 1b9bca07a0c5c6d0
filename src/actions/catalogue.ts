import type { Verb } from "../incident/plan.ts";
import { cordonNode } from "./cordon-node.ts";
import { deletePod } from "./delete-pod.ts";
import { raiseCpuLimit } from "./raise-cpu-limit.ts";
import { raiseMemoryLimit } from "./raise-memory-limit.ts";
import { rerunJob } from "./rerun-job.ts";
import { restartWorkload } from "./restart-workload.ts";
import { restoreProbe } from "./restore-probe.ts";
import { restoreServicePort } from "./restore-service-port.ts";
import { restoreServiceSelector } from "./restore-service-selector.ts";
import { resumeCronJob } from "./resume-cronjob.ts";
import { resumeRollout } from "./resume-rollout.ts";
import { scaleWorkload } from "./scale-workload.ts";
import { uncordonNode } from "./uncordon-node.ts";
import { undoRollout } from "./undo-rollout.ts";
import type { VerbSpec } from "./verb.ts";

/** Every change Nightshift can make. The order is the preference when several would help: the narrower one first. */
const catalogue = {
  "restore-probe": restoreProbe,
  "undo-rollout": undoRollout,
  "raise-memory-limit": raiseMemoryLimit,
  "raise-cpu-limit": raiseCpuLimit,
  "restart-workload": restartWorkload,
  "scale-workload": scaleWorkload,
  "resume-rollout": resumeRollout,
  "resume-cronjob": resumeCronJob,
  "restore-service-selector": restoreServiceSelector,
  "restore-service-port": restoreServicePort,
  "uncordon-node": uncordonNode,
  "cordon-node": cordonNode,
  "delete-pod": deletePod,
  "rerun-job": rerunJob,
} satisfies { [V in Verb]: { verb: V } };

// The compiler cannot follow that a verb, its parameters and its kind of target always come together; Action keeps them so.
export const verbs = Object.values(catalogue) as readonly unknown[] as readonly VerbSpec[];

export const verbSpec = (verb: Verb): VerbSpec => catalogue[verb] as unknown as VerbSpec;

export const isVerb = (name: string): name is Verb => Object.hasOwn(catalogue, name);
