import { z } from "zod";

const Mode = z.enum(["observe", "approve", "auto"]);

/**
 * What Nightshift may do. The default is to look and not touch.
 * Durations and limits that are not here are in the environment table of `nightshift serve --help`.
 */
export const Policy = z.strictObject({
  mode: Mode.default("observe"),
  /** Overrides by namespace name, e.g. `{"payments": "approve"}`. */
  namespaces: z.record(z.string(), Mode).default({}),
  memoryLimit: z
    .strictObject({
      /** A new limit is at most this many times the current one. */
      maxFactor: z.number().min(1.1).max(16).default(2),
      /** And never above this quantity. */
      ceiling: z
        .string()
        .regex(/^\d+(\.\d+)?(Ki|Mi|Gi|K|M|G)?$/, "a Kubernetes quantity such as 2Gi")
        .default("2Gi"),
    })
    .prefault({}),
  cpuLimit: z
    .strictObject({
      maxFactor: z.number().min(1.1).max(16).default(2),
      ceiling: z
        .string()
        .regex(/^\d+(\.\d+)?m?$/, "a number of cores such as 2 or 1500m")
        .default("4"),
    })
    .prefault({}),
  verify: z
    .strictObject({
      /** Also wait for the alert itself to go quiet before calling it recovered. */
      alertSilent: z.boolean().default(false),
    })
    .prefault({}),
});
export type Policy = z.infer<typeof Policy>;

export const modeFor = (policy: Policy, namespace: string | null): Policy["mode"] =>
  (namespace === null ? undefined : policy.namespaces[namespace]) ?? policy.mode;
