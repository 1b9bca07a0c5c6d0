import type { Finding } from "../../incident/diagnosis.ts";
import type { FaultClass } from "../../incident/fault-classes.ts";
import type { KubeEvent } from "../../incident/kube.ts";
import { found, named, plural, quote } from "../finding.ts";
import { awaitedVerdict } from "../network/host-verdict.ts";
import { unlessRecovered } from "../recovering.ts";
import {
  clock,
  eventsOfContainer,
  liveContainers,
  probeKill,
  type Running,
  unreadLog,
  whileUnread,
} from "../world/containers.ts";
import { eventCount, eventText, eventTime } from "../world/events.ts";
import type { LogText } from "../world/log-text.ts";
import type { World } from "../world/world.ts";
import { grpcVerdict, noGrpc } from "./grpc-probe.ts";
import {
  answeredBefore,
  type Failure,
  failureOf,
  fileAsked,
  listeningPorts,
  otherThanGrpc,
  type ProbeName,
  portOf,
  probeOf,
  probeTarget,
  unhealthy,
} from "./probe-text.ts";
import { isStarting, saysStarting } from "./starting.ts";

interface Verdict {
  class: FaultClass;
  words: string;
  confidence: number;
  disproof: string;
  log?: LogText | null | undefined;
}

const logsOf = (world: World, { pod, name }: Running): (LogText | null)[] => [
  world.log(pod, name, true),
  world.log(pod, name, false),
];

/** The program serves on another port than the probe asks, by its own words or by what the container declares. */
const wrongPort = (world: World, running: Running, probe: ProbeName): string | null => {
  const asked = portOf(running, probeOf(running, probe));
  const heard = listeningPorts(logsOf(world, running));
  if (asked === null) return null;
  if (heard.length > 0) return heard.includes(asked) ? null : `the program listens on ${heard.join(", ")}`;
  const declared = (running.spec?.ports ?? []).map(({ containerPort }) => containerPort);
  return declared.length > 0 && !declared.includes(asked) ? `the container declares port ${declared.join(", ")}` : null;
};

/** A start takes its time; what says no for longer is no start. */
const patience = 2 * 60_000;

const flatWrong: Partial<Record<Failure, string>> = {
  unmade: "the kubelet cannot even make it",
  absent: "the server answers, but not on this path",
  denied: "the server answers, but refuses the probe",
  protocol: "the server answers in another protocol than the probe speaks",
};

/** In this life of the container it was ready for a time, or its log tells of answers to the probe. */
const passedBefore = (world: World, running: Running): boolean => {
  const ready = running.pod.status?.conditions?.find(({ type }) => type === "Ready");
  return (
    clock(ready?.lastTransitionTime) > clock(running.status.state?.running?.startedAt) + 30_000 ||
    answeredBefore(logsOf(world, running), probeOf(running, "Readiness"))
  );
};

/** No certainty within a usual start, nor while the program says that it is starting. */
const neverListened = (world: World, running: Running, longUp: boolean): readonly [string, number] => [
  "nothing has ever listened there while the container runs",
  longUp && !saysStarting(logsOf(world, running)) ? 0.87 : 0.75,
];

const readinessVerdict = (world: World, running: Running, event: KubeEvent): Verdict => {
  const failure = failureOf(eventText(event));
  const started = clock(running.status.state?.running?.startedAt);
  const wasReady = passedBefore(world, running);
  const flat = flatWrong[failure];
  const port = failure === "refused" || failure === "timeout" ? wrongPort(world, running, "Readiness") : null;
  const disproof = "the same request, made from inside the pod, succeeds";
  const wrong = (words: string, confidence: number): Verdict => ({
    class: "readiness-probe-wrong",
    words,
    confidence,
    disproof,
  });
  const right = (words: string, confidence: number): Verdict => ({
    class: "app-not-ready",
    words,
    confidence,
    disproof: "the program serves its users now although the probe fails",
  });
  const byGrpc = failure === "refused" && !wasReady && !port ? grpcVerdict(running, logsOf(world, running)) : null;
  if (byGrpc) return wrong(...byGrpc);
  if (flat && !(wasReady && failure !== "absent")) return wrong(flat, wasReady ? 0.87 : 0.95);
  if (port) return wrong(port, 0.94);
  if (failure === "server-error") return right("the program answers that it is not ready", 0.9);
  if (failure === "timeout") return right("the program does not answer in time", 0.86);
  if (wasReady) return right("the probe passed before in this life of the container", 0.87);
  const longUp = world.now - started > patience;
  if (failure === "refused") return wrong(...neverListened(world, running, longUp));
  if (failure === "command") return wrong("the command the probe runs fails on something that is not there", 0.87);
  const file = fileAsked(probeOf(running, "Readiness"));
  if (file && longUp) return wrong(`the file ${quote(file)} that it looks for has never been there`, 0.87);
  if (probeOf(running, "Readiness")?.exec && longUp)
    return right("its command runs, and has said no since the container started", 0.86);
  return right("the probe has never passed", 0.7);
};

/** Repeats fold into one event, or, where their text differs, into many: both are counted. */
const lasting = (world: World, running: Running, probe: ProbeName): boolean => {
  const events = eventsOfContainer(world, running).filter(
    (event) =>
      event.reason === "Unhealthy" &&
      eventText(event).startsWith(`${probe} probe`) &&
      world.now - eventTime(event) < 15 * 60_000,
  );
  return events.reduce((sum, event) => sum + eventCount(event), 0) >= 3;
};

const readiness = (world: World, running: Running): Finding[] => {
  const { pod, name, status } = running;
  const event = unhealthy(world, running, "Readiness");
  if (
    !event ||
    running.init ||
    status.ready !== false ||
    !status.state?.running ||
    !lasting(world, running, "Readiness")
  )
    return [];
  if (probeKill(world, running)) return [];
  const own = readinessVerdict(world, running, event);
  const root = world.rootOf(pod);
  const asksGrpc = probeOf(running, "Readiness")?.grpc !== undefined;
  const wants = own.class === "app-not-ready" || asksGrpc ? unreadLog(world, running) : [];
  const [previous, current] = logsOf(world, running);
  const peer = own.class === "app-not-ready" ? awaitedVerdict(world, running, current?.lines ?? []) : null;
  const verdict = peer ?? own;
  const object = peer?.object ?? root;
  const asked = [...wants, ...(peer?.wants ?? [])];
  return found(world, {
    class: verdict.class,
    object,
    related: peer?.related ?? [],
    statement: `${named(root)}: container ${name} runs but is not sent traffic, because its readiness probe (${probeTarget(probeOf(running, "Readiness"))}) fails: ${verdict.words}. The kubelet says: ${quote(eventText(event))}.`,
    because: [event, pod, current ?? previous, ...(peer?.because ?? [])],
    confidence: whileUnread(verdict.confidence, asked),
    wants: asked,
    disproof: verdict.disproof,
  });
};

const graceOf = (running: Running): number => {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probeOf(running, "Liveness") ?? {};
  return (initialDelaySeconds + periodSeconds * (failureThreshold + 1)) * 1000;
};

interface Facts {
  readonly failure: Failure;
  /** It was killed within the time the probe leaves it after a start. */
  readonly early: boolean;
  readonly passed: boolean;
  readonly port: string | null;
  readonly exec: boolean;
  /** The file that its command looks for. */
  readonly file: string | null;
  /** Who answers its gRPC instead. */
  readonly other: string | null;
  /** Its kubelet says the same of a port where nothing listens and of a program that does not speak gRPC. */
  readonly grpc: boolean;
  /** It was busy starting: it spoke, but never said that it serves. */
  readonly starting: boolean;
}

const factsOf = (world: World, running: Running, event: KubeEvent, probe: ProbeName): Facts => {
  const logs = logsOf(world, running);
  const last = running.status.lastState?.terminated ?? running.status.state?.terminated;
  const lived = last ? clock(last.finishedAt) - clock(last.startedAt) : 0;
  return {
    failure: failureOf(eventText(event)),
    early: lived > 0 && lived <= graceOf(running) + 45_000,
    passed: answeredBefore(logs, probeOf(running, probe)),
    port: wrongPort(world, running, probe),
    exec: probeOf(running, probe)?.exec !== undefined,
    file: fileAsked(probeOf(running, probe)),
    grpc: probeOf(running, probe)?.grpc !== undefined,
    other: otherThanGrpc(logs, running, probeOf(running, probe)),
    starting: isStarting(logs),
  };
};

/** Why a probe that never passed asks the wrong thing, and how sure that is. */
const neverRight = ({ failure, port, exec, file, early, other }: Facts): readonly [string, number] | null => {
  const flat = flatWrong[failure];
  if (flat) return [flat, 0.95];
  if (failure === "command") return ["the command the probe runs is not there", 0.9];
  if (failure === "refused" && port) return [port, 0.94];
  if (failure === "refused" && other && early) return [other, 0.9];
  if (failure === "other" && file && early) return [`the file ${quote(file)} that it looks for is never there`, 0.86];
  return failure === "timeout" && exec && early ? ["its command has never ended in time", 0.86] : null;
};

const livenessVerdict = (facts: Facts, startup: boolean): Verdict => {
  const { failure, early, passed, starting, grpc } = facts;
  const wrong = ([words, confidence]: readonly [string, number]): Verdict => ({
    class: "liveness-probe-wrong",
    words,
    confidence,
    disproof: "the same probe, made by hand while the container runs, passes",
  });
  const reason = passed ? null : neverRight(facts);
  if (reason) return wrong(reason);
  if (startup || (failure === "refused" && early && starting))
    return {
      class: "liveness-probe-too-eager",
      words: "it is killed before it has finished starting",
      confidence: grpc && !startup ? 0.75 : 0.87,
      disproof: "the program had finished starting before it was killed",
    };
  if (failure === "refused" && !passed && grpc) return wrong([noGrpc, starting ? 0.75 : 0.87]);
  if (failure === "refused" && !passed) return wrong(["nothing has ever listened there while the container ran", 0.87]);
  return {
    class: "app-hang",
    words: passed
      ? "the probe passed earlier in this life, then the program stopped answering"
      : "the program does not answer",
    confidence: passed ? 0.92 : early ? 0.75 : 0.86,
    disproof: "the container is throttled on CPU, or answers the same request quickly by hand",
  };
};

const liveness = (world: World, running: Running): Finding[] => {
  const { pod, name, status } = running;
  const kill = probeKill(world, running);
  const last = status.lastState?.terminated ?? status.state?.terminated;
  if (!kill || last?.reason === "OOMKilled") return [];
  const startup = /startup probe/i.test(eventText(kill));
  const event = unhealthy(world, running, startup ? "Startup" : "Liveness") ?? kill;
  const verdict = livenessVerdict(factsOf(world, running, event, startup ? "Startup" : "Liveness"), startup);
  const wants = failureOf(eventText(event)) === "absent" ? [] : unreadLog(world, running);
  const object = world.rootOf(pod);
  const [previous, current] = logsOf(world, running);
  return found(world, {
    class: verdict.class,
    object,
    statement: `${named(object)}: container ${name} is killed again and again (${plural(status.restartCount ?? 0, "restart")}) because its ${startup ? "startup" : "liveness"} probe (${probeTarget(probeOf(running, startup ? "Startup" : "Liveness"))}) fails: ${verdict.words}. The kubelet says: ${quote(eventText(event))}.`,
    because: [event, kill, pod, previous ?? current],
    confidence: whileUnread(verdict.confidence, wants),
    wants,
    disproof: verdict.disproof,
  });
};

/** A probe that cannot even be run kills nobody, and guards nobody. */
const unrunnable = (world: World, running: Running): Finding[] => {
  const event = unhealthy(world, running, "Liveness");
  if (!event || !/^Liveness probe errored/.test(eventText(event)) || !lasting(world, running, "Liveness")) return [];
  const object = world.rootOf(running.pod);
  return found(world, {
    class: "liveness-probe-wrong",
    object,
    statement: `${named(object)}: the liveness probe of container ${running.name} cannot be run, so a hung process would not be noticed. The kubelet says: ${quote(eventText(event).replace(/^.*unable to start container process: /s, ""))}.`,
    because: [event, running.pod],
    confidence: 0.87,
    disproof: "the probe's command exists in the image",
  });
};

/** Probes that fail, told apart: the probe asks the wrong thing, comes too early, or is right. */
export const probes = (world: World): Finding[] =>
  liveContainers(world).flatMap((running) => [
    ...unlessRecovered(world, running, liveness(world, running)),
    ...readiness(world, running),
    ...unrunnable(world, running),
  ]);
