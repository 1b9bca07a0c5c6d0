import type { Finding } from "../../incident/diagnosis.ts";
import type { Workload } from "../../incident/kube.ts";
import { found, named, quote } from "../finding.ts";
import { recent } from "../world/containers.ts";
import { eventText, eventTime } from "../world/events.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

const wanted = ({ kind, spec, status }: Workload): number =>
  kind === "DaemonSet" ? (status?.desiredNumberScheduled ?? 0) : (spec.replicas ?? 1);
const ready = ({ kind, status }: Workload): number =>
  (kind === "DaemonSet" ? status?.numberReady : status?.readyReplicas) ?? 0;

/** The victim is mostly gone: its name still begins with that of its workload. */
const ownerByName = (world: World, namespace: string | undefined, pod: string): Workload | null =>
  world.workloads
    .filter(({ metadata }) => metadata.namespace === namespace && pod.startsWith(`${metadata.name}-`))
    .toSorted((a, b) => b.metadata.name.length - a.metadata.name.length)[0] ?? null;

/** Workloads that lost pods to others of higher priority and have not got them back. */
export const preemption = (world: World): Finding[] =>
  world.list("Event").flatMap((event) => {
    if (event.reason !== "Preempted" || world.now - eventTime(event) > recent) return [];
    const { name = "", namespace } = event.involvedObject;
    const pod = world.find("Pod", namespace ?? null, name);
    const root = pod && world.rootOf(pod);
    const workload = root ? world.workload(root) : ownerByName(world, namespace, name);
    if (!workload || ready(workload) >= wanted(workload)) return [];
    const object = refOf(workload);
    return found(world, {
      class: "pod-preempted",
      object,
      statement: `${named(object)} lost a pod to one of higher priority and has ${ready(workload)} of ${wanted(workload)} ready. The scheduler says of pod ${name}: ${quote(eventText(event))}.`,
      because: [event, workload],
      confidence: 0.97,
      disproof: "the replacement pod was scheduled",
    });
  });
