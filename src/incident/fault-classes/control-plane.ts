import type { FaultClassEntry } from "./entry.ts";

export const controlPlane = {
  "rbac-denied": {
    id: "H1",
    fault: "RBAC denied",
    remedy: "restore the rule (never widen to wildcard)",
    decision: "HV",
  },
  "pod-security-violated": { id: "H2", fault: "Pod Security", remedy: "fix the spec or exempt", decision: "HV" },
  "admission-webhook-down": {
    id: "H3",
    fault: "Validating webhook out",
    remedy: "heal the backend; policy change is a security choice",
    decision: "HV",
  },
  "admission-webhook-cert-untrusted": {
    id: "H4",
    fault: "Webhook certificate",
    remedy: "re-inject the CA",
    decision: "HV",
  },
  "admission-mutated-spec": {
    id: "H5",
    fault: "Admission changes the spec",
    remedy: "fix the webhook, not the victim",
    decision: "HV",
  },
  "fault-reapplied": { id: "H6", fault: "Another actor re-applies the fault", remedy: "fix the actor", decision: "HV" },
  "finalizer-stuck": {
    id: "H7",
    fault: "Stuck Terminating",
    remedy: "restore the controller; removing finalizers can orphan data",
    decision: "HV",
  },
  "aggregated-api-down": { id: "H8", fault: "Aggregated API down", remedy: "heal the backend", decision: "HV" },
  "custom-resource-misconfigured": {
    id: "H9",
    fault: "Operator resource misuse",
    remedy: "undo the CR",
    decision: "HV",
  },
  "api-server-overloaded": {
    id: "H10",
    fault: "API server overload",
    remedy: "find and slow the client",
    decision: "ES",
  },
  "platform-cert-expiring": {
    id: "H11",
    fault: "Platform certificates",
    remedy: "let the platform team renew them",
    decision: "ES",
  },
  "gitops-reverts-fix": { id: "H12", fault: "GitOps will revert", remedy: "pull request", decision: "HV" },
  "service-account-missing": {
    id: "H13",
    fault: "ServiceAccount missing",
    remedy: "undo the reference, or re-create from Git",
    decision: "1C / HV",
  },
  "admission-policy-denied": {
    id: "H14",
    fault: "Admission policy refuses",
    remedy: "fix the spec; an exemption is a security choice",
    decision: "HV",
  },
} as const satisfies Record<string, FaultClassEntry>;
