import type { Finding } from "../../incident/diagnosis.ts";
import type { Pod } from "../../incident/kube.ts";
import { found, named, quote, spanText } from "../finding.ts";
import { clock, livePods } from "../world/containers.ts";
import type { World } from "../world/world.ts";
import { conditionOf } from "./rollout.ts";

const longest = 200;
const patience = 2 * 60_000;

/** Gates that whoever should open them has not opened. */
const shut = (pod: Pod): string[] =>
  (pod.spec.readinessGates ?? [])
    .map(({ conditionType }) => conditionType)
    .filter((type) => conditionOf(pod, type)?.status !== "True");

/** Pods whose containers are all ready, and which are held back by a condition that somebody else has to set. */
export const gates = (world: World): Finding[] =>
  livePods(world).flatMap((pod) => {
    const containers = conditionOf(pod, "ContainersReady");
    const since = containers?.lastTransitionTime;
    const waits = world.now - clock(since);
    const left = shut(pod);
    // Without a time it may have been a second, and that is no trouble yet.
    if (left.length === 0 || containers?.status !== "True" || !since || !(waits > patience)) return [];
    const object = world.rootOf(pod);
    const said = left.map((type) => conditionOf(pod, type)?.message ?? "").find((message) => message !== "");
    return found(world, {
      class: "app-not-ready",
      object,
      statement: `${named(object)}: all containers of the pod have been ready for ${spanText(waits)}, but it gets no traffic, because its readiness gate ${left.join(", ").slice(0, longest)} is not open; that is for the controller to do that owns the gate (a load balancer's, a mesh's)${said ? `, which says ${quote(said)}` : ", and it has said nothing"}.`,
      because: [pod],
      confidence: 0.88,
      disproof: "the condition of that name is True on the pod",
    });
  });
