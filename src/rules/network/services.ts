import type { Finding } from "../../incident/diagnosis.ts";
import type { EndpointSlice, Pod, Service, Workload } from "../../incident/kube.ts";
import { found, named } from "../finding.ts";
import { listeningPorts, portOf, unhealthy } from "../rollout/probe-text.ts";
import { containersOf, livePods, type Running, settingTexts } from "../world/containers.ts";
import { refOf } from "../world/objects.ts";
import { hasLabels } from "../world/selectors.ts";
import type { World } from "../world/world.ts";

type Labels = Record<string, string>;

export const slicesOf = (world: World, { metadata }: Service): EndpointSlice[] =>
  world
    .list("EndpointSlice")
    .filter(
      (slice) =>
        slice.metadata.namespace === metadata.namespace &&
        slice.metadata.labels?.["kubernetes.io/service-name"] === metadata.name,
    );

export const readyAddresses = (world: World, service: Service): number =>
  slicesOf(world, service)
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .reduce((sum, { addresses = [] }) => sum + addresses.length, 0);

const selectorText = (selector: Labels): string =>
  Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

export const selectedWorkloads = (world: World, { metadata, spec }: Service): Workload[] => {
  const selector = spec.selector ?? {};
  return Object.keys(selector).length === 0
    ? []
    : world.workloads.filter(
        (workload) =>
          workload.metadata.namespace === metadata.namespace &&
          hasLabels(workload.spec.template.metadata?.labels, selector),
      );
};

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;

const alike = (a: string, b: string): boolean => {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 2 && (long.startsWith(short) || long.endsWith(short) || oneSlip(short, long));
};

/** One letter more, less or other. */
export const oneSlip = (short: string, long: string): boolean => {
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  const rest = long.length === short.length ? short.slice(at + 1) : short.slice(at);
  return rest === long.slice(at + 1);
};

/** How near a pod is to what a Service selects: same name, some of the labels, or the same keys with values much alike. */
const nearness = ({ metadata, spec }: Service, pod: Pod, root: string): number => {
  const labels = pod.metadata.labels ?? {};
  const entries = Object.entries(spec.selector ?? {});
  const equal = entries.some(([key, value]) => labels[key] === value);
  const similar = entries.some(([key, value]) => alike(labels[key] ?? "", value));
  const sameName = root === metadata.name || Object.values(labels).includes(metadata.name);
  const keys = entries.every(([key]) => key in labels);
  return (sameName ? 4 : 0) + (equal ? 3 : 0) + (similar ? 3 : 0) + (keys ? 1 : 0);
};

const nearest = (world: World, service: Service, pods: readonly Pod[]): { pod: Pod; score: number } | null =>
  pods
    .filter((pod) => pod.metadata.namespace === service.metadata.namespace && isReady(pod))
    .map((pod) => ({ pod, score: nearness(service, pod, world.rootOf(pod).name) }))
    .toSorted((a, b) => b.score - a.score)[0] ?? null;

const unmatched = (world: World, service: Service, pods: readonly Pod[]): Finding[] => {
  const near = nearest(world, service, pods);
  if (!near || near.score === 0) return [];
  const root = world.rootOf(near.pod);
  const object = refOf(service);
  return found(world, {
    class: "service-selector-unmatched",
    object,
    statement: `${named(object)} selects ${selectorText(service.spec.selector ?? {})}, which no pod carries, so it has no endpoints; ${root.kind} ${root.name} has ready pods labelled ${selectorText(near.pod.metadata.labels ?? {})}.`,
    because: [service, near.pod, ...slicesOf(world, service)],
    confidence: near.score >= 3 ? 0.94 : 0.75,
    disproof: "a pod with the selected labels exists",
    related: [root],
  });
};

const toZero = (world: World, service: Service, workload: Workload): Finding[] => {
  const object = refOf(workload);
  return found(world, {
    class: "scaled-to-zero",
    object,
    statement: `${named(object)} is scaled to 0 replicas, so the Service ${service.metadata.name} has nobody to answer.`,
    because: [workload, service, ...slicesOf(world, service)],
    confidence: 0.92,
    disproof: "the workload is meant to be off",
    related: [refOf(service)],
  });
};

const withoutEndpoints = (world: World, service: Service, pods: readonly Pod[]): Finding[] => {
  if (readyAddresses(world, service) > 0) return [];
  const selector = service.spec.selector ?? {};
  const chosen = pods.some(
    (pod) => pod.metadata.namespace === service.metadata.namespace && hasLabels(pod.metadata.labels, selector),
  );
  if (chosen) return [];
  const workloads = selectedWorkloads(world, service);
  const off = workloads.filter(({ spec, kind }) => kind !== "DaemonSet" && spec.replicas === 0);
  if (off.length > 0 && off.length === workloads.length)
    return off.flatMap((workload) => toZero(world, service, workload));
  return workloads.length > 0 ? [] : unmatched(world, service, pods);
};

/** A port of a Service whose target no ready pod behind it offers, and what they offer instead. */
export interface WrongPort {
  readonly port: number;
  readonly words: string;
  readonly pod: Pod;
  readonly confidence: number;
}

const declaredText = (ports: readonly { name?: string; containerPort: number }[]): string =>
  ports.map(({ name, containerPort }) => (name ? `${name} (${containerPort})` : containerPort)).join(", ");

/** A ready pod may fail its liveness probe all the same: it is started again and again. */
const passesLiveness = (world: World, running: Running): boolean =>
  (running.status.restartCount ?? 0) === 0 || unhealthy(world, running, "Liveness") === null;

/** Ports on which a ready pod answers its probes. */
const probedPorts = (world: World, pod: Pod): number[] =>
  containersOf(pod)
    .filter(({ init }) => !init)
    .flatMap((running) => {
      const { readinessProbe, livenessProbe } = running.spec ?? {};
      const passing = [readinessProbe, passesLiveness(world, running) ? livenessProbe : undefined];
      return passing.flatMap((probe) => portOf(running, probe) ?? []);
    });

/** Where its programs listen by their own words. */
const heardPorts = (world: World, pod: Pod): number[] =>
  listeningPorts(
    [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(({ name }) => world.log(pod, name, false)),
  );

/** What a container declares is not all that it may listen on: a port that its settings name may be one. */
const isInSettings = ({ spec }: Pod, port: number | string): boolean =>
  spec.containers.flatMap(settingTexts).some((text) => new RegExp(`(?<![\\w.])${port}(?![\\w.])`).test(text));

/** A ready pod that a Service sends to. */
export const behind = (
  world: World,
  { metadata, spec }: Service,
  pods: readonly Pod[] = livePods(world),
): Pod | undefined => {
  const selector = spec.selector ?? {};
  return Object.keys(selector).length === 0
    ? undefined
    : pods.find(
        (one) =>
          one.metadata.namespace === metadata.namespace && hasLabels(one.metadata.labels, selector) && isReady(one),
      );
};

export const declaresPorts = (world: World, pod: Pod): boolean =>
  pod.spec.containers.some(({ ports = [] }) => ports.length > 0) || probedPorts(world, pod).length > 0;

export const wrongPorts = (world: World, service: Service, pods: readonly Pod[] = livePods(world)): WrongPort[] => {
  const pod = behind(world, service, pods);
  if (!pod) return [];
  const known = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap(({ ports = [] }) => ports);
  const probed = probedPorts(world, pod);
  const heard = heardPorts(world, pod);
  if (known.length === 0 && probed.length === 0 && heard.length === 0) return [];
  const offered = (target: number | string): boolean =>
    known.some(({ containerPort, name }) => (typeof target === "number" ? containerPort : name) === target) ||
    [...probed, ...heard].some((one) => one === target);
  return (service.spec.ports ?? []).slice(0, 20).flatMap(({ port, targetPort: target = port }) => {
    if (offered(target)) return [];
    const to = `sends port ${port} to ${typeof target === "number" ? "port" : "the port named"} ${target} of its pods, which`;
    return known.length > 0
      ? { port, pod, words: `${to} declare only ${declaredText(known)}`, confidence: sureOf(pod, target, 0.87) }
      : {
          port,
          pod,
          words: `${to} declare no port and ${probed.length > 0 ? `answer their probes on ${probed.join(", ")}` : `say that they listen on ${heard.join(", ")}`}`,
          confidence: sureOf(pod, target, heard.length > 0 ? 0.86 : 0.75),
        };
  });
};

/** A name that is not declared leads nowhere; behind a number somebody may listen whom nobody declared. */
const sureOf = (pod: Pod, target: number | string, unlessSet: number): number => {
  if (typeof target === "string") return 0.95;
  return isInSettings(pod, target) ? Math.min(unlessSet, 0.7) : unlessSet;
};

const targetPort = (world: World, service: Service, pods: readonly Pod[]): Finding[] => {
  const object = refOf(service);
  return wrongPorts(world, service, pods).flatMap(({ words, pod, confidence }) =>
    found(world, {
      class: "service-target-port-wrong",
      object,
      statement: `${named(object)} ${words}.`,
      because: [service, pod],
      confidence,
      disproof: `the pods listen on the port that the Service sends to although they do not declare it`,
      related: [world.rootOf(pod)],
    }),
  );
};

/** Services that lead nowhere although somebody could answer. */
export const services = (world: World): Finding[] => {
  const pods = livePods(world);
  return world
    .list("Service")
    .filter(({ spec }) => spec.type !== "ExternalName" && Object.keys(spec.selector ?? {}).length > 0)
    .flatMap((service) => [
      ...(world.knows("EndpointSlice", service.metadata.namespace ?? null)
        ? withoutEndpoints(world, service, pods)
        : []),
      ...targetPort(world, service, pods),
    ]);
};
