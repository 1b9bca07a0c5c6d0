import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { Service } from "../../incident/kube.ts";
import { named } from "../finding.ts";
import { peerInLog } from "../logs/missing.ts";
import { containersOf, lastWords, type Running, unreadLog } from "../world/containers.ts";
import { keyOf, refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import type { Unheld } from "./address.ts";
import { asksWrongName, asksWrongPort, variableWith } from "./asked-wrongly.ts";
import { type Peer, peerOf } from "./dependency.ts";
import { elsewhere, peerLogs } from "./peer-questions.ts";
import { behind, declaresPorts, selectedWorkloads, wrongPorts } from "./services.ts";

export interface Verdict {
  class: FaultClass;
  words: string;
  confidence: number;
  disproof: string;
  object?: Finding["object"];
  related?: Finding["related"];
  because?: Parameters<World["cite"]>;
  /** What would show more of the other side; as long as it was not asked the verdict is not sure. */
  wants?: Finding["wants"];
}

const offWorkload = (world: World, peer: Extract<Peer, { kind: "down" }>) =>
  peer.workloads.find(
    ({ kind, namespace, name }) =>
      kind !== "DaemonSet" && world.find(kind as "Deployment", namespace, name)?.spec.replicas === 0,
  );

const refusal = /refused|ECONNREFUSED/i;

const lastLines = (world: World, running: Running): readonly string[] =>
  lastWords(world, running)?.lines.slice(-30) ?? [];

const isRefused = (world: World, running: Running): boolean =>
  lastLines(world, running).some((line) => refusal.test(line));

/** The pods behind the name are ready, but the Service sends to a port on which they do not answer: they refuse. */
const misled = (world: World, running: Running, { service }: Extract<Peer, { kind: "up" }>): Verdict | null => {
  if (!isRefused(world, running)) return null;
  const lines = lastLines(world, running);
  const ports = service.spec.ports?.length ?? 0;
  const [wrong] = wrongPorts(world, service).filter(
    ({ port }) => ports === 1 || lines.some((line) => new RegExp(`\\b${port}\\b`).test(line)),
  );
  const victim = world.rootOf(running.pod);
  const object = refOf(service);
  return wrong && keyOf(world.rootOf(wrong.pod)) !== keyOf(victim)
    ? {
        class: "service-target-port-wrong",
        words: `it needs ${service.metadata.name}, and ${named(object)} ${wrong.words}`,
        confidence: 0.94,
        disproof: `the pods behind ${service.metadata.name} listen on the port that the Service sends to`,
        object,
        related: [victim, world.rootOf(wrong.pod)],
        because: [service, wrong.pod],
      }
    : null;
};

/** Pods that declare no port may listen on another than the Service sends to: their logs tell, as long as nobody read them. */
const unheard = (world: World, running: Running, { service }: Extract<Peer, { kind: "up" }>): Verdict | null => {
  const pod = behind(world, service);
  if (!pod || !isRefused(world, running) || declaresPorts(world, pod)) return null;
  const wants = containersOf(pod).flatMap((one) => unreadLog(world, one));
  if (wants.length === 0 || keyOf(world.rootOf(pod)) === keyOf(world.rootOf(running.pod))) return null;
  return {
    class: "dependency-unavailable",
    words: `it is refused by ${service.metadata.name}, whose ready pods do not declare where they listen`,
    confidence: 0.7,
    disproof: `${service.metadata.name} answers from inside the pod`,
    related: [refOf(service)],
    wants,
  };
};

/** All that may stand behind the Service was read, so that what was turned off would be seen. */
const seesBehind = (world: World, { service, workloads }: Extract<Peer, { kind: "down" }>): boolean =>
  workloads.length > 0 ||
  Object.keys(service.spec.selector ?? {}).length === 0 ||
  ["Deployment", "StatefulSet"].every((kind) => world.knows(kind, service.metadata.namespace ?? null));

const fallen = (
  world: World,
  peer: Extract<Peer, { kind: "down" }>,
  name: string,
  victim: Finding["object"],
): Verdict => {
  const off = offWorkload(world, peer);
  const object = off ?? peer.workloads[0];
  const because: Verdict["because"] = [
    peer.service,
    off ? world.find(off.kind as "Deployment", off.namespace, off.name) : null,
  ];
  return off
    ? {
        class: "scaled-to-zero",
        words: `it needs ${name}, and ${named(off)}, which answers for it, is scaled to 0 replicas`,
        confidence: 0.94,
        disproof: `${named(off)} is meant to be off`,
        object: off,
        related: [victim, refOf(peer.service)],
        because,
      }
    : {
        class: "dependency-unavailable",
        words: `it needs ${name}, and the Service ${peer.service.metadata.name} has no ready endpoint`,
        confidence: seesBehind(world, peer) ? 0.9 : 0.8,
        disproof: `${name} answers from inside the pod`,
        related: [refOf(peer.service), ...(object ? [object] : [])],
        because,
        wants: peer.service.metadata.namespace === victim.namespace ? peerLogs(world, peer.workloads) : [],
      };
};

/** Nobody has looked where the name leads to. Looked in vain, what the log says is all there is. */
const unseen = (world: World, ref: Finding["object"], name: string): Verdict => {
  const wants = elsewhere(world, ref.namespace ?? "");
  return {
    class: "dependency-unavailable",
    words: `it needs ${name}, a Service of the namespace ${ref.namespace}, ${wants.length > 0 ? "where nobody has looked yet" : "which could not be read"}`,
    confidence: 0.8,
    disproof: `${name} answers from inside the pod`,
    related: [ref],
    wants,
  };
};

/** Whether anybody answers for it was not read: the log alone blames it, and its own pods are not looked at behind it. */
const unlistened = (world: World, service: Service, name: string, victim: Finding["object"]): Verdict | null =>
  selectedWorkloads(world, service).some((one) => keyOf(refOf(one)) === keyOf(victim))
    ? null
    : {
        class: "dependency-unavailable",
        words: `it needs ${name}, and whether the Service ${service.metadata.name} has a ready endpoint could not be read`,
        confidence: 0.8,
        disproof: `${name} answers from inside the pod`,
        related: [refOf(service)],
      };

const unreadVerdict = (
  world: World,
  running: Running,
  { ref, service }: Extract<Peer, { kind: "unread" }>,
  { host, name }: { host: string; name: string },
): Verdict | null =>
  service
    ? unlistened(world, service, name, world.rootOf(running.pod))
    : (asksWrongName(world, running, host) ?? unseen(world, ref, name));

/** An address of a private network may be anybody's, of this cluster too. */
const isPrivate = (host: string): boolean => /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+$/.test(host);

const abroad = (name: string, port: number | null): Verdict => ({
  class: "dependency-unavailable",
  words: `it needs ${name}${port === null ? "" : `:${port}`}, ${isPrivate(name) ? "an address that no object read here has" : "outside of this cluster"}, which does not answer`,
  confidence: isPrivate(name) ? 0.8 : 0.86,
  disproof: `${name} answers from inside the pod`,
});

/** Nothing in the cluster has the address, and only the cluster gives out such: whoever had it is gone. */
const nobodys = ({ spec }: Running, host: string, { of, sure, wants }: Unheld): Verdict => {
  const variable = variableWith(spec, host);
  return {
    class: variable === null ? "dependency-unavailable" : "env-var-missing-or-wrong",
    words: `it needs ${host}${variable === null ? "" : ` (${variable} says so)`}, an address as ${of}s of this cluster have, and ${
      sure ? `no ${of} has it` : `none that was read here has it`
    }`,
    confidence: sure ? 0.88 : 0.8,
    disproof: `${host} answers from inside the pod`,
    wants: [...wants],
  };
};

/** The pod's own hosts file says where that name leads, whatever Services there are. */
const aliasOf = ({ pod }: Running, host: string): string | undefined =>
  pod.spec.hostAliases?.find(({ hostnames }) => hostnames?.includes(host))?.ip;

/** Whoever is refused at an address has got one for the name. */
const wasRefused = (world: World, running: Running, host: string): boolean =>
  lastLines(world, running).some(
    (line) =>
      refusal.test(line) && !/\blookup\b/.test(line) && line.includes(host) && /(?:\d{1,3}\.){3}\d{1,3}/.test(line),
  );

/** A host that does not answer, joined with the objects: the dependency is the cause when they show it down. */
export const hostVerdict = (
  world: World,
  running: Running,
  host: string,
  port: number | null = null,
): Verdict | null => {
  const peer = peerOf(world, aliasOf(running, host) ?? host, running.pod.metadata.namespace ?? "");
  // An address tells nobody anything; the Service that has it does.
  const name = /^[\d.]+$/.test(host) && "service" in peer ? peer.service.metadata.name : host;
  const victim = world.rootOf(running.pod);
  // A Service is down because its own pod crashes: that pod's log naming it proves nothing.
  if (peer.kind === "down" && peer.workloads.some((ref) => keyOf(ref) === keyOf(victim))) return null;
  if (peer.kind === "up")
    return misled(world, running, peer) ?? asksWrongPort(running, peer, port) ?? unheard(world, running, peer);
  if (peer.kind === "down") return fallen(world, peer, name, victim);
  if (peer.kind === "unread") return unreadVerdict(world, running, peer, { host, name });
  // Whoever is refused was answered: somebody had the address then.
  if (peer.kind === "nobody") return isRefused(world, running) ? null : nobodys(running, host, peer.unheld);
  const misnamed = peer.kind === "unknown" ? null : asksWrongName(world, running, host);
  if (misnamed) return misnamed;
  if (peer.kind === "no-service" && wasRefused(world, running, host))
    return { ...abroad(name, port), words: `it needs ${name}, which it finds, and is refused there`, confidence: 0.8 };
  if (peer.kind === "no-service")
    return {
      class: "service-deleted",
      words: `it needs ${name}, and there is no Service of that name`,
      confidence: 0.87,
      disproof: `a Service ${name} exists`,
      related: [peer.ref],
    };
  return peer.kind === "outside" ? abroad(name, port) : null;
};

/** What the log waits for, where it is a host at all: a bare word is one only if a Service has its name. */
export const awaitedVerdict = (world: World, running: Running, lines: readonly string[]): Verdict | null => {
  const awaited = peerInLog(lines);
  if (!awaited) return null;
  const { kind } = peerOf(world, awaited.name, running.pod.metadata.namespace ?? "");
  return awaited.sure || kind === "down" || kind === "up" ? hostVerdict(world, running, awaited.name) : null;
};
