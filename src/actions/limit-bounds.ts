import type { Container, KubeObject, PodSpec, ResourceQuota, Workload } from "../incident/kube.ts";
import { parseQuantity } from "../incident/quantity.ts";
import { rolloutPods } from "./rollout-pods.ts";

type Resource = "memory" | "cpu";
type Amounts = Record<string, string>;

/** One upper limit for the new value, and who says so. */
export interface Bound {
  most: number;
  by: string;
}

/** A limit that is to grow. */
interface Growing {
  live: Workload;
  near: readonly KubeObject[];
  resource: Resource;
  container: string;
  from: number;
}

interface LimitRange extends KubeObject {
  spec?: {
    limits?: { type?: string; max?: Amounts; default?: Amounts; maxLimitRequestRatio?: Amounts }[];
  };
}
type Item = NonNullable<NonNullable<LimitRange["spec"]>["limits"]>[number];

/** What the namespace lets a limit of this container grow to; the least of them counts. */
export const limitBounds = (growing: Growing): Bound[] => {
  const ranges = growing.near.filter((object): object is LimitRange => object.kind === "LimitRange");
  const items = ranges.flatMap(({ metadata, spec }) =>
    (spec?.limits ?? []).map((item) => ({ item, by: `LimitRange ${metadata.name}` })),
  );
  const pod = shareOf(
    growing,
    items.map(({ item }) => item),
  );
  return [
    ...items.flatMap(({ item, by }) => rangeBounds(item, growing.resource, pod).map((most) => ({ most, by }))),
    ...quotaBounds(growing, pod),
  ];
};

/** What the pod asks for beside the limit that grows. */
interface Share {
  /** Limits of its other containers. */
  limits: number;
  requests: number;
  /** Of the container itself; null: unset, and then it is the limit. */
  request: number | null;
}

/** Containers that run side by side: those that begin before the others and stay are among them. */
const together = ({ containers, initContainers = [] }: PodSpec): Container[] => [
  ...initContainers.filter(({ restartPolicy }) => restartPolicy === "Always"),
  ...containers,
];

const shareOf = ({ live, resource, container }: Growing, items: readonly Item[]): Share => {
  const given = items.find((item) => item.type === "Container" && item.default?.[resource])?.default?.[resource];
  const limitOf = ({ resources }: Container): number => parseQuantity(resources?.limits?.[resource] ?? given) ?? 0;
  const requestOf = ({ resources }: Container): number | null => parseQuantity(resources?.requests?.[resource]);
  const all = together(live.spec.template.spec);
  const others = all.filter(({ name }) => name !== container);
  const own = all.find(({ name }) => name === container);
  return {
    limits: sum(others.map(limitOf)),
    requests: sum(others.map((one) => requestOf(one) ?? limitOf(one))),
    request: own === undefined ? null : requestOf(own),
  };
};

const rangeBounds = (
  { type, max, maxLimitRequestRatio }: Item,
  resource: Resource,
  { limits, requests, request }: Share,
): number[] => {
  const most = parseQuantity(max?.[resource]);
  const ratio = parseQuantity(maxLimitRequestRatio?.[resource]);
  const ofRequest = ratio === null || request === null ? null : ratio;
  if (type === "Container") return [most, ofRequest && ofRequest * (request ?? 0)].filter((one) => one !== null);
  if (type !== "Pod") return [];
  return [most, ofRequest && ofRequest * (requests + (request ?? 0))].flatMap((one) =>
    one === null ? [] : [one - limits],
  );
};

const quotaBounds = (growing: Growing, pod: Share): Bound[] => {
  const { near, resource, from } = growing;
  const { running, surge } = rolloutPods(growing.live);
  const grown = (free: number, others: number): number =>
    (free + running * (others + from)) / Math.max(1, running + surge) - others;
  return near
    .filter((object): object is ResourceQuota => object.kind === "ResourceQuota")
    .flatMap((quota) => {
      const by = `ResourceQuota ${quota.metadata.name}`;
      const limits = freeOf(quota, `limits.${resource}`);
      const requests = freeOf(quota, `requests.${resource}`) ?? freeOf(quota, resource);
      const bounds: Bound[] = limits === null ? [] : [{ most: grown(limits, pod.limits), by }];
      if (requests === null) return bounds;
      if (pod.request === null) return [...bounds, { most: grown(requests, pod.requests), by }];
      // The request stays as it is, but the pods that a rollout starts beside the old ones need room for theirs.
      const blocked = requests < surge * (pod.requests + pod.request);
      return blocked ? [...bounds, { most: from, by: `${by} has no room for the pods of a rollout` }] : bounds;
    });
};

const freeOf = ({ status }: ResourceQuota, name: string): number | null => {
  const hard = parseQuantity(status?.hard?.[name]);
  return hard === null ? null : hard - (parseQuantity(status?.used?.[name]) ?? 0);
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Why the value that was approved is no longer allowed, or null. */
export const noLongerAllowed = (growing: Growing, to: string): string | null => {
  const bound = limitBounds(growing).find(({ most }) => (parseQuantity(to) ?? 0) > most);
  return bound === undefined ? null : `${bound.by} does not allow ${to} any more`;
};
