import { z } from "zod";
import { FaultClassName } from "./fault-class-name.ts";
import { Question } from "./question.ts";
import { ObjectRef } from "./subject.ts";

/** What one rule saw. A pure statement about evidence; several findings are ranked into one diagnosis. */
export const Finding = z.object({
  class: FaultClassName,
  /** The object that is sick, as high in the owner chain as it goes. */
  object: ObjectRef,
  /** One or two plain sentences for the person woken at 2 AM; quotes only what the cited evidence holds. */
  statement: z.string(),
  evidence: z.array(z.string()).min(1),
  confidence: z.number().min(0).max(1),
  /** What would show that this finding is wrong. */
  disproof: z.string(),
  /** Other objects this finding explains or touches: the cause object behind a sick workload, the victims of a cause. */
  related: z.array(ObjectRef),
  /** Questions that would raise the confidence; asked once, then the walk decides with what it has. */
  wants: z.array(Question),
});
export type Finding = z.infer<typeof Finding>;

/** A claim of a model that the evidence it cites does not carry. For whoever judges the model; never told as true. */
export const Struck = z.object({ text: z.string(), why: z.string() });
export type Struck = z.infer<typeof Struck>;

/** How a model came to it: absent where none was asked. */
const byModel = {
  /** Version of the prompt a model was given. */
  prompt: z.string().optional(),
  /** Claims of its final answer that were taken out, each by itself. */
  struck: z.array(Struck).optional(),
};

export const Cause = z.object({
  kind: z.literal("cause"),
  class: FaultClassName,
  statement: z.string(),
  object: ObjectRef,
  evidence: z.array(z.string()).min(1),
  confidence: z.number().min(0).max(1),
  by: z.enum(["rules", "model"]),
  ...byModel,
  scope: z.enum(["isolated", "widespread"]),
  disproof: z.string(),
  related: z.array(ObjectRef),
  /** Further findings of the same look that are not the primary cause. */
  alsoSeen: z.array(Finding.pick({ class: true, object: true, statement: true, evidence: true, confidence: true })),
  /** What changed before the alert, newest first, each with the evidence it was read from; empty: nothing did. */
  changes: z.array(z.object({ at: z.string(), what: z.string(), evidence: z.string() })),
  /** The one thing that this traces back to, and whom else the same look saw suffer from it; absent where that is not certain. */
  gathers: z.object({ by: ObjectRef, victims: z.array(ObjectRef) }).optional(),
});
export type Cause = z.infer<typeof Cause>;

export const Diagnosis = z.discriminatedUnion("kind", [
  Cause,
  z.object({
    kind: z.literal("unknown"),
    /** What is missing to name a cause, in words; never empty in a finished diagnosis. */
    missing: z.array(z.string()),
    candidates: z.array(Finding.pick({ class: true, object: true, statement: true, evidence: true, confidence: true })),
    ...byModel,
  }),
]);
export type Diagnosis = z.infer<typeof Diagnosis>;
