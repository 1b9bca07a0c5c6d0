import { z } from "zod";
import { type FaultClass, faultClassNames, isControl } from "../incident/fault-classes.ts";
import { specOf } from "./tool.ts";

// That nothing is broken is never for a model to say: it would close the incident.
const faults = faultClassNames.filter((name) => !isControl(name)) as [FaultClass, ...FaultClass[]];

/** One sentence, and the words of one piece of evidence that carry it. Each is checked by itself. */
const Claim = z.strictObject({ text: z.string(), evidence: z.string(), quote: z.string() });
export type Claim = z.infer<typeof Claim>;

/** What the model may answer in the end. No verb, no target, no approval: there is no field for them. */
export const Conclusion = z.strictObject({
  outcome: z.enum(["cause", "noise", "unknown"]),
  class: z.enum(faults).nullable(),
  object: z.strictObject({ kind: z.string(), namespace: z.string().nullable(), name: z.string() }).nullable(),
  claims: z.array(Claim),
  confidence: z.number().nullable(),
  disproof: z.string().nullable(),
  missing: z.array(z.string()),
});
export type Conclusion = z.infer<typeof Conclusion>;

export const concludeSpec = specOf(
  "conclude",
  "Ends the investigation: the cause in claims that each quote their evidence, or unknown with what is missing.",
  Conclusion,
);
