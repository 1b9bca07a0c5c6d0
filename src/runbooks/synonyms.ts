import { type Term, terms } from "./terms.ts";

/** Words that operations people use for the same thing. Data: a phrase per entry, a group per line. */
const groups: readonly (readonly string[])[] = [
  ["oomkilled", "out of memory", "ram", "memory", "oom", "137", "sigkill", "outofmemoryerror", "heap"],
  ["crashloopbackoff", "crash loop", "keeps restarting", "restarts", "crashes", "dies", "dying", "boot", "panic"],
  ["environment variable", "env var", "env", "keyerror"],
  ["imagepullbackoff", "errimagepull", "download image", "pull image", "image pull", "tag"],
  ["unauthorized", "401", "403", "forbidden", "denied", "refuses"],
  ["login", "credentials", "password", "token", "robot account", "registry auth"],
  ["failedscheduling", "unschedulable", "unscheduled", "pending", "no room", "capacity", "scheduled"],
  [
    "name resolution",
    "resolve",
    "look up",
    "looked up",
    "lookup",
    "hostname",
    "no such host",
    "enotfound",
    "getaddrinfo",
    "eai_again",
    "dns",
    "coredns",
  ],
  ["certificate", "cert", "tls", "ssl", "https", "x509", "not private", "browser warning"],
  ["expired", "ran out", "expiry", "not yet valid", "out of date"],
  ["no space left", "enospc", "disk full", "zero bytes free", "filling up", "full", "out of storage"],
  ["evicted", "eviction", "kicked out", "thrown out"],
  ["node", "worker", "machine", "vm", "virtual machine", "host", "ec2", "instance", "kubelet"],
  ["disk", "storage", "filesystem", "ephemeral-storage"],
  ["persistentvolume", "pvc", "persistentvolumeclaim", "volume", "claim"],
  ["latency", "slow", "delay", "response time", "late"],
  ["502", "bad gateway"],
  ["504", "gateway timeout"],
  ["503", "service unavailable", "no healthy upstream", "no backends"],
  ["timeout", "timed out", "times out", "deadline exceeded"],
  ["database", "db", "postgres", "postgresql", "mysql"],
  ["connection", "session", "slot", "connection pool"],
  ["notready", "not ready", "stopped responding", "heartbeat", "stopped posting", "vanished", "unreachable"],
  ["lag", "backlog", "queue", "consumer"],
  ["deploy", "deployment", "release", "rollout", "version", "shipped"],
  ["config", "configuration", "configmap", "settings", "settings file"],
  ["secret", "credential", "vault", "externalsecret"],
  ["undo", "roll back", "rolled back", "rollback", "revert", "reverted"],
  ["cpu", "processor", "cores"],
  ["throttled", "throttling", "cfs"],
  ["gpu", "graphics card", "nvidia", "extended resource", "device plugin"],
  ["autoscaler", "hpa", "horizontalpodautoscaler", "scale out"],
  ["disruption budget", "pdb", "poddisruptionbudget"],
  ["ingress", "load balancer", "from the internet", "site", "website"],
  ["endpoints", "backends", "endpointslices", "upstream"],
  ["network policy", "networkpolicy", "firewall", "firewall rules"],
  ["gitops", "argo", "argocd", "flux", "self-heal"],
  ["cronjob", "nightly", "schedule", "scheduled job", "backup"],
  ["terminating", "finalizer", "deleting", "will not go away", "deletion"],
  ["daemonset", "agent", "log shipper", "each node"],
  ["init container", "migration", "before the main container", "podinitializing"],
  ["scaled to zero", "zero replicas", "replicas 0", "down to 0"],
  ["retry storm", "retries", "overload", "more traffic", "hammering"],
  ["command", "entrypoint", "executable", "exec", "binary"],
  ["architecture", "arm", "amd64", "arm64", "exec format error"],
  ["api server", "apiserver", "kubectl", "control plane", "429"],
  ["prometheus", "scrape", "exporter", "metrics target"],
  ["permission denied", "eacces", "operation not permitted", "security context", "securitycontext"],
  ["refused", "econnrefused", "connection refused", "econnreset"],
];

export const synonymWeight = 0.4;

/** A term nobody wrote, and the phrase that stands for it. */
export interface Expansion extends Term {
  /** Terms of the query that the phrase is made of. */
  from: readonly string[];
}

const phrases = groups.map((group) =>
  group.map((phrase) => ({ phrase, terms: terms(phrase).map(({ term }) => term) })),
);

const holds = (sequence: readonly string[], phrase: readonly string[]): boolean =>
  phrase.length > 0 && sequence.some((_, start) => phrase.every((term, offset) => sequence[start + offset] === term));

export const synonymsOf = (query: readonly Term[]): Expansion[] => {
  const sequence = query.map(({ term }) => term);
  const known = new Set(sequence);
  const added = new Map<string, Expansion>();
  for (const group of phrases) {
    const said = group.find((entry) => holds(sequence, entry.terms));
    if (said === undefined) continue;
    for (const term of group.flatMap((entry) => entry.terms))
      if (!known.has(term) && !added.has(term)) added.set(term, { term, word: said.phrase, from: said.terms });
  }
  return [...added.values()];
};
