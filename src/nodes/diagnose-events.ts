import type { KubeEvent, KubeObject } from "../incident/kube.ts";
import { firstOf } from "./diagnose-text.ts";

const widest = 260;

const timeOf = ({ lastTimestamp, eventTime, series, metadata }: KubeEvent): string =>
  series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "";

const aboutOf = ({ involvedObject }: KubeEvent): string =>
  `${involvedObject?.kind ?? "?"}/${involvedObject?.name ?? "?"}`;

// Pods of one owner tell the same; their hashes are left out of the comparison.
const shapeOf = (event: KubeEvent): string =>
  `${event.involvedObject?.kind} ${event.reason} ${(event.message ?? "").replace(/[a-z0-9-]*\d[a-z0-9.-]*/gi, "#")}`;

/** The usual way of a pod to its start. That it went so far is worth a line, its words are not. */
const course =
  /^(?:Successfully assigned \S+ to \S+|Container image \S+ already present on machine(?: and can be accessed by the pod)?|(?:Created|Started) container\b.*|Container (?:created|started)|Created pod: \S+|Scaled up replica set \S+ from 0 to \d+)$/;

/** Whose pod it is was said before; how it is called inside helps nobody. */
const withoutPod = (message: string): string => message.replace(/ in pod \S+_\S+\([0-9a-f-]{36}\)/, "");

interface Row {
  event: KubeEvent;
  times: number;
}

const rowLine = ({ event, times }: Row): string =>
  `${timeOf(event).slice(11, 19)} ${event.type ?? ""} ${aboutOf(event)} ${event.reason ?? ""} x${times}: ${withoutPod(event.message ?? "")}`.slice(
    0,
    widest,
  );

const isCourse = ({ event: { type, message = "" } }: Row): boolean => type === "Normal" && course.test(message);

/** One line for all the usual events of one kind of object, in the order they happened. */
const courseLine = (rows: readonly Row[]): string => {
  const [newest] = rows;
  if (newest === undefined) return "";
  const steps = rows.toReversed().map(({ event, times }) => `${event.reason}${times > 1 ? ` x${times}` : ""}`);
  return `${timeOf(newest.event).slice(11, 19)} Normal ${aboutOf(newest.event)} ${steps.join(", ")}`;
};

/** Events as a table, the same ones folded with their count, warnings first, the newest of each first. */
export const eventLines = (objects: readonly KubeObject[], most: number): string[] => {
  const events = (objects as readonly KubeEvent[]).toSorted((a, b) => timeOf(b).localeCompare(timeOf(a)));
  const rows = [...Map.groupBy(events, shapeOf).values()].flatMap((same) => {
    const [newest] = same;
    if (newest === undefined) return [];
    const times = same.reduce((sum, { count, series }) => sum + (series?.count ?? count ?? 1), 0);
    return [{ event: newest, times }];
  });
  const warns = rows.filter(({ event }) => event.type !== "Normal");
  const normal = rows.filter((row) => !warns.includes(row) && !isCourse(row));
  const usual = [...Map.groupBy(rows.filter(isCourse), ({ event }) => event.involvedObject?.kind).values()];
  return firstOf([...[...warns, ...normal].map(rowLine), ...usual.map(courseLine)], most);
};
