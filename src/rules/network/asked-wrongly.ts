import type { Container } from "../../incident/kube.ts";
import type { Running } from "../world/containers.ts";
import { earlierTemplates } from "../world/revisions.ts";
import type { World } from "../world/world.ts";
import type { Peer } from "./dependency.ts";
import type { Verdict } from "./host-verdict.ts";
import { oneSlip } from "./services.ts";

const holds = (value: string, host: string): boolean =>
  new RegExp(`(?:^|[^A-Za-z0-9.-])${host.replaceAll(".", "\\.")}(?:$|[^A-Za-z0-9.-])`).test(value);

/** The variable of the container whose value names the host. */
export const variableWith = (container: Container | null | undefined, host: string): string | null =>
  (container?.env ?? []).find(({ value = "" }) => holds(value, host))?.name ?? null;

/** The host is asked for since the last revision only: the one before named another. */
const changedBy = (world: World, { pod, name, spec }: Running, host: string): string | null => {
  const variable = variableWith(spec, host);
  const [before] = earlierTemplates(world, world.rootOf(pod), pod);
  const old = before?.spec.containers.find((one) => one.name === name)?.env?.find((one) => one.name === variable);
  return variable !== null && before !== undefined && old?.value !== undefined && !holds(old.value, host)
    ? variable
    : null;
};

const mistyped = (name: string, typed: string): boolean =>
  typed.length >= 4 && (name.length < typed.length ? oneSlip(name, typed) : oneSlip(typed, name));

const wrong = (words: string, variable: string, confidence: number): Verdict => ({
  class: "env-var-missing-or-wrong",
  words,
  confidence,
  disproof: `the host that ${variable} names answers from inside the pod`,
});

/** The host is not there because its name is wrong in the pod's own settings, not because anybody took it away. */
export const asksWrongName = (world: World, running: Running, host: string): Verdict | null => {
  const changed = changedBy(world, running, host);
  if (changed)
    return wrong(`${changed} names ${host} only since the last revision, and nothing answers there`, changed, 0.92);
  const variable = variableWith(running.spec, host);
  const [short = ""] = host.split(".");
  const near = world
    .list("Service")
    .find(({ metadata: { name, namespace } }) => namespace === running.pod.metadata.namespace && mistyped(name, short));
  return variable && near
    ? wrong(`${variable} names ${host}, and there is no such Service, only ${near.metadata.name}`, variable, 0.88)
    : null;
};

/** The Service is up, but has no such port. */
export const asksWrongPort = (
  { spec }: Running,
  { service }: Extract<Peer, { kind: "up" }>,
  port: number | null,
): Verdict | null => {
  const ports = (service.spec.ports ?? []).map((one) => one.port);
  if (port === null || ports.length === 0 || ports.includes(port) || service.spec.clusterIP === "None") return null;
  const variable = variableWith(spec, service.metadata.name);
  return {
    class: "env-var-missing-or-wrong",
    words: `it asks port ${port} of the Service ${service.metadata.name}, which has only ${ports.join(", ")}${variable ? ` (${variable} says where)` : ""}`,
    confidence: variable ? 0.9 : 0.86,
    disproof: `the Service ${service.metadata.name} has a port ${port}`,
    because: [service],
  };
};
