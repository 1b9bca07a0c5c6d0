// The catalogue of fault classes. A slug is a stable name: never reused, never renamed.
import { controlPlane } from "./fault-classes/control-plane.ts";
import { controls } from "./fault-classes/controls.ts";
import type { FaultClassEntry } from "./fault-classes/entry.ts";
import { jobs } from "./fault-classes/jobs.ts";
import { network } from "./fault-classes/network.ts";
import { node } from "./fault-classes/node.ts";
import { resources } from "./fault-classes/resources.ts";
import { rollout } from "./fault-classes/rollout.ts";
import { scheduling } from "./fault-classes/scheduling.ts";
import { start } from "./fault-classes/start.ts";
import { storage } from "./fault-classes/storage.ts";

export const faultClasses = {
  ...start,
  ...resources,
  ...scheduling,
  ...storage,
  ...rollout,
  ...network,
  ...jobs,
  ...controlPlane,
  ...node,
  ...controls,
} as const satisfies Record<string, FaultClassEntry>;

export type FaultClass = keyof typeof faultClasses;

export const faultClassNames = Object.keys(faultClasses) as [FaultClass, ...FaultClass[]];

export const isFaultClass = (name: string): name is FaultClass => Object.hasOwn(faultClasses, name);

/** A control is not a fault: the right answer to it is to leave things alone. */
export const isControl = (name: FaultClass): boolean => name.startsWith("control-");
