import { z } from "zod";
import { Alert } from "../incident/alert.ts";
import { Diagnosis } from "../incident/diagnosis.ts";
import { Evidence } from "../incident/evidence.ts";
import { isControl } from "../incident/fault-classes.ts";
import { sealOf } from "../incident/journal-seal.ts";
import { Plan } from "../incident/plan.ts";
import { Subject } from "../incident/subject.ts";
import { Visit } from "../incident/tape.ts";
import { stepsToJudge } from "./acted.ts";
import { type Recording, stepsThen } from "./recording.ts";

const About = z.object({
  format: z.literal(1),
  id: z.string(),
  subject: Subject,
  severity: z.string(),
  openedAt: z.iso.datetime(),
  graphVersion: z.int(),
  rules: z.literal("silent").optional(),
});

const Line = z.looseObject({ kind: z.string(), actor: z.string(), line: z.string(), data: z.unknown().optional() });

export type Files = Record<string, string>;

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

/** What `nightshift eval` compares with: what was diagnosed and proposed last, in the newest walk that changed something. A person puts it right where that was wrong. */
const expectedOf = (recording: Recording): object => {
  const changes = stepsToJudge(recording, stepsThen(recording)).map(({ changed }) => changed);
  const { data: diagnosis } = Diagnosis.safeParse(changes.findLast((changed) => changed.diagnosis != null)?.diagnosis);
  const { data: plan } = Plan.safeParse(changes.findLast((changed) => changed.plan != null)?.plan);
  if (diagnosis?.kind !== "cause") return { faults: [], healthy: [] };
  const object = `${diagnosis.object.kind}/${diagnosis.object.name}`;
  if (isControl(diagnosis.class)) return { faults: [], healthy: [object] };
  const action = plan?.kind === "actions" ? (plan.actions[0]?.verb ?? null) : null;
  return { faults: [{ object, class: diagnosis.class, alsoRight: [], action }], healthy: [] };
};

/**
 * One incident as files that replay on another machine. Nothing needs to be taken out here: the tape, the journal and
 * the archive never held a secret. `journal.jsonl` is what `nightshift audit verify --file` reads.
 */
export const exportOf = (recording: Recording, journal: readonly object[]): Files => {
  const { id, subject, severity, openedAt, graphVersion, rules, alerts, tape, evidence } = recording;
  const whole = { of: journal.length, seal: sealOf([[id, journal]]) };
  return {
    "incident.json": `${JSON.stringify({ format: 1, id, subject, severity, openedAt, graphVersion, rules }, null, 2)}\n`,
    "alerts.json": `${JSON.stringify(alerts, null, 2)}\n`,
    "journal.jsonl": lines(journal.map((row) => ({ incidentId: id, ...row, ...whole }))),
    "tape.jsonl": lines(tape),
    "evidence.jsonl": lines(evidence),
    "expected.json": `${JSON.stringify(expectedOf(recording), null, 2)}\n`,
  };
};

const parsed = <T>(file: string, text: string | undefined, schema: z.ZodType<T>): T => {
  if (text === undefined) throw new Error(`${file} is missing: this is no export of an incident, or not a whole one`);
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`reading ${file}: ${why.slice(0, 500)}`);
  }
};

const parsedLines = <T>(file: string, files: Files, schema: z.ZodType<T>): T[] => {
  const text = files[file];
  if (text === undefined) return [parsed(file, undefined, schema)];
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => parsed(`${file}, line ${index + 1}`, line, schema));
};

/** What an export holds. It comes from outside: anything that is not as it should be is named, nothing is guessed. */
export const recordingFrom = (files: Files): Recording => {
  const { format: _, ...about } = parsed("incident.json", files["incident.json"], About);
  return {
    ...about,
    alerts: parsed("alerts.json", files["alerts.json"], z.array(Alert)),
    journal: parsedLines("journal.jsonl", files, Line),
    tape: parsedLines("tape.jsonl", files, Visit),
    evidence: parsedLines("evidence.jsonl", files, Evidence),
  };
};

export const exportFiles = ["incident.json", "alerts.json", "journal.jsonl", "tape.jsonl", "evidence.jsonl"] as const;
