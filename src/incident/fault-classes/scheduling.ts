import type { FaultClassEntry } from "./entry.ts";

export const scheduling = {
  "node-selector-unmatched": {
    id: "C1",
    fault: "Selector, affinity or node name matches nothing",
    remedy: "undo or fix the selector",
    decision: "1C / HV",
  },
  "topology-spread-unsatisfied": { id: "C2", fault: "Topology spread", remedy: "relax or add nodes", decision: "HV" },
  "taint-untolerated": {
    id: "C3",
    fault: "Taint",
    remedy: "remove the taint if ours and recent, or add a toleration",
    decision: "HV",
  },
  "node-cordoned": { id: "C4", fault: "Cordoned", remedy: "uncordon only if no drain is in progress", decision: "HV" },
  "anti-affinity-deadlock": {
    id: "C5",
    fault: "Anti-affinity deadlock",
    remedy: "fewer replicas or a preferred rule",
    decision: "HV",
  },
  "scheduling-gated": { id: "C6", fault: "Scheduling gate", remedy: "check the controller", decision: "ES" },
  "host-port-taken": { id: "C7", fault: "hostPort taken", remedy: "change the port", decision: "HV" },
  "extended-resource-absent": {
    id: "C8",
    fault: "Extended resource absent",
    remedy: "add nodes that have the resource",
    decision: "ES",
  },
  "node-pod-limit-reached": { id: "C9", fault: "Pod limit per node", remedy: "spread, add nodes", decision: "HV" },
} as const satisfies Record<string, FaultClassEntry>;
