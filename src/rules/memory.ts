import type { Finding } from "../incident/diagnosis.ts";
import { bytesText, parseQuantity } from "../incident/quantity.ts";
import { death, lastWords, lifetime, liveContainers, type Running } from "./containers.ts";
import { found, named, quote, spanText } from "./finding.ts";
import type { World } from "./world.ts";

/** Longer lives than this end in a leak, not in a limit that never was enough. */
const leakAfter = 60 * 60_000;

const templateLimit = (world: World, { pod, name }: Running): string | undefined => {
  const root = world.rootOf(pod);
  const workload = world.workloads.find(
    ({ kind, metadata }) =>
      kind === root.kind && metadata.name === root.name && (metadata.namespace ?? null) === root.namespace,
  );
  return workload?.spec.template.spec.containers.find((one) => one.name === name)?.resources?.limits?.memory;
};

const afterwards = (alive: number | null): string => (alive === null ? "" : ` ${spanText(alive)} after its start`);

const killed = (world: World, running: Running): Finding[] => {
  const { pod, name, spec, status } = running;
  const last = death(world, running);
  const limit = spec?.resources?.limits?.memory;
  if (last?.reason !== "OOMKilled") return [];
  const object = world.rootOf(pod);
  const alive = lifetime(last);
  const log = lastWords(world, running);
  const closing = log?.lines.at(-1);
  const wished = templateLimit(world, running);
  const because = [pod, closing ? log : null];
  const [bytes, template] = [parseQuantity(limit), parseQuantity(wished)];
  if (bytes === null)
    return found(world, {
      class: "node-pressure",
      object: pod.spec.nodeName ? { kind: "Node", namespace: null, name: pod.spec.nodeName } : object,
      statement: `${named(object)}: container ${name} has no memory limit of its own and was killed by the kernel for lack of memory${afterwards(alive)}: the node ran out.`,
      because,
      confidence: 0.7,
      disproof: "the node had free memory when the container was killed",
      related: [object],
    });
  const mutated = template !== null && template > bytes;
  const leak = alive !== null && alive > leakAfter;
  return found(world, {
    class: mutated ? "admission-mutated-spec" : leak ? "oom-memory-leak" : "oom-limit-too-low",
    object,
    statement: [
      `${named(object)}: container ${name} is killed at its memory limit of ${bytesText(bytes)}${afterwards(alive)} (OOMKilled, ${status.restartCount ?? 0} restarts).`,
      mutated ? ` The template asks for ${bytesText(template)}: something lowered the limit at admission.` : "",
      leak && !mutated ? " It lived long before that, so it grows until it hits the limit." : "",
      closing ? ` Its last words: ${quote(closing, 160)}.` : "",
    ].join(""),
    because,
    confidence: mutated ? 0.86 : leak ? 0.86 : 0.95,
    disproof: "the working set stayed clearly below the limit when the container was killed",
  });
};

/** Containers that the kernel killed at their memory limit. */
export const memory = (world: World): Finding[] => liveContainers(world).flatMap((running) => killed(world, running));
