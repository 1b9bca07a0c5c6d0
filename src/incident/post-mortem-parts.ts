import { Diagnosis } from "./diagnosis.ts";
import type { Entry, PostMortemInput } from "./post-mortem.ts";
import { refText } from "./subject.ts";
import { name, prose } from "./write-up-text.ts";

const mostEvidence = 12;

const time = (iso: string): string => iso.slice(11, 19);
const cite = (...entries: Entry[]): string => `[${entries.map(({ seq }) => `#${seq}`).join(", ")}]`;
const lineOf = (entry: Entry, ...alike: Entry[]): string =>
  `- ${time(entry.at)} **${name(entry.actor, 40)}** ${prose(entry.line, 400)} ${cite(entry, ...alike)}`;

const changedIn = ({ data }: Entry): Record<string, unknown> =>
  ((data ?? {}) as { changed?: Record<string, unknown> }).changed ?? {};

export const stepsOf = ({ journal }: PostMortemInput): Entry[] => journal.filter(({ kind }) => kind === "step");

/** What rests on everything that happened cites the newest entry. */
export const citeAll = ({ journal }: PostMortemInput): string => {
  const last = journal.at(-1);
  return last === undefined ? "" : ` ${cite(last)}`;
};

const isSameChange = (known: Entry, step: Entry): boolean =>
  known.kind === "outcome" && step.kind === "step" && known.actor === step.actor && known.line === step.line;

/** A change is on the journal when it is known, and again with the step that made it: to a reader it happened once. */
export const timelinePart = ({ journal }: PostMortemInput): string[] => {
  const told: [Entry, ...Entry[]][] = [];
  for (const entry of journal) {
    const before = told.at(-1);
    if (before !== undefined && isSameChange(before[0], entry)) before.push(entry);
    else told.push([entry]);
  }
  return told.map((alike) => lineOf(...alike));
};

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

/** Of each look the evidence that was new, and what was made of it. */
export const knownPart = (input: PostMortemInput): string[] => {
  const seen = new Set<string>();
  return stepsOf(input).flatMap((step) => {
    const changed = changedIn(step);
    const fresh = strings(changed.evidence).filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    return [
      ...(fresh.length > 0 ? [`- by ${time(step.at)} (${name(step.actor, 40)}) ${cite(step)}:`] : []),
      ...evidenceLines(input, step, fresh),
      ...("diagnosis" in changed && changed.diagnosis !== null
        ? [`- by ${time(step.at)}: ${prose(step.line, 400)} ${cite(step)}`]
        : []),
    ];
  });
};

/** What the cause rests on comes first. */
const tellingFirst = ({ state }: PostMortemInput, ids: readonly string[]): string[] => {
  const cited = state?.diagnosis?.kind === "cause" ? state.diagnosis.evidence : [];
  return [...ids.filter((id) => cited.includes(id)), ...ids.filter((id) => !cited.includes(id))];
};

const evidenceLines = (input: PostMortemInput, step: Entry, ids: readonly string[]): string[] => {
  const { evidence } = input;
  const shown = tellingFirst(input, ids)
    .slice(0, mostEvidence)
    .flatMap((id) => {
      const one = evidence.find((other) => other.id === id);
      return one === undefined ? [] : [`  - [${id}] ${prose(one.command, 160)}: ${answerWords(one.answer)}`];
    });
  return ids.length > shown.length ? [...shown, `  - and ${ids.length - shown.length} more ${cite(step)}`] : shown;
};

const answerWords = (answer: PostMortemInput["evidence"][number]["answer"]): string => {
  switch (answer.kind) {
    case "found":
      return "answered";
    case "no-data":
      return "nothing there";
    case "could-not-ask":
      return `could not be asked: ${prose(answer.message, 160)}`;
  }
};

/** The journal of each walk: an incident that is opened again is walked anew, and only the newest walk stands in its state. */
const walksOf = ({ journal }: PostMortemInput): Entry[][] => {
  const walks: Entry[][] = [[]];
  for (const entry of journal) {
    if (entry.kind === "begin") walks.push([]);
    walks.at(-1)?.push(entry);
  }
  return walks.filter((walk) => walk.some(({ kind }) => kind === "step"));
};

const causeWords = (data: unknown): string => {
  const { data: diagnosis } = Diagnosis.safeParse(data);
  if (diagnosis === undefined) return "no cause was named";
  if (diagnosis.kind === "unknown") return "the cause was not known";
  const { class: named, object, statement, evidence } = diagnosis;
  return `**${named}** on ${name(refText(object), 110)}: ${prose(statement, 500)} [${evidence.join(", ")}]`;
};

/** What each walk before the newest found, did and came to. */
const formerPart = (input: PostMortemInput): string[] =>
  walksOf(input)
    .slice(0, -1)
    .flatMap((walk, index) => {
      const steps = walk.filter(({ kind }) => kind === "step");
      const [first, last] = [walk[0], steps.at(-1)];
      if (first === undefined || last === undefined) return [];
      const named = steps.findLast((step) => changedIn(step).diagnosis != null);
      const done = walk.filter(({ kind }) => kind === "outcome");
      const what = done.length === 0 ? "nothing was changed" : done.map(({ line }) => prose(line, 200)).join("; ");
      return [
        `- walk ${index + 1}, ${time(first.at)} to ${time(last.at)}: ${causeWords(named && changedIn(named).diagnosis)} ${cite(named ?? last)}`,
        `  - done: ${what} ${cite(...(done.length === 0 ? [last] : done))}`,
        `  - it ended: ${prose(last.line, 300)} ${cite(last)}`,
      ];
    });

/** The newest cause is told last: what went before is why it was looked at again. */
export const causePart = (input: PostMortemInput): string[] => {
  const former = formerPart(input);
  const newest = newestCause(input);
  const since = walksOf(input).at(-1)?.slice(0, 1) ?? [];
  return former.length === 0 ? newest : [...former, "", `Walked last ${cite(...since)}:`, "", ...newest];
};

const newestCause = (input: PostMortemInput): string[] => {
  const diagnosis = input.state?.diagnosis ?? null;
  const step = stepsOf(input).findLast((one) => changedIn(one).diagnosis != null);
  if (diagnosis === null || step === undefined) return [`No cause was named.${citeAll(input)}`];
  const why = cite(step);
  if (diagnosis.kind === "unknown")
    return [`Not known. Missing: ${diagnosis.missing.map((gap) => prose(gap, 200)).join("; ")} ${why}`];
  const { statement, object, confidence, by, changes } = diagnosis;
  return [
    `**${diagnosis.class}** on ${name(refText(object), 110)}: ${prose(statement, 500)} [${diagnosis.evidence.join(", ")}]`,
    `Named by ${by} with confidence ${confidence.toFixed(2)} ${why}`,
    ...changes.map(({ at, what, evidence }) => `- changed before, ${prose(at, 30)}: ${prose(what, 200)} [${evidence}]`),
  ];
};

export const decisionsPart = (input: PostMortemInput): string[] => {
  const taken = input.journal.filter(({ kind }) => kind === "approval");
  return taken.length === 0
    ? [`Nobody was asked, or nobody decided.${citeAll(input)}`]
    : taken.map((entry) => lineOf(entry));
};

export const donePart = (input: PostMortemInput): string[] => {
  const done = input.journal.filter(({ kind }) => kind === "intent" || kind === "outcome");
  return done.length === 0 ? [`Nothing was changed.${citeAll(input)}`] : done.map((entry) => lineOf(entry));
};

/** What the look afterwards said, and whom it was told to. */
export const answersPart = (input: PostMortemInput): string[] => [
  ...stepsOf(input)
    .filter((step) => changedIn(step).verdict != null)
    .map((entry) => lineOf(entry)),
  ...input.journal.filter(({ kind }) => kind === "escalation").map((entry) => lineOf(entry)),
];
