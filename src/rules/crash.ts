import type { Finding } from "../incident/diagnosis.ts";
import type { FaultClass } from "../incident/fault-classes.ts";
import type { Terminated } from "../incident/kube.ts";
import { death, lastWords, lifetime, liveContainers, probeKill, type Running, waitingReason } from "./containers.ts";
import { type Peer, peerOf } from "./dependency.ts";
import { found, named, quote, spanText } from "./finding.ts";
import type { LogText } from "./log-text.ts";
import { commandLine } from "./logs/command-line.ts";
import { type Lack, lackIn } from "./logs/missing.ts";
import { type Uncaught, uncaughtIn } from "./logs/uncaught.ts";
import { refOf } from "./objects.ts";
import type { World } from "./world.ts";

const startReasons = new Set(["StartError", "ContainerCannotRun", "OOMKilled"]);

export interface Crash {
  readonly world: World;
  readonly running: Running;
  readonly last: Terminated;
  readonly log: LogText | null;
  readonly error: Uncaught | null;
  readonly lack: Lack | null;
}

/** Deaths that are the program's own doing: not the kernel's, the kubelet's, the runtime's or a wrong command line's. */
export const crashOf = (world: World, running: Running): Crash | null => {
  const last = death(world, running);
  if (!last || startReasons.has(last.reason ?? "") || probeKill(world, running)) return null;
  const again = waitingReason(running) === "CrashLoopBackOff" || running.status.state?.terminated !== undefined;
  const restarts = running.status.restartCount ?? 0;
  if (!again && (restarts < 3 || last.exitCode === 137 || last.exitCode === 143)) return null;
  const log = lastWords(world, running);
  const error = log ? uncaughtIn(log.lines) : null;
  return {
    world,
    running,
    last,
    log,
    error,
    lack: error ? (lackIn(`${error.type}: ${error.message}`) ?? lackIn(error.line)) : null,
  };
};

interface Verdict {
  class: FaultClass;
  words: string;
  confidence: number;
  disproof: string;
  object?: Finding["object"];
  related?: Finding["related"];
  because?: Parameters<World["cite"]>;
}

const variable = ({ running: { spec } }: Crash, name: string): Verdict => {
  const set = spec?.env?.some((one) => one.name === name) === true;
  const sources = (spec?.envFrom ?? []).length > 0;
  return {
    class: "env-var-missing-or-wrong",
    words: set
      ? `the variable ${name} is set, but not to what the program needs`
      : sources
        ? `the variable ${name} is not in its env; its envFrom sources do not give it either`
        : `the variable ${name} is neither in its env nor in an envFrom source`,
    confidence: set ? 0.86 : sources ? 0.9 : 0.95,
    disproof: `the container starts with ${name} as it is`,
  };
};

const offWorkload = (world: World, peer: Extract<Peer, { kind: "down" }>) =>
  peer.workloads.find(
    ({ kind, namespace, name }) =>
      kind !== "DaemonSet" && world.find(kind as "Deployment", namespace, name)?.spec.replicas === 0,
  );

/** A host that does not answer, joined with the objects: the dependency is the cause when they show it down. */
export const hostVerdict = (world: World, running: Running, name: string): Verdict | null => {
  const peer = peerOf(world, name, running.pod.metadata.namespace ?? "");
  const victim = world.rootOf(running.pod);
  if (peer.kind === "down") {
    const off = offWorkload(world, peer);
    const object = off ?? peer.workloads[0];
    const because: Verdict["because"] = [
      peer.service,
      off ? world.find(off.kind as "Deployment", off.namespace, off.name) : null,
    ];
    return off
      ? {
          class: "scaled-to-zero",
          words: `it needs ${name}, and ${named(off)}, which answers for it, is scaled to 0 replicas`,
          confidence: 0.94,
          disproof: `${named(off)} is meant to be off`,
          object: off,
          related: [victim, refOf(peer.service)],
          because,
        }
      : {
          class: "dependency-unavailable",
          words: `it needs ${name}, and the Service ${peer.service.metadata.name} has no ready endpoint`,
          confidence: 0.9,
          disproof: `${name} answers from inside the pod`,
          related: [refOf(peer.service), ...(object ? [object] : [])],
          because,
        };
  }
  if (peer.kind === "no-service")
    return {
      class: "service-deleted",
      words: `it needs ${name}, and there is no Service of that name`,
      confidence: 0.87,
      disproof: `a Service ${name} exists`,
      related: [peer.ref],
    };
  return peer.kind === "outside"
    ? {
        class: "dependency-unavailable",
        words: `it needs ${name}, outside of this cluster, which does not answer`,
        confidence: 0.86,
        disproof: `${name} answers from inside the pod`,
      }
    : null;
};

const flat: Partial<Record<Lack["kind"], Verdict>> = {
  "port-taken": {
    class: "pod-port-conflict",
    words: "the port it wants is taken inside the pod",
    confidence: 0.93,
    disproof: "no other container of the pod uses the port",
  },
  permission: {
    class: "security-context-conflict",
    words: "it may not do what it tries as the user it runs as",
    confidence: 0.88,
    disproof: "the same user may do this in the same volume",
  },
  credential: {
    class: "credential-rejected",
    words: "its credentials are refused",
    confidence: 0.9,
    disproof: "the same credentials are accepted by hand",
  },
  rights: {
    class: "rbac-denied",
    words: "its service account may not do what it tries",
    confidence: 0.95,
    disproof: "kubectl auth can-i says yes for this service account",
  },
  certificate: {
    class: "tls-cert-expired-or-missing",
    words: "a certificate is not accepted",
    confidence: 0.86,
    disproof: "the peer's certificate is valid now",
  },
  descriptors: {
    class: "os-limit-exhausted",
    words: "it runs into a limit of the operating system",
    confidence: 0.88,
    disproof: "the count stays below the limit",
  },
  space: {
    class: "volume-full",
    words: "there is no space left to write to",
    confidence: 0.86,
    disproof: "the volume has room",
  },
};

const verdictOf = (crash: Crash): Verdict => {
  const { world, running, lack, log, error } = crash;
  const special =
    lack?.kind === "variable"
      ? variable(crash, lack.name)
      : lack?.kind === "host"
        ? hostVerdict(world, running, lack.name)
        : lack
          ? (flat[lack.kind] ?? null)
          : null;
  return (
    special ?? {
      class: "app-crash",
      words: error
        ? "an error of the program itself"
        : log && log.lines.length > 0
          ? "its log names no error"
          : "it wrote no log that could be read",
      confidence: error ? 0.9 : log ? 0.86 : 0.75,
      disproof: "the same image starts with the same settings elsewhere",
    }
  );
};

const wanted = ({ running: { pod, name }, log }: Crash): Finding["wants"] =>
  log
    ? []
    : [
        {
          ask: "logs",
          namespace: pod.metadata.namespace ?? "",
          pod: pod.metadata.name,
          container: name,
          previous: true,
          lines: 500,
        },
      ];

export const describeEnd = ({ running: { name, init }, last }: Crash): string => {
  const alive = lifetime(last);
  return `${init ? "init container" : "container"} ${name} exits with code ${last.exitCode}${alive === null ? "" : ` ${spanText(alive)} after start`}`;
};

const crashed = (crash: Crash): Finding[] => {
  const { world, running, log, error, last } = crash;
  const verdict = verdictOf(crash);
  const root = world.rootOf(running.pod);
  const words = error?.line ?? log?.lines.at(-1);
  return found(world, {
    class: verdict.class,
    object: verdict.object ?? root,
    statement: `${named(root)}: ${describeEnd(crash)}${words ? `: ${quote(words)}` : ""}; ${verdict.words}.${error?.origin ? ` It comes from ${quote(error.origin)}.` : ""}`,
    because: [running.pod, words ? log : null, ...(verdict.because ?? [])],
    confidence: last.exitCode === 137 && !error ? Math.min(verdict.confidence, 0.6) : verdict.confidence,
    disproof: verdict.disproof,
    related: verdict.related ?? [],
    wants: wanted(crash),
  });
};

const endsWell = ({ world, running, last }: Crash): Finding[] => {
  const { pod, name } = running;
  if (waitingReason(running) !== "CrashLoopBackOff" || (pod.spec.restartPolicy ?? "Always") !== "Always") return [];
  const object = world.rootOf(pod);
  const alive = lifetime(last);
  return found(world, {
    class: "process-exits-zero",
    object,
    statement: `${named(object)}: container ${name} ends with success (exit code 0)${alive === null ? "" : ` ${spanText(alive)} after start`} and is restarted for ever: it is a program that finishes, or one that goes to the background.`,
    because: [pod],
    confidence: 0.94,
    disproof: "the program stays in the foreground when started by hand",
  });
};

const failedStart = (crash: Crash): boolean =>
  crash.last.exitCode === 127 ||
  crash.last.exitCode === 126 ||
  (crash.log !== null && commandLine(crash.log.lines, crash.last.exitCode) !== null);

/** Programs that end by themselves, with the cause in their last words where there is one. */
export const crashes = (world: World): Finding[] =>
  liveContainers(world).flatMap((running) => {
    const crash = running.init ? null : crashOf(world, running);
    if (!crash) return [];
    if (crash.last.exitCode === 0) return endsWell(crash);
    return failedStart(crash) ? [] : crashed(crash);
  });
