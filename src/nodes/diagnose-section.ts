import type { Body, Evidence, Series } from "../incident/evidence.ts";
import type { KubeEvent, KubeObject } from "../incident/kube.ts";
import type { Question } from "../incident/question.ts";
import { eventLines } from "./diagnose-events.ts";
import { logDigest } from "./diagnose-log.ts";
import { type Bearing, type IsNear, namespaceIn } from "./diagnose-near.ts";
import { objectInFull, objectLine } from "./diagnose-object.ts";
import { clipped, evened, firstOf } from "./diagnose-text.ts";
import { briefOf } from "./sweep-metrics.ts";

const sweptLogLines = 500;
const few = 12;
const names = 6;

/** How many characters, or series, each kind of answer gets. */
export interface Room {
  full: number;
  line: number;
  detail: number;
  sweptLog: number;
  log: number;
  series: number;
  text: number;
  /** Events of others, beside those of the subject. */
  strangers: number;
}

export const usualRoom: Room = {
  full: 2_600,
  line: 700,
  detail: 1_400,
  sweptLog: 1_100,
  log: 3_500,
  series: 8,
  text: 2_000,
  strangers: 3,
};
/** For what the model asked to see again. */
export const wideRoom: Room = {
  full: 8_000,
  line: 1_400,
  detail: 4_000,
  sweptLog: 8_000,
  log: 8_000,
  series: 20,
  text: 6_000,
  strangers: 20,
};

/** What was asked, in few words. */
export const labelOf = (question: Question): string => {
  switch (question.ask) {
    case "sweep":
      return "sweep";
    case "get":
      return `get ${question.kind}/${question.name}`;
    case "list":
      return `list ${question.kind}${question.selector === null ? "" : ` -l ${question.selector}`}`;
    case "events":
      return `events ${question.kind}/${question.name}`;
    case "names":
      return `list ${question.kind}`;
    case "logs":
      return `logs ${question.pod}/${question.container}${question.previous ? " previous" : ""}`;
    case "kept-logs":
      return `kept logs ${question.pod}/${question.container ?? "*"}${question.previous ? " previous" : ""}`;
    case "metric":
      return `metric ${briefOf(question.query) ?? question.query}${question.minutes === 0 ? "" : ` (${question.minutes} min)`}`;
    case "runbooks":
      return `runbooks ${question.words}`;
    case "past":
      return "past incidents (told by others: what it may be, no proof of what is wrong now)";
    case "source":
      return `${question.tool} ${question.args}`;
  }
};

const numbersOf = ({ status, spec }: KubeObject): string => {
  const { readyReplicas = 0 } = (status ?? {}) as { readyReplicas?: number };
  const { replicas } = (spec ?? {}) as { replicas?: number };
  return typeof replicas === "number" ? `(${readyReplicas}/${replicas})` : "";
};

// Whose they are is told by the list of their owners.
const owned = new Set(["ReplicaSet", "ControllerRevision", "EndpointSlice"]);

const byName = (objects: readonly KubeObject[]): string => {
  if (objects.every(({ kind }) => owned.has(kind))) return `and ${objects.length} of others`;
  const shown = objects.slice(0, names).map((one) => `${one.metadata.name}${numbersOf(one)}`);
  const left = objects.length - shown.length;
  return `others: ${shown.join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
};

const time = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** Replicas that say the same but for their names and times. */
const alike = (objects: readonly KubeObject[]): KubeObject[][] => [
  ...Map.groupBy(objects, (one) => objectLine(one).replaceAll(one.metadata.name, "").replace(time, "")).values(),
];

const groupLine = ([first, ...others]: readonly KubeObject[], room: Room): string[] => {
  const lines = first === undefined ? [] : [clipped(objectLine(first), room.line)];
  const shown = others.slice(0, names).map(({ metadata }) => metadata.name);
  const left = others.length - shown.length;
  return others.length === 0
    ? lines
    : [...lines, `the same: ${shown.join(", ")}${left > 0 ? ` and ${left} more` : ""}`];
};

const listed = (objects: readonly KubeObject[], isNear: IsNear, room: Room): string[] => {
  const near = alike(objects.filter(isNear));
  const far = objects.filter((one) => !isNear(one));
  const lines = near.slice(0, few).flatMap((group) => groupLine(group, room));
  const rest = near.slice(few).flat();
  return [...lines, ...(rest.length > 0 ? [byName(rest)] : []), ...(far.length > 0 ? [byName(far)] : [])];
};

const aboutNear = (events: readonly KubeObject[], isNear: IsNear): KubeObject[] =>
  events.toSorted((a, b) => Number(isNear(involved(b))) - Number(isNear(involved(a))));

const involved = (event: KubeObject): KubeObject => {
  const { kind = "", namespace, name = "" } = (event as KubeEvent).involvedObject ?? {};
  return { apiVersion: "", kind, metadata: { name, ...(namespace && { namespace }) } };
};

const objectsText = (question: Question, objects: readonly KubeObject[], isNear: IsNear, room: Room): string => {
  if (question.ask === "events") return eventLines(objects, 2 * few).join("\n");
  if (question.ask === "list" && question.kind === "Event") {
    const near = objects.filter((event) => isNear(involved(event)));
    return [
      ...eventLines(near, few),
      ...eventLines(
        aboutNear(objects, isNear).filter((one) => !near.includes(one)),
        room.strangers,
      ),
    ].join("\n");
  }
  if (question.ask === "get") return objects.map((one) => clipped(objectInFull(one), room.full)).join("\n");
  if (question.ask === "list" && question.selector !== null)
    return objects
      .slice(0, few)
      .map((one) => clipped(objectInFull(one), room.detail))
      .join("\n");
  return listed(objects, isNear, room).join("\n");
};

const rounded = (value: number): string => String(Number(value.toPrecision(4)));

/** What the query says already, and a container that its pod is called after, say nothing more. */
const labelsOf = (query: string, labels: Record<string, string>): string =>
  Object.entries(labels)
    .filter(([name, value]) => name !== "__name__" && !query.includes(`${name}=${JSON.stringify(value)}`))
    .filter(([name, value]) => name !== "container" || labels.pod?.startsWith(`${value}-`) !== true)
    .map(([, value]) => value)
    .join(" ");

const seriesLine = (query: string, { labels, points }: Series): string => {
  const values = points.map(([, value]) => value);
  const isSteady = values.every((value) => value === values[0]);
  const range = !isSteady ? ` min ${rounded(Math.min(...values))} max ${rounded(Math.max(...values))}` : "";
  return `${clipped(labelsOf(query, labels), 120)}: ${rounded(values.at(-1) ?? Number.NaN)}${range}`;
};

const mostOfOneAlert = 4;
// Who measured it and how grave it is meant says nothing about where it is.
const aside = new Set(["alertname", "alertstate", "severity", "instance", "job", "uid", "prometheus", "endpoint"]);

/** Which alerts fire, each name once with what it is about. */
const alertsText = (query: string, series: readonly Series[], room: Room): string => {
  const about = ({ labels }: Series): string =>
    labelsOf(query, Object.fromEntries(Object.entries(labels).filter(([name]) => !aside.has(name))));
  const lines = [...Map.groupBy(series, ({ labels }) => labels.alertname ?? "?")].map(([name, its]) => {
    const left = its.length - mostOfOneAlert;
    const shown = its.slice(0, mostOfOneAlert).map((one) => clipped(about(one), 80));
    return `${name}: ${shown.join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
  });
  return firstOf(lines, room.series).join("\n");
};

const areAlerts = (series: readonly Series[]): boolean =>
  series.every(({ labels }) => labels.__name__ === "ALERTS" && labels.alertstate === "firing");

const isOfPods = (query: string, isNear: IsNear) => {
  const namespace = namespaceIn(query);
  return ({ labels: { pod = "" } }: Series): boolean =>
    isNear({ apiVersion: "v1", kind: "Pod", metadata: { namespace, name: pod } });
};

type SeriesBody = Extract<Body, { kind: "series" }>;

/** The sweep's own measures are of all it read about: those of the subject's pods count, of others it says that they are there. */
const seriesText = (body: SeriesBody, isNear: IsNear, room: Room, bearing: Bearing): string => {
  const { query } = body;
  const ranked = body.series.map((one) => ({ one, weight: bearing(one, query) }));
  const series = ranked.toSorted((a, b) => b.weight - a.weight).map(({ one }) => one);
  if (areAlerts(series)) return alertsText(query, series, room);
  const near = briefOf(query) === null ? series : series.filter(isOfPods(query, isNear));
  const lines = firstOf(
    near.map((one) => seriesLine(query, one)),
    room.series,
  );
  const [stranger] = series;
  return near.length > 0 || stranger === undefined
    ? lines.join("\n")
    : `of others: ${seriesLine(query, stranger)}${series.length > 1 ? ` and ${series.length - 1} more` : ""}`;
};

const bodyText = (question: Question, body: Body, isNear: IsNear, room: Room, bearing: Bearing): string => {
  switch (body.kind) {
    case "objects":
      return objectsText(question, body.objects, isNear, room);
    case "names":
      return body.names.slice(0, 2 * names).join(", ");
    case "log":
      return logDigest(
        body.text,
        question.ask === "logs" && question.lines === sweptLogLines ? room.sweptLog : room.log,
      );
    case "series":
      return seriesText(body, isNear, room, bearing);
    case "text":
      return clipped(body.text, room.text);
  }
};

/** The line a section begins with. It repeats what was asked, and proves nothing. */
export const headOf = ({ id, question }: Pick<Evidence, "id" | "question">): string =>
  `[${id}] ${evened(labelOf(question))}`;

/** One piece of evidence under its id, as short as it can be read. */
export const sectionOf = (
  one: Evidence,
  isNear: IsNear,
  room: Room = usualRoom,
  bearing: Bearing = () => 0,
): string => {
  const { question, answer } = one;
  const head = headOf(one);
  switch (answer.kind) {
    case "found": {
      const text = bodyText(question, answer.body, isNear, room, bearing);
      return question.ask === "get" && text === `${question.kind}/${question.name}`
        ? `${head}: is there`
        : `${head}\n${text}`;
    }
    case "no-data":
      return `${head}: none`;
    case "could-not-ask":
      return `${head}: could not ask (${answer.reason})`;
  }
};
