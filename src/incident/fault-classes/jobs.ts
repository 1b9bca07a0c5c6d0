import type { FaultClassEntry } from "./entry.ts";

export const jobs = {
  "job-backoff-limit": {
    id: "G1",
    fault: "Back-off limit",
    remedy: "fix, then re-run; a re-run may not be idempotent",
    decision: "HV",
  },
  "job-deadline-exceeded": { id: "G2", fault: "Deadline", remedy: "raise or speed up", decision: "HV" },
  "cronjob-suspended-or-invalid": {
    id: "G3",
    fault: "CronJob suspended or bad schedule",
    remedy: "resume if unintended",
    decision: "HV",
  },
  "cronjob-missed-starts": { id: "G4", fault: "Missed starts", remedy: "fix the deadline", decision: "HV" },
  "job-sidecar-never-exits": {
    id: "G5",
    fault: "Sidecar keeps the Job alive",
    remedy: "use a restartable init container; delete the run",
    decision: "HV",
  },
} as const satisfies Record<string, FaultClassEntry>;
