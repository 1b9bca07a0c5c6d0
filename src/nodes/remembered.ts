import type { Finding } from "../incident/diagnosis.ts";
import type { Evidence } from "../incident/evidence.ts";
import type { Incident } from "../incident/incident.ts";
import { byRecord, classOfMemory, type Fingerprint, isMade, recordOf, type Similar } from "../incident/memory.ts";
import type { Question } from "../incident/question.ts";
import type { RunbookHit } from "../incident/runbook.ts";
import type { Memory } from "../ports/memory.ts";
import { PortError } from "../ports/port-error.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** What is alike. Nobody knows what was remembered where a replay asks something new: then nothing is. */
export const recall = async (
  memory: Memory | null | undefined,
  fingerprint: Fingerprint,
  classes: readonly string[],
): Promise<Similar[]> => {
  try {
    return (await memory?.similar(fingerprint, classes)) ?? [];
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return [];
  }
};

/** Whether it bears the diagnosis out. What a person said is so; else changes that all failed speak against it, and an end without any only for it where it ended well. */
const bearsOut = ({ feedback, status, tried }: Similar): number => {
  if (feedback !== null) return 1;
  const made = tried.filter(isMade);
  if (made.length === 0) return status === "escalated" ? 0 : 1;
  return made.some(({ ended }) => ended === "helped") ? 1 : -1;
};

/** How often it was this, less how often a person said it was not or nothing that was done about it helped. */
const standing = (similar: readonly Similar[], name: string): number =>
  similar.reduce((sum, one) => {
    const { feedback, fingerprint } = one;
    if (classOfMemory(one) === name) return sum + bearsOut(one);
    return feedback?.correct === false && fingerprint.class === name ? sum - 1 : sum;
  }, 0);

type Asking = Extract<Question, { ask: "past" }>;

/** What is asked of the memory before there is a diagnosis. */
export const pastOf = (incident: Incident, evidence: readonly Evidence[], candidates: readonly Finding[]): Asking => ({
  ask: "past",
  fingerprint: fingerprintOf(incident, evidence),
  classes: [...new Set(candidates.map((one) => one.class))],
});

/** What it may be, in the order of what it was before. Memory adds no candidate and makes none certain. */
export const candidatesByMemory = (candidates: readonly Finding[], similar: readonly Similar[]): Finding[] =>
  byRecord(candidates, (one) => standing(similar, one.class));

/** Past incidents become evidence once, and only where there are some: it costs a round. */
export const isWorthAsking = (similar: readonly Similar[], evidence: readonly Evidence[]): boolean =>
  similar.length > 0 && !evidence.some(({ question }) => question.ask === "past");

/** The team's own page steers, in the order of its steps; a shipped one says what is usual, which the catalogue knows. */
const stepsOf = (runbooks: readonly RunbookHit[]): readonly string[] =>
  runbooks.find(({ own, confident }) => own === true && confident)?.steps ?? [];

/** Verbs that answer the diagnosis anyway, in the order in which the team's page and past outcomes recommend them. */
export const inPreference = <T extends { spec: { verb: string } }>(
  tried: readonly T[],
  { runbooks, similar }: Pick<Incident, "runbooks" | "similar">,
): T[] => {
  const steps = stepsOf(runbooks);
  const record = recordOf(similar ?? []);
  const named = byRecord(tried, ({ spec }) =>
    steps.includes(spec.verb) ? steps.length - steps.indexOf(spec.verb) : 0,
  );
  const steered = tried.some(({ spec }) => steps.includes(spec.verb));
  // What was taken back or did not help comes last, whatever a page says.
  return byRecord(
    named,
    ({ spec }) => Math.min(0, record.get(spec.verb) ?? 0) || (steered ? 0 : (record.get(spec.verb) ?? 0)),
  );
};

/** Whether the newest of those in which it was made took it back or did not help. What a person called wrong does not count. */
const failedLast = (similar: readonly Similar[], verb: string): boolean => {
  const made = similar
    .filter(({ feedback }) => feedback?.correct !== false)
    .map(({ closedAt, tried }) => ({
      closedAt,
      ends: tried.flatMap((one) => (one.verb === verb && isMade(one) ? [one.ended] : [])),
    }))
    .filter(({ ends }) => ends.length > 0)
    .sort((left, right) => right.closedAt.localeCompare(left.closedAt));
  return made[0]?.ends.some((ended) => ended !== "helped") ?? false;
};

/** A person called this diagnosis wrong before, or what would be done failed last time or more often than not: nobody acts alone. */
export const isDoubtful = (similar: readonly Similar[], name: string, verb: string): boolean =>
  similar.some(({ feedback, fingerprint }) => feedback?.correct === false && fingerprint.class === name) ||
  failedLast(similar, verb) ||
  (recordOf(similar).get(verb) ?? 0) < 0;
