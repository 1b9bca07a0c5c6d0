import type { Finding } from "../../incident/diagnosis.ts";
import type { ObjectRef } from "../../incident/subject.ts";
import { certainFrom } from "../certain.ts";
import { containersOf, livePods, settingTexts } from "../world/containers.ts";
import { keyOf, refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";
import { peerOf } from "./dependency.ts";
import { selectedWorkloads } from "./services.ts";

/** As far as people would follow it. */
const mostHops = 6;
const mostWords = 400;

/** Whatever may be a host in the settings and command lines of a workload. Most of it is none: no Service bears its name. */
const hostWords = (world: World, root: ObjectRef): string[] => {
  const workload = world.workload(root);
  const { containers = [], initContainers = [] } = workload?.spec.template.spec ?? {};
  const texts = [...initContainers, ...containers].flatMap(settingTexts);
  return [...new Set(texts.flatMap((text) => text.match(/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/g) ?? []))].slice(
    0,
    mostWords,
  );
};

const falls = (world: World, workload: ObjectRef): boolean =>
  world
    .podsOf(workload)
    .flatMap(containersOf)
    .some(({ status }) => (status.restartCount ?? 0) > 0);

/** The Services that it names and that do not stand, and what is behind them. */
const named = (world: World, root: ObjectRef): ObjectRef[] =>
  hostWords(world, root).flatMap((host) => {
    const peer = peerOf(world, host, root.namespace ?? "");
    if (peer.kind !== "down" && peer.kind !== "up") return [];
    const workloads = selectedWorkloads(world, peer.service).map(refOf);
    return peer.kind === "down" || workloads.some((one) => falls(world, one))
      ? [refOf(peer.service), ...workloads]
      : [];
  });

const onItsWay = (world: World, root: ObjectRef): boolean =>
  livePods(world)
    .filter((pod) => keyOf(world.rootOf(pod)) === keyOf(root))
    .some(({ status }) => !status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"));

/** What is wrong for certain with something that a workload's unready pods name, be it over others: they may wait for that. */
export const awaitedCauses = (world: World, subject: ObjectRef, findings: readonly Finding[]): Finding[] => {
  if (!onItsWay(world, subject)) return [];
  const sure = findings.filter(({ confidence }) => confidence >= certainFrom);
  const seen = new Set([keyOf(subject)]);
  const causes: Finding[] = [];
  let front: readonly ObjectRef[] = sure.length > 0 ? [subject] : [];
  for (let hop = 0; hop < mostHops && front.length > 0; hop += 1) {
    const met = new Map(front.flatMap((root) => named(world, root)).map((ref) => [keyOf(ref), ref]));
    front = [...met].filter(([key]) => !seen.has(key)).map(([, ref]) => ref);
    for (const ref of front) seen.add(keyOf(ref));
    causes.push(...sure.filter(({ object }) => front.some((ref) => keyOf(ref) === keyOf(object))));
  }
  return causes;
};
