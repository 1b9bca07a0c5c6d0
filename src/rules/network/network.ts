import type { Finding } from "../../incident/diagnosis.ts";
import type { LabelSelector, Pod } from "../../incident/kube.ts";
import { found, named, quote } from "../finding.ts";
import { lackIn } from "../logs/missing.ts";
import { lastWords, liveContainers, type Running } from "../world/containers.ts";
import type { KindMap } from "../world/kind-map.ts";
import { refOf } from "../world/objects.ts";
import { hasLabels, selects } from "../world/selectors.ts";
import type { World } from "../world/world.ts";
import { peerOf } from "./dependency.ts";
import { hostsIn } from "./unnamed-host.ts";

type Policy = KindMap["NetworkPolicy"];

const noResolver =
  /EAI_AGAIN|[Tt]emporary failure in name resolution|SERVFAIL|:53: (?:i\/o timeout|connection refused)|lookup \S+.*i\/o timeout|no servers could be reached|connection timed out; no servers/;
const timedOut = /timed? ?out|ETIMEDOUT|deadline exceeded/i;

const policiesOn = (world: World, pod: Pod, direction: "Ingress" | "Egress"): Policy[] =>
  world
    .list("NetworkPolicy")
    .filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.metadata.namespace &&
        (spec?.policyTypes ?? ["Ingress"]).includes(direction) &&
        selects(spec?.podSelector ?? {}, pod.metadata.labels),
    );

const allowsDns = ({ spec }: Policy): boolean =>
  (spec?.egress ?? []).some(
    ({ ports }) =>
      !ports || ports.some(({ port }) => port === undefined || port === 53 || port === "dns" || port === "dns-tcp"),
  );

interface Rule {
  from?: { podSelector?: LabelSelector; namespaceSelector?: LabelSelector; ipBlock?: unknown }[];
}

const admits = ({ spec }: Policy, caller: Pod): boolean =>
  ((spec?.ingress ?? []) as Rule[]).some(
    ({ from }) =>
      !from ||
      from.length === 0 ||
      from.some(
        ({ podSelector, namespaceSelector, ipBlock }) =>
          ipBlock !== undefined ||
          namespaceSelector !== undefined ||
          selects(podSelector ?? {}, caller.metadata.labels),
      ),
  );

const nameless =
  /ENOTFOUND|no such host|[Nn]ame or service not known|NXDOMAIN|could not translate host name|[Cc]ould not resolve host|host not found in upstream|UnknownHostException/;

const dnsQuestion = { ask: "list", kind: "Pod", namespace: "kube-system", selector: "k8s-app=kube-dns" } as const;
const coredns = { kind: "Deployment", namespace: "kube-system", name: "coredns" } as const;

/** The name servers' own pods, where they were read: how many there are and how many of them are ready. */
const nameServers = (world: World): { all: Pod[]; ready: number } | null => {
  const all = world
    .list("Pod")
    .filter(({ metadata }) => metadata.namespace === "kube-system" && metadata.labels?.["k8s-app"] === "kube-dns");
  const ready = all.filter(({ status }) =>
    status?.conditions?.some((one) => one.type === "Ready" && one.status === "True"),
  );
  return all.length > 0 ? { all, ready: ready.length } : null;
};

/** The Service is there and answers, the name server is well, yet the name is said not to exist: a rule in between. */
const wrongRule = (world: World, running: Running, line: string): Finding[] => {
  const lack = lackIn(line);
  const peer = lack?.kind === "host" ? peerOf(world, lack.name, running.pod.metadata.namespace ?? "") : null;
  if (peer?.kind !== "up") return [];
  const root = world.rootOf(running.pod);
  const servers = nameServers(world);
  const own = running.pod.spec.dnsPolicy === "None";
  return found(world, {
    class: own ? "pod-dns-config-wrong" : "coredns-rule-wrong",
    object: own ? root : coredns,
    statement: `${named(root)} is told that a name does not exist, although the Service ${peer.service.metadata.name} is there and has ready endpoints${own ? "; it brings its own name servers (dnsPolicy None)" : ""}: ${quote(line)}.`,
    because: [running.pod, peer.service, lastWords(world, running), ...(servers?.all ?? [])],
    confidence: own ? 0.88 : servers !== null && servers.ready > 0 ? 0.86 : 0.7,
    disproof: "the same name resolves in another pod of the namespace",
    related: own ? [refOf(peer.service)] : [root, refOf(peer.service)],
    wants: own || servers !== null ? [] : [dnsQuestion],
  });
};

const blindPod = (world: World, running: Running, line: string): Finding[] => {
  const { pod } = running;
  const root = world.rootOf(pod);
  const policies = policiesOn(world, pod, "Egress");
  const [policy] = policies;
  const log = lastWords(world, running);
  if (policy && !policies.some(allowsDns)) {
    const object = refOf(policy);
    return found(world, {
      class: "egress-policy-blocks-dns",
      object,
      statement: `${named(object)} lets the pods of ${named(root)} reach no name server, so every name fails: ${quote(line)}.`,
      because: [policy, pod, log],
      confidence: 0.93,
      disproof: "the same lookup fails in a pod that the policy does not select",
      related: [root],
    });
  }
  const own = pod.spec.dnsPolicy === "None";
  const servers = nameServers(world);
  const down = servers !== null && servers.ready === 0;
  return found(world, {
    class: own ? "pod-dns-config-wrong" : "coredns-down",
    object: own ? root : coredns,
    statement: own
      ? `${named(root)} brings its own name servers (dnsPolicy None), and they do not answer: ${quote(line)}.`
      : `${named(root)}: the cluster's name server does not answer${down ? `, and none of its ${servers.all.length} pods is ready` : ""}: ${quote(line)}.`,
    because: [pod, log, ...(own ? [] : (servers?.all ?? []))],
    confidence: own || down ? 0.92 : 0.7,
    disproof: "other pods fail to resolve names too",
    related: own ? [] : [root],
    wants: own || servers !== null ? [] : [dnsQuestion],
  });
};

/** The peer is up, yet the connection runs into the void: a policy on its side that does not name the caller. */
const shutOut = (world: World, running: Running, line: string): Finding[] => {
  const { pod } = running;
  const lack = lackIn(line);
  // Beside an address that no Service has any more, the line may still name the Service.
  const peer = [...(lack?.kind === "host" ? [lack.name] : []), ...hostsIn(line).map(({ host }) => host)]
    .map((host) => peerOf(world, host, pod.metadata.namespace ?? ""))
    .find(({ kind }) => kind === "up");
  if (peer?.kind !== "up") return [];
  const target = world
    .list("Pod")
    .find(
      ({ metadata }) =>
        metadata.namespace === peer.service.metadata.namespace &&
        hasLabels(metadata.labels, peer.service.spec.selector ?? {}),
    );
  const policies = target ? policiesOn(world, target, "Ingress") : [];
  const [policy] = policies;
  if (!policy || policies.some((one) => admits(one, pod))) return [];
  const object = refOf(policy);
  const root = world.rootOf(pod);
  return found(world, {
    class: "network-policy-blocks",
    object,
    statement: `${named(object)} does not let ${named(root)} reach ${peer.service.metadata.name}, which is up: ${quote(line)}.`,
    because: [policy, pod, peer.service, lastWords(world, running)],
    confidence: 0.9,
    disproof: "a pod that the policy admits gets no connection either",
    related: [root, refOf(peer.service)],
  });
};

const inTrouble = ({ status }: Running): boolean => status.ready === false || !status.state?.running;

/** Connections that fail although both ends are there: names that do not resolve, policies that shut out. */
export const network = (world: World): Finding[] =>
  liveContainers(world)
    .filter(inTrouble)
    .flatMap((running) => {
      const lines = lastWords(world, running)?.lines.slice(-15) ?? [];
      const blind = lines.findLast((line) => noResolver.test(line));
      if (blind) return blindPod(world, running, blind);
      const absent = lines.findLast((one) => nameless.test(one));
      const ruled = absent ? wrongRule(world, running, absent) : [];
      if (ruled.length > 0) return ruled;
      const timeouts = lines.filter((one) => timedOut.test(one) && lackIn(one)?.kind === "host");
      return timeouts.flatMap((line) => shutOut(world, running, line)).slice(-1);
    });
