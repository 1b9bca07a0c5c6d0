import type { Container, ContainerStatus, KubeEvent, Pod, Terminated } from "../../incident/kube.ts";
import type { Question } from "../../incident/question.ts";
import { eventContainer, eventCount, eventText, eventTime } from "./events.ts";
import { type LogText, linesOf } from "./log-text.ts";
import type { World } from "./world.ts";

/** One container of one pod: what it should be and what it is. */
export interface Running {
  readonly pod: Pod;
  readonly name: string;
  readonly init: boolean;
  readonly spec: Container | null;
  readonly status: ContainerStatus;
}

const minutes = 60_000;
/** A container that restarted longer ago than this and runs since is no longer news. */
export const recent = 30 * minutes;

const view = (pod: Pod, statuses: ContainerStatus[] | undefined, specs: Container[] | undefined, init: boolean) =>
  (statuses ?? []).map(
    (status): Running => ({
      pod,
      name: status.name,
      init,
      spec: specs?.find(({ name }) => name === status.name) ?? null,
      status,
    }),
  );

export const containersOf = (pod: Pod): Running[] => [
  ...view(pod, pod.status?.initContainerStatuses, pod.spec.initContainers, true),
  ...view(pod, pod.status?.containerStatuses, pod.spec.containers, false),
];

/** Whatever its template tells the program: its command line and the values of its variables. */
export const settingTexts = ({ command, args, env }: Container): string[] => [
  ...(command ?? []),
  ...(args ?? []),
  ...(env ?? []).map(({ value = "" }) => value),
];

const replicaSetGone = (world: World, pod: Pod): boolean => {
  const owner = pod.metadata.ownerReferences?.find(({ kind }) => kind === "ReplicaSet");
  const set = owner && world.find("ReplicaSet", pod.metadata.namespace ?? null, owner.name);
  return set?.spec.replicas === 0;
};

/** Looked up once per world: most rules begin with them. */
const once = <T>(of: (world: World) => T[]): ((world: World) => T[]) => {
  const known = new WeakMap<World, T[]>();
  return (world) => {
    const found = known.get(world) ?? of(world);
    known.set(world, found);
    return found;
  };
};

/** A pod of nobody that failed by itself: nothing replaces it, so what it was there for is not done. */
const endedAlone = ({ metadata, status }: Pod): boolean =>
  !metadata.ownerReferences?.some(({ controller }) => controller === true) && !status?.reason;

/** Pods that should be alive: not being deleted, not over, not of a revision that was scaled away. */
export const livePods = once((world) =>
  world
    .list("Pod")
    .filter(
      (pod) =>
        !pod.metadata.deletionTimestamp &&
        pod.status?.phase !== "Succeeded" &&
        (pod.status?.phase !== "Failed" || endedAlone(pod)) &&
        !replicaSetGone(world, pod),
    ),
);

export const liveContainers = once((world) => livePods(world).flatMap(containersOf));

/** Without one it was not the container that ran out of memory, but its node. */
export const memoryLimit = ({ spec }: Running): string | undefined => spec?.resources?.limits?.memory;

export const waitingReason = ({ status }: Running): string => status.state?.waiting?.reason ?? "";

const epoch = (text: string | undefined): number => (text ? Date.parse(text) || 0 : 0);

/** The newest death of the container that still matters: it is down now, or it died a short while ago. */
export const death = (world: World, { status }: Running): Terminated | null => {
  const last = status.state?.terminated ?? status.lastState?.terminated ?? null;
  if (!last) return null;
  const down = status.state?.running === undefined;
  return down || world.now - epoch(last.finishedAt) < recent ? last : null;
};

/** How long it lived, in milliseconds; null when the kubelet does not know (a start that failed). */
export const lifetime = ({ startedAt, finishedAt }: Terminated): number | null => {
  const [from, to] = [epoch(startedAt), epoch(finishedAt)];
  return from > 0 && to >= from ? to - from : null;
};

/** Events of a container: those of the pod that name it, or name none. */
export const eventsOfContainer = (world: World, { pod, name }: Running): KubeEvent[] =>
  world.eventsOf(pod).filter((event) => (eventContainer(event) ?? name) === name);

/** What the program wrote for its end where no log tells more: Kubernetes keeps it in the status of the pod. */
const endMessage = (world: World, running: Running): LogText | null => {
  const { name, pod, status } = running;
  const last = death(world, running);
  const [id] = world.cite(pod);
  if (!last?.message || last.reason !== "Error" || !id || unreadLog(world, running).length > 0) return null;
  return { id, container: name, previous: status.state?.terminated === undefined, lines: linesOf(last.message) };
};

/** The log of its last completed life, else of the current one, else its termination message. */
export const lastWords = (world: World, running: Running): LogText | null => {
  const { pod, name, status } = running;
  const previous = world.log(pod, name, true);
  const current = world.log(pod, name, false);
  const up = status.state?.running !== undefined;
  const [first, second] = up ? [previous, current] : [current, previous];
  const written = [first, second].find((log) => log && log.lines.length > 0);
  return written ?? endMessage(world, running) ?? first ?? second;
};

/** The lives whose log may tell the last end, the likelier first: the kubelet keeps a dead life's log as the current one. */
const lives = ({ status }: Running): boolean[] => {
  const restarted = (status.restartCount ?? 0) > 0 || status.lastState?.terminated !== undefined;
  if (!restarted) return [false];
  return status.state?.running === undefined ? [false, true] : [true, false];
};

/** The log that would decide, as long as none was read: the other life's where the first was not to be had. */
export const unreadLog = (world: World, running: Running): Question[] => {
  const { pod, name } = running;
  const life = lives(running);
  if (life.some((previous) => world.log(pod, name, previous) !== null)) return [];
  const [previous] = life.filter((one) => !world.askedLog(pod, name, one));
  return previous === undefined
    ? []
    : [
        {
          ask: "logs",
          namespace: pod.metadata.namespace ?? "",
          pod: pod.metadata.name,
          container: name,
          previous,
          lines: 500,
        },
      ];
};

/** Short of certain until the log was asked for: what it says may change the verdict. */
export const whileUnread = (confidence: number, wants: readonly Question[]): number =>
  wants.length > 0 ? Math.min(confidence, 0.8) : confidence;

const mostLikelyKilled = ({ status }: Running): boolean => {
  const last = status.lastState?.terminated ?? status.state?.terminated;
  return (last?.exitCode === 137 || last?.exitCode === 143) && last.reason !== "OOMKilled";
};

/**
 * The event by which the kubelet says that it killed this container for a failed probe. Of one that dies again and again
 * it soon says so no more (it drops what repeats too often); that the probe fails it still tells now and then.
 */
export const probeKill = (world: World, running: Running): KubeEvent | null => {
  const events = eventsOfContainer(world, running);
  const kill = events.find(
    (event) => event.reason === "Killing" && /failed (liveness|startup) probe/.test(eventText(event)),
  );
  if (kill && world.now - eventTime(kill) < recent) return kill;
  const failing = events.find(
    (event) =>
      event.reason === "Unhealthy" &&
      /^(Liveness|Startup) probe failed/.test(eventText(event)) &&
      world.now - eventTime(event) < recent,
  );
  if (!failing) return null;
  return kill ?? (mostLikelyKilled(running) && eventCount(failing) >= 3 ? failing : null);
};

export const clock = epoch;
