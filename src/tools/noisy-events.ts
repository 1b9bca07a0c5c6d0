import type { RefusalReason } from "../incident/evidence.ts";
import type { KubeEvent, KubeObject } from "../incident/kube.ts";
import type { Cluster, ListQuery } from "../ports/cluster.ts";
import { PortError } from "../ports/port-error.ts";

/** A namespace may keep thousands; the API tells them by name, not by time, so that a part of them would be any part. */
const mostRead = 3_000;

type Listed = Awaited<ReturnType<Cluster["list"]>> & {
  /** Why the rest could not be asked for. */
  readonly unread?: RefusalReason;
};

const seenAt = ({ series, lastTimestamp, eventTime, metadata }: KubeEvent): number =>
  Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "") || 0;

/** That the kubelet ended a container is no warning to it, and decides what the end means. */
const matters = ({ type, reason }: KubeEvent): boolean => type === "Warning" || reason === "Killing";

/** Warnings before all else, and of each the newest. */
const worth = (a: KubeEvent, b: KubeEvent): number => Number(matters(b)) - Number(matters(a)) || seenAt(b) - seenAt(a);

const mostAlike = 20;

/** The same words about a hundred pods say no more than about twenty: they must not crowd out the others. */
const thinned = (events: readonly KubeEvent[]): KubeEvent[] => {
  const seen = new Map<string, number>();
  return events.filter(({ reason = "", message = "" }) => {
    const words = `${reason} ${message}`;
    const count = (seen.get(words) ?? 0) + 1;
    seen.set(words, count);
    return count <= mostAlike;
  });
};

/** All that may be had, where a first part of them was not all; refused the rest, that part is kept, and the refusal with it. */
export const readEvents = async (cluster: Cluster, query: ListQuery, signal: AbortSignal): Promise<Listed> => {
  const first = await cluster.list(query, signal);
  if (!first.truncated) return first;
  return cluster.list({ ...query, limit: mostRead }, signal).catch((error: unknown): Listed => {
    if (!(error instanceof PortError)) throw error;
    return { ...first, unread: error.reason };
  });
};

export const newestEvents = ({ objects, truncated, ...rest }: Listed, most: number): Listed =>
  objects.length <= most
    ? { objects, truncated, ...rest }
    : {
        ...rest,
        objects: thinned((objects as KubeEvent[]).toSorted(worth)).slice(0, most) as KubeObject[],
        truncated: true,
      };
