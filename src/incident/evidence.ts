import { createHash } from "node:crypto";
import { z } from "zod";
import { canonical } from "./canonical.ts";
import type { KubeObject } from "./kube.ts";
import { Question } from "./question.ts";

/** Why something could not be asked. Closed, so that a report and a metric can say it. */
export const RefusalReason = z.enum([
  "timeout",
  "unreachable",
  "unauthorized",
  "forbidden",
  "invalid",
  "too-large",
  "rate-limited",
  "over-budget",
  "not-configured",
  "not-recorded",
  "failed",
]);
export type RefusalReason = z.infer<typeof RefusalReason>;

export const Series = z.object({
  labels: z.record(z.string(), z.string()),
  /** [seconds since 1970, value]; NaN and infinities are left out. */
  points: z.array(z.tuple([z.number(), z.number()])),
});
export type Series = z.infer<typeof Series>;

const KubeObjects = z.array(z.custom<KubeObject>((value) => typeof value === "object" && value !== null));

/** An object of a shape that no API server sends: left out, and told. */
export const Unreadable = z.object({
  kind: z.string(),
  namespace: z.string().nullable(),
  name: z.string(),
  why: z.string(),
});
export type Unreadable = z.infer<typeof Unreadable>;

export const Body = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("objects"),
    objects: KubeObjects,
    truncated: z.boolean(),
    /** Why the rest could not be asked for, where it was. */
    unread: RefusalReason.optional(),
    unreadable: z.array(Unreadable).optional(),
  }),
  z.object({ kind: z.literal("names"), of: z.string(), names: z.array(z.string()) }),
  z.object({
    kind: z.literal("log"),
    namespace: z.string(),
    pod: z.string(),
    container: z.string(),
    previous: z.boolean(),
    text: z.string(),
    truncated: z.boolean(),
    /** The store it was read from; absent: the kubelet. */
    from: z.string().optional(),
  }),
  z.object({ kind: z.literal("series"), query: z.string(), series: z.array(Series) }),
  z.object({ kind: z.literal("text"), text: z.string() }),
]);
export type Body = z.infer<typeof Body>;

export const Answer = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("found"), body: Body }),
  /** The question was asked and the honest answer is: nothing there. */
  z.object({ kind: z.literal("no-data") }),
  z.object({ kind: z.literal("could-not-ask"), reason: RefusalReason, message: z.string() }),
]);
export type Answer = z.infer<typeof Answer>;

/** One question asked of the world and what came back. */
export const Evidence = z.object({
  id: z.string(),
  question: Question,
  /** kubectl or PromQL equivalent, for people to repeat it. */
  command: z.string(),
  askedAt: z.iso.datetime(),
  ms: z.number(),
  bytes: z.int(),
  answer: Answer,
});
export type Evidence = z.infer<typeof Evidence>;

/** Derived from what was asked and answered, never from when: played from its tape an incident gets the same ids. */
export const evidenceId = (question: Question, answer: Answer): string =>
  `e${createHash("sha256").update(canonical({ question, answer })).digest("hex").slice(0, 10)}`;

/** What a store kept of a log that the kubelet has no more: of what is gone nothing else tells. */
export const keptLogs = (evidence: readonly Evidence[]): Evidence[] =>
  evidence.filter(({ question, answer }) => question.ask === "kept-logs" && answer.kind === "found");
