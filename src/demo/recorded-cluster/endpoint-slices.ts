import type { EndpointSlice, Pod, Service } from "../../incident/kube.ts";
import { isReady } from "./new-pods.ts";
import type { Shelf } from "./shelf.ts";

const selects = ({ spec }: Service, { metadata }: Pod): boolean =>
  spec.selector !== undefined &&
  Object.entries(spec.selector).every(([key, value]) => metadata.labels?.[key] === value);

const endpoint = (pod: Pod): NonNullable<EndpointSlice["endpoints"]>[number] => ({
  addresses: [(pod.status as { podIP?: string } | undefined)?.podIP ?? "10.244.1.250"],
  conditions: { ready: isReady(pod), serving: isReady(pod) },
  targetRef: { kind: "Pod", name: pod.metadata.name, ...(pod.metadata.uid && { uid: pod.metadata.uid }) },
  ...(pod.spec.nodeName && { nodeName: pod.spec.nodeName }),
});

/** Lets the EndpointSlices of a namespace follow its pods. */
export const followPods = (shelf: Shelf, namespace: string): void => {
  const pods = shelf.list("Pod", namespace) as Pod[];
  const slices = shelf.list("EndpointSlice", namespace) as EndpointSlice[];
  for (const service of shelf.list("Service", namespace) as Service[]) {
    const name = service.metadata.name;
    const slice = slices.find(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name);
    if (!slice || !service.spec.selector) continue;
    shelf.put({ ...slice, endpoints: pods.filter((pod) => selects(service, pod)).map(endpoint) });
  }
};
