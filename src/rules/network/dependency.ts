import type { Service } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import { nodesOwn, type Unheld, unheld } from "./address.ts";
import { isNoNamespace } from "./peer-questions.ts";
import { readyAddresses, selectedWorkloads } from "./services.ts";

/** What the objects say about a host that a log complains about. */
export type Peer =
  /** No name of the cluster's and no address of a Service that was read. */
  | { readonly kind: "outside" }
  | { readonly kind: "unknown" }
  /** An address of the cluster's own networks that nothing read here has. */
  | { readonly kind: "nobody"; readonly unheld: Unheld }
  /** Of a namespace whose Services were not read, or a Service whose endpoints were not. */
  | { readonly kind: "unread"; readonly ref: ObjectRef; readonly service?: Service }
  /** The name is one of this cluster's, the Services were all read, and it is not among them. */
  | { readonly kind: "no-service"; readonly ref: ObjectRef }
  | { readonly kind: "up"; readonly service: Service }
  | { readonly kind: "down"; readonly service: Service; readonly workloads: readonly ObjectRef[] };

const byAddress = (world: World, host: string): Service | null =>
  world.list("Service").find(({ spec }) => spec.clusterIP === host) ?? null;

const isAddress = (host: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);

/** Of the program itself, or of its node. */
const isOwn = (host: string): boolean => /^(?:localhost|127\.|0\.0\.0\.0|169\.254\.)/.test(host);

/** A node's own, or in the networks of its Services and pods, as far as those that were read show where they lie: whose it was nobody can tell. */
const isInside = (world: World, host: string): boolean => {
  const known = [
    ...world.list("Service").map(({ spec }) => spec.clusterIP),
    ...world.list("Pod").map(({ status }) => status?.podIP),
  ];
  const [a, b] = host.split(".");
  return nodesOwn(world).includes(host) || known.some((one) => one?.startsWith(`${a}.${b}.`));
};

/** "mongo-0.mongo": a pod of a StatefulSet by its Service, where the namespace has one of that name, or the pod bears it. */
const isPodOf = (world: World, pod: string, service: string, namespace: string): boolean =>
  /-\d+$/.test(pod) && (pod.startsWith(`${service}-`) || world.find("Service", namespace, service) !== null);

const asService = (world: World, host: string, namespace: string): ObjectRef | null => {
  const parts = host.split(".");
  const [name = "", second, third] = parts;
  if (/^[\d.]+$/.test(host) || name === "localhost") return null;
  if (second === undefined) return { kind: "Service", namespace, name };
  const svc = parts.indexOf("svc");
  if (svc >= 2) return { kind: "Service", namespace: parts[svc - 1] ?? "", name: parts[svc - 2] ?? "" };
  if (parts.length === 2 && isPodOf(world, name, second, namespace))
    return { kind: "Service", namespace, name: second };
  if (parts.length === 2) return { kind: "Service", namespace: second, name };
  const full = parts.length === 3 && third !== undefined && world.find("Service", third, second) !== null;
  return full && /-\d+$/.test(name) ? { kind: "Service", namespace: third, name: second } : null;
};

/** What has no name of the cluster's. */
const byNumber = (world: World, host: string): Peer => {
  if (isOwn(host) || (/^[\d.]+$/.test(host) && !isAddress(host))) return { kind: "unknown" };
  const free = isAddress(host) ? unheld(world, host) : null;
  if (free) return { kind: "nobody", unheld: free };
  return isInside(world, host) ? { kind: "unknown" } : { kind: "outside" };
};

export const peerOf = (world: World, host: string, namespace: string): Peer => {
  const ref = asService(world, host, namespace);
  const service = ref ? world.find("Service", ref.namespace, ref.name) : byAddress(world, host);
  if (service) {
    const known = world.knows("EndpointSlice", service.metadata.namespace ?? null);
    if (!known) return { kind: "unread", ref: refOf(service), service };
    if (readyAddresses(world, service) > 0) return { kind: "up", service };
    return { kind: "down", service, workloads: selectedWorkloads(world, service).map(refOf) };
  }
  if (!ref) return byNumber(world, host);
  if (ref.namespace !== namespace && isNoNamespace(world, ref.namespace ?? ""))
    return /\.svc(?:\.|$)/.test(host) ? { kind: "no-service", ref } : { kind: "outside" };
  return world.knows("Service", ref.namespace) ? { kind: "no-service", ref } : { kind: "unread", ref };
};
