import type { FaultClassEntry } from "./entry.ts";

export const storage = {
  "storage-class-missing": {
    id: "D1",
    fault: "Storage class missing",
    remedy: "new PVC with a valid class (a PVC's class is immutable)",
    decision: "HV",
  },
  "pvc-no-class-or-volume": { id: "D2", fault: "No class, no PV", remedy: "set a class or a PV", decision: "HV" },
  "pvc-missing": { id: "D3", fault: "Claim does not exist", remedy: "fix the name", decision: "HV" },
  "volume-multi-attach": {
    id: "D4",
    fault: "Exclusive volume shared",
    remedy: "one replica / Recreate; wait for detach if the old node is dead",
    decision: "HV",
  },
  "volume-node-affinity-conflict": {
    id: "D5",
    fault: "Volume pinned elsewhere",
    remedy: "restore the node or move the data",
    decision: "ES",
  },
  "volume-full": {
    id: "D6",
    fault: "Volume full",
    remedy: "expand if the class allows; cleaning is the owner's",
    decision: "HV",
  },
  "volume-mount-failed": { id: "D7", fault: "Mount failing", remedy: "fix the backend", decision: "ES" },
  "volume-recreated-empty": { id: "D8", fault: "Redeployed without data", remedy: "restore", decision: "ES" },
  "volume-failed-or-lost": {
    id: "D9",
    fault: "PV Failed/Released, PVC Lost",
    remedy: "never delete by machine",
    decision: "ES",
  },
} as const satisfies Record<string, FaultClassEntry>;
