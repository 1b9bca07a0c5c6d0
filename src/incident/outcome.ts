import { z } from "zod";
import { ObjectRef } from "./subject.ts";

/** What became of one action. */
export const Outcome = z.object({
  /** The key of the intent; it is also in the annotation the write left on the object. */
  key: z.string(),
  verb: z.string(),
  target: ObjectRef,
  at: z.iso.datetime(),
  kind: z.enum(["applied", "refused", "failed", "uncertain"]),
  /** `changed`: the object is no longer the version that was approved. Only for `refused`. */
  reason: z.enum(["changed", "not-approved", "server-said-no"]).nullable(),
  message: z.string(),
});
export type Outcome = z.infer<typeof Outcome>;
