import type { KubeObject, Workload } from "../../incident/kube.ts";
import { clock } from "../world/containers.ts";
import { eventText, eventTime } from "../world/events.ts";
import type { World } from "../world/world.ts";
import { fieldsWritten, isPerson } from "./writes.ts";

const history = "deployment.kubernetes.io/revision-history";

/** Was this revision in use before, and taken up again by a rollback? Then it is older than its rollout. */
export const isReused = (newest: KubeObject, before: KubeObject): boolean =>
  newest.metadata.annotations?.[history] !== undefined ||
  clock(newest.metadata.creationTimestamp) < clock(before.metadata.creationTimestamp);

/** When a reused revision came back, and by whose word; null where the cluster keeps neither. Its own creation says nothing. */
export const cameBack = (world: World, workload: Workload, newest: KubeObject, before: KubeObject): string | null => {
  const earliest = clock(before.metadata.creationTimestamp);
  const scaledUp = world
    .eventsOf(workload)
    .filter((event) => event.reason === "ScalingReplicaSet" && isScaleUp(eventText(event), newest.metadata.name))
    .map(eventTime);
  const written = (workload.metadata.managedFields ?? [])
    .filter((write) => !write.subresource && isPerson(write.manager) && fieldsWritten(write).includes("template"))
    .map(({ time }) => clock(time));
  const [first] = scaledUp.filter((at) => at > earliest).toSorted((a, b) => a - b);
  const at = first ?? Math.max(...written.filter((one) => one > earliest));
  return Number.isFinite(at) ? new Date(at).toISOString() : null;
};

const isScaleUp = (text: string, name: string): boolean => text.startsWith(`Scaled up replica set ${name} `);
