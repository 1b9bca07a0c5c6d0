import type { Diagnosis } from "../incident/diagnosis.ts";
import type { Incident, Update } from "../incident/incident.ts";
import { sureFirst } from "../incident/runbook.ts";
import type { Ports } from "../ports/index.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { recall } from "./remembered.ts";

// The first three are what a person reads and what a model is shown.
const mostHits = 3;
const mostAsked = 5;

const classesOf = (diagnosis: Diagnosis | null): string[] => {
  if (diagnosis === null) return [];
  return diagnosis.kind === "cause" ? [diagnosis.class] : diagnosis.candidates.map((candidate) => candidate.class);
};

const wordsOf = (diagnosis: Diagnosis | null): string => {
  if (diagnosis === null) return "";
  if (diagnosis.kind === "cause") return diagnosis.statement;
  return [...diagnosis.candidates.map(({ statement }) => statement), ...diagnosis.missing].join("\n");
};

/** Finds the pages and the past incidents for this diagnosis, and says of each why it was chosen. */
export const runbookRetrieve =
  ({ bookshelf, archive, memory }: Pick<Ports, "bookshelf" | "archive" | "memory">) =>
  async (incident: Incident): Promise<Update> => {
    const { alerts, diagnosis } = incident;
    const classes = [...new Set(classesOf(diagnosis))];
    const fingerprint = fingerprintOf(incident, await archive.open(incident.evidence));
    const similar = await recall(memory, fingerprint, classes);
    const summaries = diagnosis?.kind === "cause" ? [] : alerts.map(({ summary }) => summary);
    const found = await bookshelf.search(
      {
        alerts: [...new Set(alerts.map(({ name }) => name))],
        classes,
        words: [wordsOf(diagnosis), ...summaries].join("\n").slice(0, 4_000),
      },
      mostAsked,
    );
    return { fingerprint, similar, runbooks: sureFirst(found).slice(0, mostHits) };
  };
