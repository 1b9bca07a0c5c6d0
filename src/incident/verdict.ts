import { z } from "zod";

/** One thing verify looked at. `required` checks decide; the others are told. */
export const Check = z.object({ name: z.string(), ok: z.boolean(), required: z.boolean(), detail: z.string() });
export type Check = z.infer<typeof Check>;

export const Verdict = z.object({
  kind: z.enum(["recovered", "unchanged", "worse"]),
  at: z.iso.datetime(),
  checks: z.array(Check),
});
export type Verdict = z.infer<typeof Verdict>;
