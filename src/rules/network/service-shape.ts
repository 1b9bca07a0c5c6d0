import type { Finding } from "../../incident/diagnosis.ts";
import type { Service, Workload } from "../../incident/kube.ts";
import { found, named } from "../finding.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import { selectedWorkloads, slicesOf } from "./services.ts";

const repositories = ({ spec }: Workload): string =>
  spec.template.spec.containers
    .map(({ image = "" }) => image.replace(/@.*$/, "").replace(/:[^:/]+$/, ""))
    .sort()
    .join(",");

const takesPort = ({ spec }: Workload, target: number | string): boolean => {
  const declared = spec.template.spec.containers.flatMap(({ ports = [] }) => ports);
  return (
    declared.length === 0 || declared.some(({ name, containerPort }) => name === target || containerPort === target)
  );
};

/** The Service is called as one of its workloads, and another one has a Service of its own name: no canary, no colour of it. */
const strangers = (world: World, { metadata: { name, namespace = "" } }: Service, running: readonly Workload[]) =>
  running.some(({ metadata }) => metadata.name === name)
    ? running.filter(
        ({ metadata }) =>
          !metadata.name.includes(name) &&
          !name.includes(metadata.name) &&
          world.find("Service", namespace, metadata.name) !== null,
      )
    : [];

/** A canary runs the same program; another program behind the same Service is a mistake. */
const tooBroad = (world: World, service: Service): Finding[] => {
  const running = selectedWorkloads(world, service).filter(
    ({ status }) => (status?.readyReplicas ?? status?.numberReady ?? 0) > 0,
  );
  const programs = new Set(running.map(repositories));
  const targets = (service.spec.ports ?? []).map(({ port, targetPort = port }) => targetPort);
  const deaf = running.filter((workload) => !targets.every((target) => takesPort(workload, target)));
  const foreign = programs.size > 1 || deaf.length > 0 || strangers(world, service, running).length > 0;
  if (running.length < 2 || !foreign || deaf.length === running.length) return [];
  const object = refOf(service);
  return found(world, {
    class: "service-selector-too-broad",
    object,
    statement: `${named(object)} sends its traffic to pods of ${running.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(" and ")}, of which not all are meant: a part of the requests reaches the wrong one.`,
    because: [service, ...running, ...slicesOf(world, service)],
    confidence: deaf.length > 0 ? 0.92 : 0.87,
    disproof: "all of them are meant to answer for this Service",
    related: running.map(refOf),
  });
};

const localOnly = (world: World, service: Service): Finding[] => {
  if (service.spec.internalTrafficPolicy !== "Local") return [];
  const slices = slicesOf(world, service);
  const served = new Set(
    slices
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .map(({ nodeName }) => nodeName),
  );
  const bare = world.list("Node").filter(({ metadata }) => !served.has(metadata.name));
  if (served.size === 0 || bare.length === 0) return [];
  const object = refOf(service);
  return found(world, {
    class: "service-local-traffic-policy",
    object,
    statement: `${named(object)} answers only to pods of the same node (internalTrafficPolicy Local), and ${bare
      .map(({ metadata }) => metadata.name)
      .slice(0, 5)
      .join(", ")} has no endpoint of it: callers there get nothing.`,
    because: [service, ...slices, ...bare.slice(0, 5)],
    confidence: 0.9,
    disproof: "no caller runs on a node without an endpoint",
    related: selectedWorkloads(world, service).map(refOf),
  });
};

/** Services that have endpoints, but the wrong ones or not everywhere. */
export const serviceShape = (world: World): Finding[] =>
  world.list("Service").flatMap((service) => [...tooBroad(world, service), ...localOnly(world, service)]);
