import type { Action } from "./plan.ts";

/** Changes count within this time. */
export const paceMs = 3_600_000;

/** The workload that a change is for: of a pod or a Service the one behind it. */
export const workloadOf = ({ target, params }: Pick<Action, "target" | "params">): string => {
  const { kind, name } = "serves" in params ? params.serves : target;
  return [kind, target.namespace ?? "", name].join("/");
};

export interface Room {
  most: number;
  /** Changes of the workload within the last hour. */
  made: number;
  /** ISO time from which on one more is possible; null: now, or never where none is allowed. */
  next: string | null;
}

/** What a bound of `most` an hour leaves, by the times of the changes that count, oldest first. */
export const roomOf = (most: number, times: readonly string[]): Room => {
  const [oldest] = times.length < most || most === 0 ? [] : times.slice(times.length - most);
  const next = oldest === undefined ? null : new Date(Date.parse(oldest) + paceMs).toISOString();
  return { most, made: times.length, next };
};

/** Why the workload must not be changed now; null: it may. */
export const tooOften = (workload: string, { most, made, next }: Room): string | null => {
  if (made < most) return null;
  const when = next === null ? "" : `; the next is possible at ${next}`;
  return `policy allows ${most} ${most === 1 ? "change" : "changes"} of ${workload} within an hour, and ${made} ${made === 1 ? "was" : "were"} made${when}`;
};
