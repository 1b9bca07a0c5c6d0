import type { Evidence } from "../incident/evidence.ts";
import type { ModelReading } from "../incident/incident.ts";
import type { KubeObject } from "../incident/kube.ts";
import type { Question } from "../incident/question.ts";
import type { ObjectRef } from "../incident/subject.ts";
import { newestAnswers } from "../rules/world/newest.ts";
import { troubles } from "./diagnose-log.ts";
import { type Bearing, bearingOn, type IsNear, nearness } from "./diagnose-near.ts";
import { labelOf, sectionOf, usualRoom, wideRoom } from "./diagnose-section.ts";
import { cleaned, clipped } from "./diagnose-text.ts";

// Characters of evidence in one request: of the first look, and later, when it is joined by what was asked for.
const most = { first: 10_000, later: 16_000 };
const gist = { own: 140, foreign: 64 };
const workloads = new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"]);
const untold = new Set(["Namespace", "StorageClass", "PersistentVolume", "ServiceAccount", "ControllerRevision"]);

export const nothingRead: ModelReading = { shown: [], opened: [] };

/** Lower is told first. */
const rank = (question: Question, subject: ObjectRef): number => {
  switch (question.ask) {
    case "get":
      return question.kind === subject.kind && question.name === subject.name ? 0 : untold.has(question.kind) ? 5 : 3;
    case "list":
      if (question.selector !== null) return 3;
      return question.kind === "Pod" || question.kind === "Event" ? 1 : untold.has(question.kind) ? 5 : 4;
    case "logs":
    case "kept-logs":
      return 2;
    case "events":
    case "metric":
    case "runbooks":
    case "past":
    case "source":
    case "names":
    case "sweep":
      return 3;
  }
};

export interface Shown {
  /** What the model was shown of each piece of evidence. */
  sections: ReadonlyMap<string, string>;
  /** Ids of what it was shown in full. */
  full: string[];
  text: string;
}

interface Sight {
  subject: ObjectRef;
  reading: ModelReading;
  isNear: IsNear;
  bearing: Bearing;
  /** Whether the subject has pods of its own; where it has none, each log may be about it. */
  runs: boolean;
  /** What rules suspect rests on these: they stay open. */
  held: ReadonlySet<string>;
}

/** A log of a pod that has nothing to do with the subject. */
const isForeignLog = ({ question }: Evidence, { isNear, runs }: Sight): boolean =>
  runs &&
  question.ask === "logs" &&
  !isNear({ apiVersion: "v1", kind: "Pod", metadata: { namespace: question.namespace, name: question.pod } });

const podOf = ({ question }: Evidence): string =>
  question.ask === "logs" ? `${question.pod}/${question.container}` : "";

const podsIn = (evidence: readonly Evidence[]): KubeObject[] =>
  evidence.flatMap(({ answer }) =>
    answer.kind === "found" && answer.body.kind === "objects"
      ? answer.body.objects.filter(({ kind }) => kind === "Pod")
      : [],
  );

const isFirstLook = ({ reading }: Sight): boolean => reading.shown.length === 0;

/** What was read at the first look, or is not about the subject, is told in a line; a tool opens it. */
const isFolded = (one: Evidence, sight: Sight): boolean => {
  const { reading, held, subject } = sight;
  if (reading.opened.includes(one.id)) return false;
  if (reading.shown.includes(one.id)) return !held.has(one.id) && rank(one.question, subject) > 0;
  return isFirstLook(sight) && isForeignLog(one, sight);
};

// In a log the last trouble is what ended it; elsewhere what stands first counts most.
const tellingLine = ({ question }: Evidence, lines: readonly string[]): string =>
  (question.ask === "logs"
    ? (lines.findLast((line) => troubles.test(line) || /(Error|Exception)\b/.test(line)) ?? lines.at(-1))
    : (lines.find((line) => troubles.test(line)) ?? lines[0])) ?? "";

const inOneLine = (one: Evidence, whole: string, sight: Sight): string => {
  const [head = "", ...lines] = whole.split("\n");
  const telling = tellingLine(one, lines).trim();
  return telling === ""
    ? head
    : `${head} (folded) ${clipped(telling, isForeignLog(one, sight) ? gist.foreign : gist.own)}`;
};

/** What was asked and is not there, in one line for all. */
const nothingThere = (empty: readonly Evidence[]): string =>
  empty.length === 0 ? "" : `None of: ${empty.map(({ id, question }) => `[${id}] ${labelOf(question)}`).join(", ")}`;

const fullText = (one: Evidence, { reading, isNear, bearing }: Sight): string => {
  const isOpen = reading.opened.includes(one.id);
  return cleaned(sectionOf(one, isOpen ? () => true : isNear, isOpen ? wideRoom : usualRoom, bearing));
};

/** 0: opened again, 1: asked for by the model, 2: of the first look. */
const age = ({ id }: Evidence, { reading }: Sight): number =>
  reading.opened.includes(id) ? 0 : reading.shown.length === 0 || reading.shown.includes(id) ? 2 : 1;

/** What the model asked for comes last: what stands before it stays the same, and the provider has it in its cache. */
const inOrder = (all: readonly Evidence[], sight: Sight): Evidence[] =>
  all.toSorted(
    (a, b) => age(b, sight) - age(a, sight) || rank(a.question, sight.subject) - rank(b.question, sight.subject),
  );

interface Told {
  text: string;
  /** What it was shown of this one: where the same is told under another id, that. */
  section: string;
  full: boolean;
}

/** Each in full or in a line, as far as there is room: first what was asked for. The same text is told in full once. */
const texts = (ordered: readonly Evidence[], sight: Sight): Map<string, Told> => {
  const told = new Map<string, Told>();
  const bodies = new Map<string, string>();
  let left = isFirstLook(sight) ? most.first : most.later;
  for (const one of ordered.toSorted((a, b) => age(a, sight) - age(b, sight))) {
    const whole = fullText(one, sight);
    const body = whole.slice(whole.indexOf("\n"));
    const same = bodies.get(body);
    const full = same === undefined && !isFolded(one, sight) && whole.length <= left;
    if (full && whole.includes("\n")) bodies.set(body, one.id);
    if (full) left -= whole.length;
    const short = same === undefined ? inOneLine(one, whole, sight) : `${whole.split("\n")[0]}: the same as ${same}`;
    const text = full ? whole : short;
    told.set(one.id, { text, section: same === undefined ? text : whole, full: full || same !== undefined });
  }
  return told;
};

/** A neighbour's life before that ended in the same words is not worth a line. */
const toldTwice = (ordered: readonly Evidence[], told: ReadonlyMap<string, Told>, sight: Sight): Set<string> => {
  const folded = ordered.filter((one) => isForeignLog(one, sight) && told.get(one.id)?.full === false);
  const gist = (one: Evidence): string => `${podOf(one)} ${told.get(one.id)?.text.split(" (folded) ")[1] ?? one.id}`;
  const alike = [...Map.groupBy(folded, gist).values()];
  return new Set(alike.flatMap(([, ...others]) => others.map(({ id }) => id)));
};

/**
 * Evidence as compact text. At first what bears on the subject in full and the rest in a line each; later in full only what
 * the cause may rest on, what the model asked for, and what it opened again.
 */
export const digestOf = (
  all: readonly Evidence[],
  subject: ObjectRef,
  now: string,
  { reading = nothingRead, held = [] as readonly string[], alerts = [] as readonly string[] } = {},
): Shown => {
  const newest = newestAnswers(all);
  const isNear = nearness(all, subject, now);
  const runs = workloads.has(subject.kind) || podsIn(newest).some(isNear);
  const empty = newest.filter(({ answer }) => answer.kind === "no-data");
  const bearing = bearingOn(isNear, alerts);
  const sight: Sight = { subject, reading, isNear, bearing, runs, held: new Set(held) };
  const none = cleaned(nothingThere(empty.filter((one) => !isForeignLog(one, sight))));
  const ordered = inOrder(
    newest.filter(({ answer }) => answer.kind !== "no-data"),
    sight,
  );
  const told = texts(ordered, sight);
  const sections = new Map(empty.map((one) => [one.id, `${cleaned(sectionOf(one, isNear))}\n${none}`]));
  for (const [id, { section }] of told) sections.set(id, section);
  const twice = toldTwice(ordered, told, sight);
  const shown = ordered.filter(({ id }) => !twice.has(id));
  const lines = [...shown.map(({ id }) => told.get(id)?.text ?? ""), ...(none === "" ? [] : [none])];
  const full = [...told].flatMap(([id, one]) => (one.full ? [id] : []));
  return { sections, full: [...full, ...empty.map(({ id }) => id)], text: lines.join("\n") };
};
