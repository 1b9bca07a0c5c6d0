import { z } from "zod";

/** What became of a plan that waited for a person. Bound to one plan hash. */
export const Decision = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approved"), planHash: z.string(), by: z.string(), at: z.iso.datetime() }),
  z.object({
    kind: z.literal("rejected"),
    planHash: z.string(),
    by: z.string(),
    at: z.iso.datetime(),
    why: z.string().nullable(),
  }),
  z.object({ kind: z.literal("expired"), planHash: z.string(), at: z.iso.datetime() }),
  /** The question went away before anybody answered it: the alert resolved. */
  z.object({ kind: z.literal("void"), planHash: z.string(), at: z.iso.datetime(), why: z.string() }),
]);
export type Decision = z.infer<typeof Decision>;
