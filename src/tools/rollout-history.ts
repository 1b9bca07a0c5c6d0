import { z } from "zod";
import type { Workload } from "../incident/kube.ts";
import { badName, isRefused, placeFor } from "./place.ts";
import { ask, refuse, tool } from "./tool.ts";

const revisionsOf: Record<string, string> = {
  Deployment: "ReplicaSet",
  StatefulSet: "ControllerRevision",
  DaemonSet: "ControllerRevision",
};

const selectorOf = (workload: Workload | null): string | null => {
  const labels = Object.entries(workload?.spec?.selector?.matchLabels ?? {});
  return labels.length === 0 ? null : labels.map(([key, value]) => `${key}=${value}`).join(",");
};

export const rolloutHistory = tool(
  "rollout_history",
  "Revisions of a Deployment, StatefulSet or DaemonSet.",
  z.strictObject({ kind: z.string(), namespace: z.string().nullable(), name: z.string() }),
  ({ kind, namespace, name }, scope) => {
    const place = placeFor(kind, namespace, scope);
    if (isRefused(place)) return place;
    const revisions = revisionsOf[place.kind];
    if (revisions === undefined) return refuse(`a ${place.kind} has no rollout history`);
    const selector = selectorOf(scope.find(place.kind, place.namespace, name) as Workload | null);
    return badName(name) ?? ask({ ask: "list", kind: revisions, namespace: place.namespace, selector });
  },
);
