import type { KubeEvent, KubeObject } from "../incident/kube.ts";
import type { Cluster, ListQuery } from "../ports/cluster.ts";

/** A namespace may keep thousands; the API tells them by name, not by time, so that a part of them would be any part. */
const mostRead = 3_000;

type Listed = Awaited<ReturnType<Cluster["list"]>>;

const seenAt = ({ series, lastTimestamp, eventTime, metadata }: KubeEvent): number =>
  Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "") || 0;

/** Warnings before all else, and of each the newest. */
const worth = (a: KubeEvent, b: KubeEvent): number =>
  Number(b.type === "Warning") - Number(a.type === "Warning") || seenAt(b) - seenAt(a);

/** All that may be had, where a first part of them was not all. */
export const readEvents = async (cluster: Cluster, query: ListQuery, signal: AbortSignal): Promise<Listed> => {
  const first = await cluster.list(query, signal);
  return first.truncated ? cluster.list({ ...query, limit: mostRead }, signal) : first;
};

export const newestEvents = ({ objects, truncated }: Listed, most: number): Listed =>
  objects.length <= most
    ? { objects, truncated }
    : { objects: (objects as KubeEvent[]).toSorted(worth).slice(0, most) as KubeObject[], truncated: true };
