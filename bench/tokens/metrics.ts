import type { Series } from "../../src/incident/evidence.ts";
import type { KubeObject, Pod } from "../../src/incident/kube.ts";
import { parseQuantity } from "../../src/incident/quantity.ts";
import type { Metrics } from "../../src/ports/metrics.ts";

const unset = 16 * 1024 * 1024;

type Container = Pod["spec"]["containers"][number];

/** What each metric of the sweep would say of a container; null: it has no such series. */
const values: [metric: string, of: (container: Container, pod: Pod) => number | null][] = [
  ["container_memory_working_set_bytes", ({ resources }) => parseQuantity(resources?.requests?.memory) ?? unset],
  ["kube_pod_container_resource_limits", ({ resources }) => parseQuantity(resources?.limits?.memory)],
  [
    "kube_pod_container_status_restarts_total",
    ({ name }, { status }) => status?.containerStatuses?.find((one) => one.name === name)?.restartCount ?? null,
  ],
  ["container_cpu_cfs_throttled_periods_total", ({ resources }) => (resources?.limits?.cpu === undefined ? null : 0)],
];

const namesIn = (query: string): RegExp =>
  new RegExp(`^(?:${JSON.parse(/pod=~("(?:[^"\\]|\\.)*")/.exec(query)?.[1] ?? '""')})$`);

/** A Prometheus that tells of the pods of a world, and no more than their objects say: requests, limits, and restarts. */
export const metricsOf = (objects: readonly KubeObject[], now: Date): Metrics => {
  const pods = objects.filter(({ kind }) => kind === "Pod") as Pod[];
  const seriesOf = (query: string, times: readonly number[]): Series[] => {
    const measure = values.find(([metric]) => query.includes(metric))?.[1];
    if (measure === undefined) return [];
    const asked = namesIn(query);
    return pods
      .filter(({ metadata }) => asked.test(metadata.name))
      .flatMap((pod) =>
        pod.spec.containers.flatMap((container) => {
          const value = measure(container, pod);
          const labels = { container: container.name, pod: pod.metadata.name };
          return value === null ? [] : [{ labels, points: times.map((at): [number, number] => [at, value]) }];
        }),
      );
  };
  const end = Math.floor(now.getTime() / 1000);
  const back = (minutes: number): number[] => Array.from({ length: minutes + 1 }, (_, at) => end - 60 * (minutes - at));
  return {
    instant: async (query) => seriesOf(query, [end]),
    range: async (query, minutes) => seriesOf(query, back(minutes)),
  };
};
