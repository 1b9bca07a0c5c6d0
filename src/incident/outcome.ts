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
  /** Version of the object as our write left it: what an undo may start from. */
  left: z.string().optional(),
  /** Diff of a change that no plan shows: our own undo. */
  diff: z.string().optional(),
});
export type Outcome = z.infer<typeof Outcome>;

const ends = {
  applied: "was made",
  refused: "was refused",
  failed: "failed",
  uncertain: "may or may not have been made",
} as const;

/** For people. */
export const outcomeText = ({ verb, kind, message }: Outcome): string => `${verb} ${ends[kind]}: ${message}`;
