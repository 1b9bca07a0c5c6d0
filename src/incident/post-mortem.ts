import type { Evidence } from "./evidence.ts";
import type { Incident, IncidentStatus } from "./incident.ts";
import { openPart, whatIfPart } from "./post-mortem-after.ts";
import {
  answersPart,
  causePart,
  citeAll,
  decisionsPart,
  donePart,
  knownPart,
  timelinePart,
} from "./post-mortem-parts.ts";
import type { Replay, ReplayRequest } from "./replay.ts";
import { refText, type Subject } from "./subject.ts";
import { costPart, tierLines } from "./write-up-cost.ts";
import { dayAndTime, name } from "./write-up-text.ts";

/** An entry of the journal; its number is what the lines of a post-mortem cite. */
export interface Entry {
  seq: number;
  at: string;
  kind: string;
  actor: string;
  line: string;
  data?: unknown;
}

export interface PostMortemInput {
  id: string;
  subject: Subject;
  status: IncidentStatus;
  severity: string;
  openedAt: string;
  closedAt: string | null;
  /** Null: the walk had not begun. */
  state: Incident | null;
  journal: readonly Entry[];
  /** Everything the archive keeps of it. */
  evidence: readonly Evidence[];
  replays: readonly { id: string; askedBy: string; request: ReplayRequest; result: Replay }[];
  page: string;
}

const lasted = ({ openedAt, closedAt }: PostMortemInput): string => {
  if (closedAt === null) return `Open since ${dayAndTime(openedAt)}.`;
  const minutes = Math.max(1, Math.round((Date.parse(closedAt) - Date.parse(openedAt)) / 60_000));
  return `From ${dayAndTime(openedAt)} to ${dayAndTime(closedAt)}, about ${minutes} min.`;
};

/** What models were asked, and what that took. */
const costSection = (input: PostMortemInput): string[] => {
  const { state } = input;
  if (state === null) return [];
  const lines = [costPart({ incident: state }), ...tierLines({ incident: state }, 200).map((line) => `- ${line}`)];
  return lines.map((line) => `${line}${citeAll(input)}`);
};

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];

/** The write-up for those who look back. Every line cites the journal entry (#n) or the evidence (e…) it rests on. */
export const postMortem = (input: PostMortemInput): string =>
  `${[
    `# Post-mortem: ${name(refText(input.subject), 110)}`,
    "",
    `${name(input.id)} · ${name(input.severity, 12)} · ${input.status}. ${lasted(input)} Page: ${input.page}`,
    "",
    "`#n` is entry n of the journal, `e…` a piece of stored evidence.",
    ...section("Timeline", timelinePart(input)),
    ...section("What was known when", knownPart(input)),
    ...section("Cause", causePart(input)),
    ...section("Decisions", decisionsPart(input)),
    ...section("What was done", [...donePart(input), ...answersPart(input)]),
    ...section("What would have happened", whatIfPart(input)),
    ...section("Open questions", openPart(input)),
    ...section("Cost", costSection(input)),
  ].join("\n")}\n`;
