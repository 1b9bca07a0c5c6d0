import type { Service } from "../../incident/kube.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import { readyAddresses, selectedWorkloads } from "./services.ts";

/** What the objects say about a host that a log complains about. */
export type Peer =
  | { readonly kind: "outside" }
  | { readonly kind: "unknown" }
  /** The name is one of this cluster's, the Services were all read, and it is not among them. */
  | { readonly kind: "no-service"; readonly ref: ObjectRef }
  | { readonly kind: "up"; readonly service: Service }
  | { readonly kind: "down"; readonly service: Service; readonly workloads: readonly ObjectRef[] };

const byAddress = (world: World, host: string): Service | null =>
  world.list("Service").find(({ spec }) => spec.clusterIP === host) ?? null;

const asService = (host: string, namespace: string): ObjectRef | null => {
  const [name = "", second, third] = host.split(".");
  if (/^[\d.]+$/.test(host) || name === "localhost") return null;
  if (second === undefined) return { kind: "Service", namespace, name };
  const inCluster = third === "svc" || host.split(".").length === 2;
  return inCluster ? { kind: "Service", namespace: second, name } : null;
};

export const peerOf = (world: World, host: string, namespace: string): Peer => {
  const ref = asService(host, namespace);
  const service = ref ? world.find("Service", ref.namespace, ref.name) : byAddress(world, host);
  if (service) {
    const known = world.knows("EndpointSlice", service.metadata.namespace ?? null);
    if (!known || readyAddresses(world, service) > 0) return { kind: known ? "up" : "unknown", service } as Peer;
    return { kind: "down", service, workloads: selectedWorkloads(world, service).map(refOf) };
  }
  if (!ref) return /^[\d.]+$|^localhost/.test(host) ? { kind: "unknown" } : { kind: "outside" };
  return world.knows("Service", ref.namespace) ? { kind: "no-service", ref } : { kind: "unknown" };
};
