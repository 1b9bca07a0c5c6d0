import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { KubeObject } from "../../incident/kube.ts";
import { bytesText, parseQuantity } from "../../incident/quantity.ts";
import { found, named, plural, quote, spanText } from "../finding.ts";
import { death, lastWords, lifetime, liveContainers, memoryLimit, type Running } from "../world/containers.ts";
import type { LogText } from "../world/log-text.ts";
import type { World } from "../world/world.ts";
import { needOf } from "./memory-need.ts";
import { growthOf } from "./memory-slope.ts";

/** Longer lives than this end in a leak, not in a limit that never was enough. */
const leakAfter = 60 * 60_000;

/** By the revision that the pod is of: the workload's own template may have been raised since. */
const templateLimit = (world: World, { pod, name }: Running): string | undefined => {
  const workload = world.workload(world.rootOf(pod));
  const owner = pod.metadata.ownerReferences?.find(({ kind }) => kind === "ReplicaSet");
  const set = owner ? world.find("ReplicaSet", pod.metadata.namespace ?? null, owner.name) : null;
  return (set ?? workload)?.spec.template.spec.containers.find((one) => one.name === name)?.resources?.limits?.memory;
};

/** As its admission notes on the pod: "LimitRanger plugin set: cpu, memory request for container app; memory limit for container app". */
const isInjected = ({ pod, name }: Running): boolean =>
  (pod.metadata.annotations?.["kubernetes.io/limit-ranger"] ?? "")
    .replace(/^LimitRanger plugin set: /, "")
    .split("; ")
    .some((set) => /\bmemory\b/.test(set) && set.endsWith(` limit for container ${name}`));

/** A limit that the template does not have: whoever reads only the template does not find it. */
const injection = (world: World, running: Running): { words: string; range: KubeObject | null } | null => {
  if (!isInjected(running) || templateLimit(world, running) !== undefined) return null;
  const [range = null, another] = world
    .list("LimitRange")
    .filter(({ metadata }) => metadata.namespace === running.pod.metadata.namespace);
  const only = another === undefined ? range : null;
  return {
    words: ` The limit is set by the LimitRange${only ? ` ${only.metadata.name}` : ""} of the namespace, not by the workload's template: give the template a limit of its own.`,
    range: only,
  };
};

const afterwards = (alive: number | null): string => (alive === null ? "" : ` ${spanText(alive)} after its start`);

interface Kill {
  readonly world: World;
  readonly running: Running;
  readonly alive: number | null;
  readonly log: LogText | null;
}

const byNode = ({ world, running: { pod, name }, alive }: Kill): Finding[] => {
  const root = world.rootOf(pod);
  return found(world, {
    class: "node-pressure",
    object: pod.spec.nodeName ? { kind: "Node", namespace: null, name: pod.spec.nodeName } : root,
    statement: `${named(root)}: container ${name} has no memory limit of its own and was killed by the kernel for lack of memory${afterwards(alive)}: the node ran out.`,
    because: [pod],
    confidence: 0.7,
    disproof: "the node had free memory when the container was killed",
    related: [root],
  });
};

interface Reading {
  class: FaultClass;
  words: string;
  confidence: number;
  evidence?: readonly string[];
}

const readingOf = ({ world, running, alive }: Kill, limit: number): Reading => {
  const template = parseQuantity(templateLimit(world, running));
  if (template !== null && template > limit)
    return {
      class: "admission-mutated-spec",
      words: `The template asks for ${bytesText(template)}: something lowered the limit at admission.`,
      confidence: 0.86,
    };
  const growth = growthOf(world, running);
  if (growth && growth.to - growth.from > limit * 0.3)
    return {
      class: "oom-memory-leak",
      words: `Its working set climbed without a rest from ${bytesText(growth.from)} to ${bytesText(growth.to)} in ${Math.round(growth.minutes)} minutes, ${bytesText(growth.perHour)} an hour: a higher limit only puts the end off.`,
      confidence: 0.92,
      evidence: [growth.evidence],
    };
  return alive !== null && alive > leakAfter
    ? {
        class: "oom-memory-leak",
        words: "It lived long before that, so it grows until it hits the limit.",
        confidence: 0.86,
      }
    : { class: "oom-limit-too-low", words: needOf(world, running)[0]?.sum ?? "", confidence: 0.95 };
};

const byLimit = (kill: Kill, limit: number): Finding[] => {
  const { world, running, alive, log } = kill;
  const { pod, name, status } = running;
  const object = world.rootOf(pod);
  const reading = readingOf(kill, limit);
  const closing = log?.lines.at(-1);
  const injected = reading.class === "oom-limit-too-low" ? injection(world, running) : null;
  return found(world, {
    class: reading.class,
    object,
    statement: `${named(object)}: container ${name} is killed at its memory limit of ${bytesText(limit)}${afterwards(alive)} (OOMKilled, ${plural(status.restartCount ?? 0, "restart")}). ${reading.words}${injected?.words ?? ""}${closing ? ` Its last words: ${quote(closing, 160)}.` : ""}`,
    because: [pod, closing ? log : null, injected?.range ?? null],
    confidence: reading.confidence,
    disproof: "the working set stayed clearly below the limit when the container was killed",
  }).map((one) => ({ ...one, evidence: [...one.evidence, ...(reading.evidence ?? [])] }));
};

const killed = (world: World, running: Running): Finding[] => {
  const last = death(world, running);
  if (last?.reason !== "OOMKilled") return [];
  const kill: Kill = { world, running, alive: lifetime(last), log: lastWords(world, running) };
  const limit = parseQuantity(memoryLimit(running));
  return limit === null ? byNode(kill) : byLimit(kill, limit);
};

/** Containers that the kernel killed at their memory limit. */
export const memory = (world: World): Finding[] => liveContainers(world).flatMap((running) => killed(world, running));
