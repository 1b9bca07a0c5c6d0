import type { FaultClassEntry } from "./entry.ts";

export const resources = {
  "oom-limit-too-low": {
    id: "B1",
    fault: "OOM, limit too low",
    remedy: "raise the limit within namespace policy",
    decision: "HV (1C with bounded policy)",
  },
  "oom-memory-leak": {
    id: "B2",
    fault: "OOM, leak",
    remedy: "undo the release; a restart buys time",
    decision: "1C for undo",
  },
  "cpu-throttled": { id: "B3", fault: "CPU throttling", remedy: "raise or drop the limit", decision: "HV" },
  "request-exceeds-largest-node": {
    id: "B4",
    fault: "Request larger than any node",
    remedy: "undo; lower the request",
    decision: "1C / HV",
  },
  "shared-memory-too-small": {
    id: "B5",
    fault: "Shared memory too small",
    remedy: "add emptyDir medium Memory",
    decision: "HV",
  },
  "ephemeral-limit-exceeded": {
    id: "B6",
    fault: "Own ephemeral limit",
    remedy: "fix the writer, raise the limit",
    decision: "HV",
  },
  "node-pressure-eviction": {
    id: "B7",
    fault: "Node-pressure eviction",
    remedy: "move or resize; find the top consumer",
    decision: "HV",
  },
  "quota-exceeded": { id: "B8", fault: "Quota exceeded", remedy: "raise the quota or shrink", decision: "HV" },
  "quota-requires-resources": { id: "B9", fault: "Quota demands values", remedy: "add values", decision: "HV" },
  "limit-range-violated": {
    id: "B10",
    fault: "LimitRange violation",
    remedy: "correct the policy or the object that it refuses",
    decision: "HV",
  },
  "pod-preempted": { id: "B11", fault: "Preempted", remedy: "remove the filler or fix the class", decision: "HV" },
  "os-limit-exhausted": { id: "B12", fault: "fd, conntrack, ports", remedy: "tune, reduce load", decision: "ES" },
  "hpa-at-maximum": {
    id: "B13",
    fault: "HPA at maximum",
    remedy: "raise the max after checking the cause",
    decision: "HV",
  },
  "hpa-metrics-missing": {
    id: "B14",
    fault: "HPA blind",
    remedy: "set resource requests; if the metrics API does not answer, heal what serves it",
    decision: "HV",
  },
  "hpa-target-missing": { id: "B15", fault: "HPA wrong target", remedy: "fix the reference", decision: "HV" },
  "overload-retry-storm": {
    id: "B16",
    fault: "Overload / retry storm",
    remedy: "shed load, cap retries",
    decision: "ES",
  },
  "insufficient-cpu-or-memory": {
    id: "B17",
    fault: "Cluster full",
    remedy: "add nodes, free or lower requests",
    decision: "HV",
  },
} as const satisfies Record<string, FaultClassEntry>;
