import type { FaultClassEntry } from "./entry.ts";

export const node = {
  "node-not-ready": {
    id: "I1",
    fault: "Kubelet silent",
    remedy: "group all pod alerts under the node; cordon; platform",
    decision: "ES (cordon 1C)",
  },
  "node-pressure": { id: "I2", fault: "Real pressure", remedy: "free space, move pods", decision: "HV" },
  "eviction-threshold-wrong": { id: "I3", fault: "False pressure", remedy: "fix the kubelet config", decision: "ES" },
  "node-clock-skew": { id: "I4", fault: "Clock skew", remedy: "fix the time service", decision: "ES" },
  "node-flapping": { id: "I5", fault: "Flapping", remedy: "drain after decision", decision: "HV" },
  "node-planned-removal": { id: "I6", fault: "Planned removal", remedy: "none if replicas recover", decision: "NO" },
} as const satisfies Record<string, FaultClassEntry>;
