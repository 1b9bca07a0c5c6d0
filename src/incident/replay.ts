import { z } from "zod";
import { Answer } from "./evidence.ts";
import { Policy } from "./policy.ts";

const text = z.string().max(100_000);

/** The one thing that is different in a what-if. */
export const Changes = z.union([
  z.strictObject({ policy: Policy }),
  /** By evidence id: what had come back instead. */
  z.strictObject({
    evidence: z.record(z.string(), Answer).refine((all) => Object.keys(all).length === 1, "name one id"),
  }),
  z.strictObject({
    modelAnswer: z.strictObject({
      calls: z.array(z.strictObject({ name: text, args: z.unknown() })).max(20),
      text: text.default(""),
    }),
  }),
  /** Rules, by family or by the class they name, that had not been there. */
  z.strictObject({ rules: z.strictObject({ without: z.array(z.string().max(100)).min(1).max(200) }) }),
  /** Pages by path: the whole shelf that would have been there. */
  z.strictObject({ runbooks: z.record(z.string(), text) }),
  z.strictObject({
    decision: z.strictObject({
      kind: z.enum(["approved", "rejected", "expired", "void"]),
      by: z.string().max(200).default("what-if"),
      why: z.string().max(2_000).nullable().default(null),
    }),
  }),
]);
export type Changes = z.infer<typeof Changes>;

export const ReplayRequest = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("faithful") }),
  z.strictObject({ mode: z.literal("what-if"), changes: Changes }),
]);
export type ReplayRequest = z.infer<typeof ReplayRequest>;

/** One field that a step left otherwise than then. Long values are cut. */
const Difference = z.object({ field: z.string(), expected: z.string(), got: z.string() });

const Side = z.object({ node: z.string(), hash: z.string(), line: z.string() });

export const ReplayStep = z.object({
  /** 1 is the first node the walk ran. */
  step: z.int(),
  same: z.boolean(),
  /** What the incident did; null: it had ended. */
  expected: Side.nullable(),
  /** What the replay did; null: it had ended. */
  got: Side.nullable(),
  differences: z.array(Difference),
});
export type ReplayStep = z.infer<typeof ReplayStep>;

export const Divergence = z.object({
  step: z.int(),
  node: z.string(),
  expected: z.string(),
  got: z.string(),
  /** The question that had no answer on the tape. */
  call: z.string().optional(),
});
export type Divergence = z.infer<typeof Divergence>;

export const Replay = z.object({
  mode: z.enum(["faithful", "what-if"]),
  /** `failed`: it could not be played; `why` says what to do. */
  status: z.enum(["done", "failed"]),
  why: z.string().nullable(),
  identical: z.boolean(),
  steps: z.array(ReplayStep),
  divergence: Divergence.nullable(),
  /** How the replay ended, in words. */
  ended: z.string(),
  /** Answers on the tape that nobody asked for, by node; a node that a crash made run twice leaves some. */
  leftover: z.array(z.object({ node: z.string(), step: z.int(), call: z.string(), said: z.string() })),
  /** Questions of a what-if that nobody had asked then. */
  notRecorded: z.array(z.object({ node: z.string(), call: z.string(), said: z.string() })),
  ms: z.number(),
});
export type Replay = z.infer<typeof Replay>;
