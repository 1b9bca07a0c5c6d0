import type { Finding } from "../../incident/diagnosis.ts";
import type { Terminated } from "../../incident/kube.ts";
import { refusedTo } from "../control-plane/forbidden.ts";
import { found, named, quote, spanText } from "../finding.ts";
import { toldToStop } from "../logs/aftermath.ts";
import { argvOf, commandLine, shellLacksVariable } from "../logs/command-line.ts";
import { uncaughtIn } from "../logs/uncaught.ts";
import { unlessRecovered } from "../recovering.ts";
import {
  clock,
  death,
  lastWords,
  lifetime,
  liveContainers,
  probeKill,
  type Running,
  unreadLog,
  waitingReason,
  whileUnread,
} from "../world/containers.ts";
import type { World } from "../world/world.ts";
import { type Crash, flat, settled, verdictOf } from "./crash-verdict.ts";
import { hookKill } from "./lifecycle.ts";
import { runtimeGaveUp, startReasons } from "./runtime-words.ts";

/** Down now, or up again for so short a time that the next death is to be expected. */
const stillDying = (world: World, { status }: Running, last: Terminated): boolean => {
  const since = status.state?.running?.startedAt;
  // Waiting for something else than its next try, it is being set up anew: its last end was its node's or its pod's.
  if (status.state?.waiting) return status.state.waiting.reason === "CrashLoopBackOff";
  if (status.state?.running === undefined) return true;
  if (last.exitCode === 137 || last.exitCode === 143) return false;
  const up = world.now - clock(since);
  return up < Math.max(60_000, 2 * (lifetime(last) ?? 0)) || ((status.restartCount ?? 0) >= 3 && up < 10 * 60_000);
};

/** Killed, terminated or struck by a fault of its memory: what it merely spoke of before is no reason, unless objects bear it out. */
const signals = new Set([137, 139, 143]);

/** Deaths that are the program's own doing: not the kernel's, the kubelet's, the runtime's or a wrong command line's. */
export const crashOf = (world: World, running: Running): Crash | null => {
  const last = death(world, running);
  if (!last || probeKill(world, running) || hookKill(world, running)) return null;
  if (last.reason === "OOMKilled" || (startReasons.has(last.reason ?? "") && !runtimeGaveUp(last))) return null;
  if (!stillDying(world, running, last)) return null;
  const log = lastWords(world, running);
  const told = log ? uncaughtIn(log.lines) : null;
  const error = told?.by === "log" && signals.has(last.exitCode) ? { ...told, survived: true } : told;
  if (runtimeGaveUp(last) && log && !error) return null;
  const lack = error?.lack ?? null;
  const others = lack?.kind === "rights" && !refusedTo(running.pod, `is forbidden: ${lack.name}`);
  return settled({ world, running, last, log, error, lack: others ? null : lack });
};

export const describeEnd = ({ running: { name, init }, last }: Crash): string => {
  const alive = lifetime(last);
  const what = `${init ? "init container" : "container"} ${name}`;
  if (runtimeGaveUp(last)) return `${what} was not started by the runtime at its last try, and had ended before`;
  return `${what} exits${alive === null ? "" : ` ${spanText(alive)} after its start`} with code ${last.exitCode}`;
};

/** Told to stop, with no error before that: who told it is to be looked for. */
const stopped = ({ last, log, error }: Crash): string | null => {
  const lines = log?.lines ?? [];
  const line = toldToStop(lines);
  const before =
    error !== null && lines.slice(0, lines.lastIndexOf(line ?? "")).some((one) => one.includes(error.line));
  if (last.exitCode === 143) return line ?? "";
  return before && !error.survived ? null : line;
};

const stoppedWords = (line: string): string =>
  `it was told to stop (SIGTERM)${line === "" ? "" : ` and did: ${quote(line)}`}; who told it is not in its log`;

const crashed = (crash: Crash): Finding[] => {
  const { world, running, log, error, last } = crash;
  const verdict = verdictOf(crash);
  const root = world.rootOf(running.pod);
  const wants = [...(log ? [] : unreadLog(world, running)), ...(verdict.wants ?? [])];
  const words = error?.line ?? log?.lines.at(-1);
  const stop = verdict.because === undefined ? stopped(crash) : null;
  const sure = stop === null ? verdict.confidence : Math.min(verdict.confidence, 0.7);
  return found(world, {
    class: verdict.class,
    object: verdict.object ?? root,
    statement: `${named(root)}: ${describeEnd(crash)}${words ? `: ${quote(words)}` : ""}; ${stop === null ? verdict.words : stoppedWords(stop)}.${error?.origin ? ` It comes from ${quote(error.origin)}.` : ""}`,
    because: [running.pod, words ? log : null, ...(verdict.because ?? [])],
    confidence: last.exitCode === 137 && !error ? 0.6 : whileUnread(sure, wants),
    disproof: verdict.disproof,
    related: verdict.related ?? [],
    wants,
  });
};

/** Seen between two restarts, it is in no back-off; that it ended early more than once says the same. */
const restartedForEver = (running: Running, last: Terminated): boolean =>
  waitingReason(running) === "CrashLoopBackOff" ||
  ((running.status.restartCount ?? 0) >= 2 && (lifetime(last) ?? Number.POSITIVE_INFINITY) < 5 * 60_000);

/** A server's own report of why it does not start, by one that then ends with success all the same. */
const toldWhy = ({ error, lack }: Crash): boolean =>
  lack !== null && flat[lack.kind] !== undefined && error !== null && error.by !== "log" && !error.survived;

const endsWell = (crash: Crash): Finding[] => {
  const { world, running, last, log, error } = crash;
  const { pod, name } = running;
  const stop = stopped(crash);
  if (!restartedForEver(running, last) || (pod.spec.restartPolicy ?? "Always") !== "Always") return [];
  const object = world.rootOf(pod);
  const alive = lifetime(last);
  return found(world, {
    class: "process-exits-zero",
    object,
    statement: `${named(object)}: container ${name} ends with success (exit code 0)${alive === null ? "" : `, ${spanText(alive)} after its start,`} and is restarted for ever: ${stop !== null ? stoppedWords(stop) : error ? `its last words are ${quote(error.line)}` : "it is a program that finishes, or one that goes to the background"}.`,
    because: [pod, error ? log : null],
    confidence: stop === null ? 0.94 : 0.7,
    disproof: "the program stays in the foreground when started by hand",
  });
};

const failedStart = ({ running: { spec }, last: { exitCode }, log }: Crash): boolean =>
  (exitCode === 127 && !shellLacksVariable(log?.lines ?? [])) ||
  exitCode === 126 ||
  (log !== null && commandLine(log.lines, exitCode, argvOf(spec)) !== null);

/** Programs that end by themselves, with the cause in their last words where there is one. */
export const crashes = (world: World): Finding[] =>
  liveContainers(world).flatMap((running) => {
    const crash = running.init ? null : crashOf(world, running);
    if (!crash) return [];
    if (crash.last.exitCode === 0 && !toldWhy(crash)) return unlessRecovered(world, running, endsWell(crash));
    return failedStart(crash) ? [] : unlessRecovered(world, running, crashed(crash));
  });
