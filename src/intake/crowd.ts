import type { KubeObject } from "../incident/kube.ts";
import { lately } from "./lately.ts";

type GetOne = (kind: string, namespace: string | null, name: string, signal: AbortSignal) => Promise<KubeObject | null>;
/** A list that did not come whole has those it has. */
type ListAll = (kind: string, namespace: string) => Promise<readonly KubeObject[]>;

interface CrowdOptions {
  get: GetOne;
  list: ListAll;
  now: () => number;
}

/** So many of one kind and namespace within this while are asked for as one list. */
const many = 5;
const whileMs = 2_000;
const keepMs = 2_000;
const mostLists = 100;

/** One by one where few are asked for. In a storm, by one list for all of a namespace; who is not in it is asked for alone. */
export const crowd = ({ get, list, now }: CrowdOptions): GetOne => {
  const share = lately<ReadonlyMap<string, KubeObject>>(() => keepMs, mostLists, now);
  const asked = new Map<string, number[]>();

  const isCrowded = (key: string): boolean => {
    const before = (asked.get(key) ?? []).filter((at) => now() - at < whileMs).slice(-many);
    asked.delete(key);
    asked.set(key, [...before, now()]);
    const [oldest] = asked.keys();
    if (asked.size > mostLists && oldest !== undefined) asked.delete(oldest);
    return before.length >= many;
  };

  return async (kind, namespace, name, signal) => {
    const key = `${kind} ${namespace}`;
    if (namespace === null || !isCrowded(key)) return get(kind, namespace, name, signal);
    const all = await share(key, async () => {
      const objects = await list(kind, namespace).catch(() => []);
      return new Map(objects.map((object) => [object.metadata.name, object]));
    });
    return all.get(name) ?? get(kind, namespace, name, signal);
  };
};
