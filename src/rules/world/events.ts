import type { KubeEvent } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { keyOf } from "./objects.ts";

/** When an event was last seen, whichever of its four clocks is set. */
export const eventTime = (event: KubeEvent): number =>
  Date.parse(
    event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? "",
  ) || 0;

/** The text without the prefix that the API puts before folded repeats. */
export const eventText = (event: KubeEvent): string =>
  (event.message ?? "").replace(/^\(combined from similar events\): /, "").slice(0, 4000);

export const eventCount = (event: KubeEvent): number => event.series?.count ?? event.count ?? 1;

/** The container an event speaks of, from `spec.containers{name}`. */
export const eventContainer = (event: KubeEvent): string | null =>
  /\{([^}]+)\}$/.exec(event.involvedObject.fieldPath ?? "")?.[1] ?? null;

export type EventsOf = (ref: ObjectRef, uid: string | undefined) => readonly KubeEvent[];

export const eventIndex = (events: readonly KubeEvent[]): EventsOf => {
  const sorted = events
    .map((event) => ({ event, at: eventTime(event) }))
    .toSorted((a, b) => b.at - a.at)
    .map(({ event }) => event);
  const byObject = Map.groupBy(sorted, ({ involvedObject: { kind = "", namespace, name = "" } }) =>
    keyOf({ kind, namespace: namespace ?? null, name }),
  );
  return (ref, uid) =>
    (byObject.get(keyOf(ref)) ?? []).filter(
      ({ involvedObject }) => !uid || !involvedObject.uid || involvedObject.uid === uid || ref.kind === "Node",
    );
};
