import type { FaultClassEntry } from "./entry.ts";

export const start = {
  "image-not-found": {
    id: "A1",
    fault: "Image or tag not found",
    remedy: "undo rollout to the last ready revision; otherwise correct the tag",
    decision: "1C / HV",
  },
  "image-pull-unauthorized": {
    id: "A2",
    fault: "Registry auth",
    remedy: "recreate or attach the secret",
    decision: "HV",
  },
  "image-wrong-architecture": {
    id: "A3",
    fault: "Architecture mismatch",
    remedy: "undo, or constrain to matching nodes",
    decision: "1C",
  },
  "command-not-found": {
    id: "A4",
    fault: "Wrong command, args, quoting or binary",
    remedy: "undo rollout",
    decision: "1C",
  },
  "config-key-missing": {
    id: "A5",
    fault: "Key absent in ConfigMap or Secret",
    remedy: "restore the key or fix the reference",
    decision: "HV (1C if previous content is known and not a Secret)",
  },
  "configmap-missing": {
    id: "A6",
    fault: "ConfigMap missing",
    remedy: "undo the reference, or restore from Git",
    decision: "HV",
  },
  "secret-missing": { id: "A7", fault: "Secret missing", remedy: "fix provisioning", decision: "HV" },
  "credential-rejected": {
    id: "A8",
    fault: "Wrong credential content",
    remedy: "restore via the secret store, then restart",
    decision: "HV",
  },
  "env-var-missing-or-wrong": {
    id: "A9",
    fault: "Env missing or wrong value",
    remedy: "undo, or set the value",
    decision: "1C / HV",
  },
  "env-var-duplicated": { id: "A10", fault: "Env defined twice", remedy: "remove the duplicate", decision: "HV" },
  "init-container-failed": { id: "A11", fault: "Init container fails", remedy: "fix or undo", decision: "1C / HV" },
  "init-container-hung": {
    id: "A12",
    fault: "Init container hangs",
    remedy: "restore the dependency or undo",
    decision: "HV",
  },
  "app-crash": {
    id: "A13",
    fault: "App-level crash or bad dependency",
    remedy: "undo if it began with a rollout; else owner",
    decision: "1C / ES",
  },
  "pod-port-conflict": { id: "A14", fault: "Port clash inside the pod", remedy: "change the port", decision: "HV" },
  "security-context-conflict": {
    id: "A15",
    fault: "Security context conflict",
    remedy: "fix user, fsGroup, volume",
    decision: "HV",
  },
  "lifecycle-hook-failed": { id: "A16", fault: "Lifecycle hook fails", remedy: "fix or undo", decision: "HV" },
  "pod-sandbox-failed": { id: "A17", fault: "Sandbox not created", remedy: "see F15", decision: "ES" },
  "image-ref-or-pull-policy-wrong": { id: "A18", fault: "Bad image name / never pull", remedy: "undo", decision: "1C" },
  "image-registry-unreachable": {
    id: "A19",
    fault: "Registry not reachable",
    remedy: "restore the path; the workload is innocent, undo does not help",
    decision: "ES",
  },
  "image-pull-rate-limited": {
    id: "A20",
    fault: "Pull rate limit",
    remedy: "authenticate or mirror; often clears with back-off",
    decision: "HV",
  },
  "process-exits-zero": {
    id: "A21",
    fault: "Main process ends with success",
    remedy: "undo if it began with a rollout; else make it a Job or keep it in the foreground",
    decision: "1C / HV",
  },
  "dependency-unavailable": {
    id: "A22",
    fault: "Named dependency proven down",
    remedy:
      "diagnose the dependency and report **its** class on **its** object; this class only if its own cause is out of sight",
    decision: "ES",
  },
  "app-hang": {
    id: "A23",
    fault: "Process stops answering",
    remedy: "undo if it began with a rollout; a restart buys time; never loosen the probe as the fix",
    decision: "1C / ES",
  },
} as const satisfies Record<string, FaultClassEntry>;
