import type { FaultClassEntry } from "./entry.ts";

export const network = {
  "service-selector-unmatched": {
    id: "F1",
    fault: "Selector matches nothing",
    remedy: "restore the selector",
    decision: "1C",
  },
  "service-selector-too-broad": {
    id: "F2",
    fault: "Selector too broad",
    remedy: "narrow the selector",
    decision: "1C / HV",
  },
  "service-target-port-wrong": { id: "F3", fault: "targetPort wrong", remedy: "restore the port", decision: "1C" },
  "service-deleted": {
    id: "F4",
    fault: "Service deleted",
    remedy: "re-create from Git / last applied",
    decision: "HV",
  },
  "service-local-traffic-policy": { id: "F5", fault: "Local traffic policy", remedy: "set Cluster", decision: "1C" },
  "network-policy-blocks": {
    id: "F6",
    fault: "NetworkPolicy blocks",
    remedy: "add an allow rule; deleting a policy is a security choice",
    decision: "HV",
  },
  "egress-policy-blocks-dns": {
    id: "F7",
    fault: "Egress default-deny kills DNS",
    remedy: "add a DNS allow",
    decision: "HV",
  },
  "pod-dns-config-wrong": {
    id: "F8",
    fault: "dnsPolicy None / wrong server",
    remedy: "restore ClusterFirst",
    decision: "1C",
  },
  "coredns-rule-wrong": { id: "F9", fault: "CoreDNS rule wrong", remedy: "restore the Corefile", decision: "HV" },
  "coredns-down": { id: "F10", fault: "CoreDNS down", remedy: "heal CoreDNS", decision: "HV" },
  "ingress-class-or-backend-missing": {
    id: "F11",
    fault: "Ingress class or backend missing",
    remedy: "fix the reference",
    decision: "HV",
  },
  "ingress-misrouted": { id: "F12", fault: "Ingress misroute", remedy: "restore the rule", decision: "1C" },
  "tls-cert-expired-or-missing": {
    id: "F13",
    fault: "TLS expired or absent",
    remedy: "fix the issuer; re-issue",
    decision: "HV",
  },
  "mesh-policy-denied": {
    id: "F14",
    fault: "Mesh policy",
    remedy: "correct the policy or the object that it refuses",
    decision: "HV",
  },
  "cni-or-kube-proxy-broken": { id: "F15", fault: "CNI, kube-proxy, IPAM", remedy: "platform team", decision: "ES" },
} as const satisfies Record<string, FaultClassEntry>;
