import type { Finding } from "../../incident/diagnosis.ts";
import { found, named, quote } from "../finding.ts";
import { argvOf, commandLine, shellLacksVariable } from "../logs/command-line.ts";
import { unlessRecovered } from "../recovering.ts";
import {
  death,
  eventsOfContainer,
  lastWords,
  liveContainers,
  type Running,
  waitingReason,
} from "../world/containers.ts";
import { eventText } from "../world/events.ts";
import type { LogText } from "../world/log-text.ts";
import type { World } from "../world/world.ts";
import { closingWords, programWords, runtimeGaveUp, startReasons } from "./runtime-words.ts";

const runtimeText = (world: World, running: Running): { text: string; event: ReturnType<typeof failedEvent> } => {
  const { state, lastState } = running.status;
  const own = [state?.terminated, lastState?.terminated].find(({ reason = "" } = { exitCode: 0 }) =>
    startReasons.has(reason),
  );
  const text = own?.message ?? (startReasons.has(waitingReason(running)) ? state?.waiting?.message : undefined);
  if (text && programWords(text)) return { text, event: null };
  const event = own || startReasons.has(waitingReason(running)) ? failedEvent(world, running) : null;
  return { text: event ? eventText(event) : "", event };
};

const failedEvent = (world: World, running: Running) =>
  eventsOfContainer(world, running).find(
    (event) => event.reason === "Failed" && programWords(eventText(event)) !== null,
  ) ?? null;

const refused = (world: World, running: Running): Finding[] => {
  const { text, event } = runtimeText(world, running);
  const words = programWords(text);
  if (words === null) return [];
  const { pod, name, init } = running;
  const object = world.rootOf(pod);
  const architecture = /exec format error/.test(words);
  return found(world, {
    class: architecture ? "image-wrong-architecture" : init ? "init-container-failed" : "command-not-found",
    object,
    statement: `${named(object)}: ${init ? "init container" : "container"} ${name} is never started: ${architecture ? "its program is built for another processor" : "the program it names cannot be run"}. The runtime says: ${quote(words)}.`,
    because: [pod, event],
    confidence: 0.96,
    disproof: architecture
      ? "the node's architecture is one the image was built for"
      : "the program exists and is executable in the image",
  });
};

const statement = (world: World, { pod, name }: Running, exitCode: number, line: string | null): string =>
  `${named(world.rootOf(pod))}: container ${name} ends with exit code ${exitCode}: ${line ? `the command it runs is wrong: ${quote(line)}` : exitCode === 127 ? "its shell does not find the command" : "its shell may not execute the command"}.`;

const fromShell = (world: World, running: Running): Finding[] => {
  const last = death(world, running);
  if (
    !last ||
    running.init ||
    last.reason === "OOMKilled" ||
    last.exitCode === 0 ||
    startReasons.has(last.reason ?? "")
  )
    return [];
  const log: LogText | null = lastWords(world, running);
  const line = log && commandLine(log.lines, last.exitCode, argvOf(running.spec));
  const byCode = (last.exitCode === 127 && !shellLacksVariable(log?.lines ?? [])) || last.exitCode === 126;
  if (!line && !byCode) return [];
  const architecture = line ? /exec format error/i.test(line) : false;
  return found(world, {
    class: architecture ? "image-wrong-architecture" : "command-not-found",
    object: world.rootOf(running.pod),
    statement: statement(world, running, last.exitCode, line),
    because: [running.pod, line ? log : null],
    confidence: line ? 0.93 : 0.86,
    disproof: "the command runs by hand in the same image",
  });
};

/** It failed at its last try, and not because of its program: what for is the runtime's to say, and only its node can tell more. */
const unstarted = (world: World, running: Running): Finding[] => {
  const { pod, name, init } = running;
  const last = death(world, running);
  if (!last || running.status.state?.running || !runtimeGaveUp(last)) return [];
  const object = world.rootOf(pod);
  return found(world, {
    class: "pod-sandbox-failed",
    object,
    statement: `${named(object)}: the container runtime of node ${pod.spec.nodeName ?? "(none)"} could not start ${init ? "init container" : "container"} ${name} at its last try. It says: ${quote(closingWords(last.message ?? "nothing"))}.`,
    because: [pod],
    confidence: 0.7,
    disproof: "the next try starts the container",
    related: pod.spec.nodeName ? [{ kind: "Node", namespace: null, name: pod.spec.nodeName }] : [],
  });
};

/** Programs that cannot be executed: said by the runtime, or by the shell that was told to run them. */
export const start = (world: World): Finding[] =>
  liveContainers(world).flatMap((running) => {
    const first = refused(world, running);
    return first.length > 0
      ? first
      : [...unlessRecovered(world, running, fromShell(world, running)), ...unstarted(world, running)];
  });
