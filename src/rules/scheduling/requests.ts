import type { Container, KubeNode, PodSpec } from "../../incident/kube.ts";
import { bytesText, coresText, parseQuantity } from "../../incident/quantity.ts";

const ofContainer = (resource: string, { resources }: Container): number =>
  parseQuantity(resources?.requests?.[resource] ?? resources?.limits?.[resource]) ?? 0;

/** What the scheduler counts for a pod: its containers together, or its largest init container if that is more. */
export const requestOf = ({ containers, initContainers = [] }: PodSpec, resource: string): number => {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
  const sum = [...containers, ...sidecars].reduce((total, one) => total + ofContainer(resource, one), 0);
  return Math.max(sum, ...initContainers.map((one) => ofContainer(resource, one)));
};

export const allocatable = ({ status }: KubeNode, resource: string): number =>
  parseQuantity(status?.allocatable?.[resource]) ?? 0;

export const amount = (resource: string, value: number): string =>
  resource === "cpu"
    ? `${coresText(value)} CPU`
    : /memory|storage/.test(resource)
      ? `${bytesText(value)} ${resource}`
      : `${value} ${resource}`;
