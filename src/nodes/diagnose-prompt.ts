import type { Alert } from "../incident/alert.ts";
import type { Finding } from "../incident/diagnosis.ts";
import type { Incident } from "../incident/incident.ts";
import { refText } from "../incident/subject.ts";
import type { ModelRequest, ToolSpec } from "../ports/model.ts";
import { toolSpecs } from "../tools/catalogue.ts";
import { systemPrompt } from "./diagnose.prompt.ts";
import { cleaned, clipped, fenced, fenceFor } from "./diagnose-text.ts";

const maxAlerts = 5;
const maxSuspects = 5;
const dull = new Set([
  "namespace",
  "prometheus",
  "uid",
  "alertname",
  "severity",
  "endpoint",
  "service",
  "instance",
  "job",
]);

const alertText = ({ name, status, startsAt, summary, labels }: Alert): string => {
  const told = Object.entries(labels).filter(([key]) => !dull.has(key));
  return clipped(
    `${name} ${status} since ${startsAt}: ${summary} ${told.map((pair) => pair.join("=")).join(" ")}`,
    400,
  );
};

const suspectText = ({ class: name, object, statement, evidence, confidence }: Finding): string =>
  clipped(`${name} at ${refText(object)} (${confidence}) ${statement} [${evidence.join(" ")}]`, 300);

const part = (title: string, lines: readonly string[]): string[] => (lines.length > 0 ? [`${title}:`, ...lines] : []);

export interface Round {
  incident: Incident;
  now: string;
  evidence: string;
  candidates: readonly Finding[];
  /** Tools of others, beside our own. */
  offered: readonly ToolSpec[];
  /** The one thing left to do is to conclude. */
  last: boolean;
}

/** The whole request of one round: what never changes first, what changes most last. */
export const requestFor = ({ incident, now, evidence, candidates, offered, last }: Round): ModelRequest => {
  const { subject, alerts, modelNotes, rounds } = incident;
  const data = [
    `Sick: ${refText(subject)}, cluster ${subject.cluster}. Now: ${now}`,
    ...part("Alerts", alerts.slice(0, maxAlerts).map(alertText)),
    "Evidence:",
    evidence,
    ...part("Rules suspect, but are not certain", candidates.slice(0, maxSuspects).map(suspectText)),
    ...part("About your last reply", modelNotes),
  ].join("\n");
  const order = last ? "This is the last round: call conclude." : "Call conclude, or tools for what would decide.";
  return {
    system: systemPrompt,
    user: `${fenced(fenceFor(incident.id), cleaned(data))}\nRound ${rounds}. ${order}`,
    tools: [...toolSpecs, ...offered],
    force: last ? "conclude" : null,
  };
};

/** An estimate; the true number comes with the reply. */
export const tokensOf = ({ system, user, tools }: ModelRequest): number =>
  Math.ceil((system.length + user.length + JSON.stringify(tools).length) / 3.5);
