import type { Finding } from "../../incident/diagnosis.ts";
import { found, named, plural, quote } from "../finding.ts";
import { unlessRecovered } from "../recovering.ts";
import {
  eventsOfContainer,
  liveContainers,
  livePods,
  type Running,
  recent,
  waitingReason,
} from "../world/containers.ts";
import { eventCount, eventText, eventTime } from "../world/events.ts";
import type { World } from "../world/world.ts";
import { closingWords } from "./runtime-words.ts";

const hookText = /FailedPostStartHook|PostStartHook failed|PostStartHookError/;

/** The kubelet killed the container because its postStart hook failed. */
export const hookKill = (world: World, running: Running) =>
  eventsOfContainer(world, running).find(
    (event) => hookText.test(`${event.reason} ${eventText(event)}`) && world.now - eventTime(event) < recent,
  ) ?? null;

const hooks = (world: World, running: Running): Finding[] => {
  const event = hookKill(world, running);
  const down = running.status.ready === false || waitingReason(running) !== "";
  if (!event || !down) return [];
  const object = world.rootOf(running.pod);
  return found(world, {
    class: "lifecycle-hook-failed",
    object,
    statement: `${named(object)}: container ${running.name} is killed after each start because its postStart hook fails (${plural(running.status.restartCount ?? 0, "restart")}). The kubelet says: ${quote(eventText(event))}.`,
    because: [event, running.pod],
    confidence: 0.94,
    disproof: "the hook's command succeeds when it is run by hand in the container",
  });
};

const sandboxes = (world: World): Finding[] =>
  livePods(world).flatMap((pod) => {
    const waits = pod.status?.phase === "Pending" && pod.spec.nodeName !== undefined;
    const events = waits ? world.eventsOf(pod).filter(({ reason }) => reason !== "Scheduled") : [];
    const [newest] = events;
    // Each try names another sandbox: until they are folded, each is an event of its own.
    const tries = events.filter(({ reason }) => reason === "FailedCreatePodSandBox");
    const count = tries.reduce((sum, one) => sum + eventCount(one), 0);
    if (newest?.reason !== "FailedCreatePodSandBox" || count < 2) return [];
    const object = world.rootOf(pod);
    if (/OOM-killed/.test(eventText(newest)))
      return found(world, {
        class: "oom-limit-too-low",
        object,
        statement: `${named(object)}: the memory limit of the pod is so low that not even its sandbox starts. The kubelet says: ${quote(closingWords(eventText(newest)))}.`,
        because: [newest, pod],
        confidence: 0.92,
        disproof: "the pod starts with the limit it has",
      });
    return found(world, {
      class: "pod-sandbox-failed",
      object,
      statement: `${named(object)}: node ${pod.spec.nodeName} cannot set up the pod's sandbox, so no container starts. The kubelet says: ${quote(eventText(newest))}.`,
      because: [newest, pod],
      confidence: 0.92,
      disproof: "another pod starts on the same node now",
      related: [{ kind: "Node", namespace: null, name: pod.spec.nodeName ?? "" }],
    });
  });

/** What stops a container around its start without being its program: hooks and the sandbox. */
export const lifecycle = (world: World): Finding[] => [
  ...liveContainers(world).flatMap((running) => unlessRecovered(world, running, hooks(world, running))),
  ...sandboxes(world),
];
