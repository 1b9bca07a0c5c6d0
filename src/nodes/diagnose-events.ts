import type { KubeEvent, KubeObject } from "../incident/kube.ts";

const widest = 260;

const timeOf = ({ lastTimestamp, eventTime, series, metadata }: KubeEvent): string =>
  series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "";

const aboutOf = ({ involvedObject }: KubeEvent): string =>
  `${involvedObject?.kind ?? "?"}/${involvedObject?.name ?? "?"}`;

// Pods of one owner tell the same; their hashes are left out of the comparison.
const shapeOf = (event: KubeEvent): string =>
  `${event.involvedObject?.kind} ${event.reason} ${(event.message ?? "").replace(/[a-z0-9-]*\d[a-z0-9.-]*/gi, "#")}`;

/** Events as a table, the same ones folded with their count, warnings first, the newest of each first. */
export const eventLines = (objects: readonly KubeObject[], most: number): string[] => {
  const events = (objects as readonly KubeEvent[]).toSorted((a, b) => timeOf(b).localeCompare(timeOf(a)));
  const rows = [...Map.groupBy(events, shapeOf).values()].flatMap((same) => {
    const [newest] = same;
    if (newest === undefined) return [];
    const times = same.reduce((sum, { count, series }) => sum + (series?.count ?? count ?? 1), 0);
    const line = `${timeOf(newest).slice(11, 19)} ${newest.type ?? ""} ${aboutOf(newest)} ${newest.reason ?? ""} x${times}: ${newest.message ?? ""}`;
    return [{ warns: newest.type !== "Normal", line: line.slice(0, widest) }];
  });
  const ordered = [...rows.filter(({ warns }) => warns), ...rows.filter(({ warns }) => !warns)].map(({ line }) => line);
  const left = ordered.length - most;
  return left > 0 ? [...ordered.slice(0, most), `… ${left} more`] : ordered;
};
