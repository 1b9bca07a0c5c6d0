import type { FaultClassEntry } from "./entry.ts";

export const rollout = {
  "readiness-probe-wrong": {
    id: "E1",
    fault: "Readiness wrong",
    remedy: "undo; never delete the probe",
    decision: "1C",
  },
  "liveness-probe-wrong": { id: "E2", fault: "Liveness wrong", remedy: "undo", decision: "1C" },
  "liveness-probe-too-eager": {
    id: "E3",
    fault: "Liveness too eager",
    remedy: "add a startup probe / undo",
    decision: "HV",
  },
  "rollout-stuck": { id: "E4", fault: "Rollout stuck", remedy: "undo", decision: "1C" },
  "rollout-paused-or-unobserved": {
    id: "E5",
    fault: "Paused or not observed",
    remedy: "resume if intended",
    decision: "HV",
  },
  "rollout-strategy-unsafe": {
    id: "E6",
    fault: "Unsafe strategy",
    remedy: "restore the strategy and undo",
    decision: "1C + HV",
  },
  "scaled-to-zero": {
    id: "E7",
    fault: "Scaled to zero",
    remedy: "restore the last known count if no scaler owns it",
    decision: "1C",
  },
  "statefulset-ordinal-stuck": {
    id: "E8",
    fault: "StatefulSet ordinal stuck",
    remedy: "fix the revision, then delete that pod",
    decision: "HV",
  },
  "config-rotated-not-reloaded": {
    id: "E9",
    fault: "Config rotated, not reloaded",
    remedy: "rollout restart",
    decision: "1C",
  },
  "daemonset-not-scheduled": { id: "E10", fault: "DaemonSet off nodes", remedy: "fix the toleration", decision: "HV" },
  "pdb-blocks-disruption": {
    id: "E11",
    fault: "PDB blocks drain or unhealthy",
    remedy: "heal the pods; do not loosen silently",
    decision: "HV",
  },
  "app-not-ready": {
    id: "E12",
    fault: "Probe right, app not ready",
    remedy: "undo if it began with a rollout; else heal what it depends on",
    decision: "1C / ES",
  },
} as const satisfies Record<string, FaultClassEntry>;
