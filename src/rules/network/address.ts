import type { Question } from "../../incident/question.ts";
import type { World } from "../world/world.ts";

/** What the objects say about an address of the cluster's own networks that no object read so far has. */
export interface Unheld {
  /** Addresses of this kind are given out by the cluster alone. */
  readonly of: "Service" | "Pod";
  /** All that could have it was read. */
  readonly sure: boolean;
  readonly wants: readonly Question[];
}

/** Null for what is no IPv4 address. */
const numberOf = (address: string | undefined): number | null => {
  const parts = (address ?? "").split(".").map(Number);
  return parts.length === 4 && parts.every((part) => part >= 0 && part < 256)
    ? parts.reduce((sum, part) => sum * 256 + part, 0)
    : null;
};

const numbers = (addresses: readonly (string | undefined)[]): number[] =>
  addresses.flatMap((address) => numberOf(address) ?? []);

const sharesFirst = (bits: number, address: number, others: readonly number[]): boolean =>
  others.some((other) => Math.floor(other / 2 ** (32 - bits)) === Math.floor(address / 2 ** (32 - bits)));

const inRange = (cidr: string, address: number): boolean => {
  const [base, bits] = cidr.split("/");
  const from = numberOf(base);
  return from !== null && bits !== undefined && sharesFirst(Number(bits), address, [from]);
};

const servicesOwn = (world: World): (string | undefined)[] =>
  world.list("Service").flatMap(({ spec }) => [spec.clusterIP, ...(spec.clusterIPs ?? [])]);

const podsOwn = (world: World): (string | undefined)[] =>
  world
    .list("Pod")
    .filter(({ spec }) => !spec.hostNetwork)
    .map(({ status }) => status?.podIP);

export const nodesOwn = (world: World): (string | undefined)[] => [
  ...world.list("Node").flatMap(({ status }) => (status?.addresses ?? []).map(({ address }) => address)),
  ...world.list("Pod").map(({ status }) => status?.hostIP),
];

/** Between two addresses of Services most likely only Services have one: with two ranges the gap may be another network's. */
const isOfServices = (world: World, address: number): boolean => {
  const known = numbers(servicesOwn(world));
  return known.some((one) => one <= address) && known.some((one) => one >= address) && sharesFirst(12, address, known);
};

/** A node's range is its pods'. Where nodes do not tell theirs, pods have a network of their own if no node lies in it. */
const isOfPods = (world: World, address: number): boolean => {
  // In a range of 256, the usual size, the first address is the node's own way into it.
  if (address % 256 <= 1) return false;
  const ranges = world.list("Node").flatMap(({ spec }) => spec?.podCIDRs ?? spec?.podCIDR ?? []);
  if (ranges.some((range) => inRange(range, address))) return true;
  return !sharesFirst(16, address, numbers(nodesOwn(world))) && sharesFirst(24, address, numbers(podsOwn(world)));
};

const isHeld = (world: World, host: string): boolean =>
  [...servicesOwn(world), ...nodesOwn(world), ...world.list("Pod").map(({ status }) => status?.podIP)].includes(host) ||
  world
    .list("Service")
    .some(
      ({ spec, status }) =>
        spec.externalIPs?.includes(host) || status?.loadBalancer?.ingress?.some(({ ip }) => ip === host),
    ) ||
  world
    .list("EndpointSlice")
    .some(({ endpoints }) => endpoints?.some(({ addresses = [] }) => addresses.includes(host)));

/** Null where somebody has the address, or where it may be of a network that is not the cluster's. */
export const unheld = (world: World, host: string): Unheld | null => {
  const address = numberOf(host);
  if (address === null || isHeld(world, host)) return null;
  const of = isOfServices(world, address) ? "Service" : isOfPods(world, address) ? "Pod" : null;
  if (of === null) return null;
  const everywhere: Question = { ask: "list", kind: of, namespace: null, selector: null };
  const asked = world.evidence.some(
    ({ question }) => question.ask === "list" && question.kind === of && question.namespace === null,
  );
  return { of, sure: world.knows(of, null), wants: asked ? [] : [everywhere] };
};
