import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { Alert } from "./alert.ts";
import { Cost, noCost } from "./cost.ts";
import { Decision } from "./decision.ts";
import { Diagnosis } from "./diagnosis.ts";
import { Fingerprint, Similar } from "./memory.ts";
import { Outcome } from "./outcome.ts";
import { Plan } from "./plan.ts";
import { Question } from "./question.ts";
import { RunbookHit } from "./runbook.ts";
import { Subject } from "./subject.ts";
import { Verdict } from "./verdict.ts";

export const IncidentStatus = z.enum([
  "investigating",
  "awaiting-approval",
  "acting",
  "verifying",
  "resolved",
  "escalated",
  "dismissed",
]);
export type IncidentStatus = z.infer<typeof IncidentStatus>;

export const terminalStatuses: readonly IncidentStatus[] = ["resolved", "escalated", "dismissed"];

/** Evidence by id: what the model was shown of the first look, told in a line each from then on, and what it opened again. */
const ModelReading = z.object({ shown: z.array(z.string()), opened: z.array(z.string()) });
export type ModelReading = z.infer<typeof ModelReading>;

/** Everything the walk knows of one incident. JSON only: this is what a checkpoint keeps. Bodies of evidence stay outside. */
export const Incident = z.object({
  id: z.string(),
  subject: Subject,
  severity: z.string(),
  openedAt: z.iso.datetime(),
  /** The alerts it was opened with; later ones are in the alert table and only raise the count. */
  alerts: z.array(Alert),
  /** What `gather` is to ask next; empty when it has asked all. */
  questions: z.array(Question),
  /** Ids of all evidence gathered, in order. */
  evidence: z.array(z.string()),
  /** How often the walk went through `gather`; the one counter that stops it. */
  rounds: z.int(),
  cost: Cost,
  /** What the model is told in the next round about its last reply; bounded, and empty when that was fine. */
  modelNotes: z.array(z.string()),
  /** What the model has read and what it asked to see again; absent before it was asked, or in what an older build began. */
  reading: ModelReading.optional(),
  diagnosis: Diagnosis.nullable(),
  runbooks: z.array(RunbookHit),
  /** By what this incident will be remembered; null before its diagnosis, absent in what an older build began. */
  fingerprint: Fingerprint.nullable().optional(),
  /** Closed incidents that resemble it, the most alike first; absent in what an older build began. */
  similar: z.array(Similar).optional(),
  plan: Plan.nullable(),
  /** Why the question before this plan counts no more; null or absent where it is the first. */
  askedAgain: z.string().nullable().optional(),
  decision: Decision.nullable(),
  outcomes: z.array(Outcome),
  /** When `verify` wants to look again; null when it has decided. */
  lookAgainAt: z.iso.datetime().nullable(),
  verdict: Verdict.nullable(),
  /** Why a person is needed; null while none is. */
  escalation: z.string().nullable(),
  /** Markdown of the write-up; null until it is written. */
  writeUp: z.string().nullable(),
});
export type Incident = z.infer<typeof Incident>;

/** An incident before its first step: nothing asked, nothing known. */
export const newIncident = (
  opened: Pick<Incident, "id" | "subject" | "severity" | "openedAt" | "alerts">,
): Incident => ({
  ...opened,
  questions: [{ ask: "sweep" }],
  evidence: [],
  rounds: 0,
  cost: noCost,
  modelNotes: [],
  diagnosis: null,
  runbooks: [],
  fingerprint: null,
  similar: [],
  plan: null,
  askedAgain: null,
  decision: null,
  outcomes: [],
  lookAgainAt: null,
  verdict: null,
  escalation: null,
  writeUp: null,
});

/** What a node hands back. A node names only the fields it changes. */
export type Update = Partial<Omit<Incident, "id" | "subject" | "openedAt">>;

/** Without the fields that are as they were. */
export const changesIn = (before: Incident, update: Update): Update =>
  Object.fromEntries(
    Object.entries(update).filter(([field, value]) => !isDeepStrictEqual(value, before[field as keyof Update])),
  );

/** The world moved under the plan: forget what was seen of it (the archive keeps it) and look again. */
export const lookAfresh: Update = { questions: [{ ask: "sweep" }], evidence: [], diagnosis: null };
