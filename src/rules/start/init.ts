import type { Finding } from "../../incident/diagnosis.ts";
import { found, named, quote, spanText } from "../finding.ts";
import { awaitedVerdict } from "../network/host-verdict.ts";
import { clock, lastWords, liveContainers, type Running, unreadLog, whileUnread } from "../world/containers.ts";
import type { World } from "../world/world.ts";
import { crashOf, describeEnd } from "./crash.ts";

const failed = (world: World, running: Running): Finding[] => {
  const crash = crashOf(world, running);
  if (!crash || crash.last.exitCode === 0) return [];
  const object = world.rootOf(running.pod);
  const { log, error } = crash;
  const verdict = log ? awaitedVerdict(world, running, log.lines) : null;
  const words = error?.line ?? log?.lines.at(-1);
  const proven = verdict?.object !== undefined;
  return found(world, {
    class: proven && verdict ? verdict.class : "init-container-failed",
    object: (proven ? verdict?.object : undefined) ?? object,
    statement: `${named(object)}: the pod never gets ready: ${describeEnd(crash)}${words ? `: ${quote(words)}` : ""}${verdict ? `; ${verdict.words}` : ""}.`,
    because: [running.pod, words ? log : null, ...(verdict?.because ?? [])],
    confidence: whileUnread(0.95, verdict?.wants ?? []),
    disproof: "the init container ends with exit code 0",
    related: verdict?.related ?? [],
    wants: [...unreadLog(world, running), ...(verdict?.wants ?? [])],
  });
};

/** It says the same again and again, and what it says is that it waits. */
const keepsWaiting = (lines: readonly string[]): boolean => {
  const gist = (line: string): string => line.replace(/\d+/g, "#").slice(0, 200);
  const last = lines
    .slice(-30)
    .filter((line) => /\bwait|\bretry|not (?:yet )?(?:ready|available|up)\b|sleeping/i.test(line));
  const latest = last.at(-1);
  return latest !== undefined && last.filter((line) => gist(line) === gist(latest)).length >= 5;
};

const patience = 90_000;

const hung = (world: World, running: Running): Finding[] => {
  const since = world.now - clock(running.status.state?.running?.startedAt);
  if (!running.status.state?.running || running.spec?.restartPolicy === "Always" || since < patience) return [];
  const log = lastWords(world, running);
  const verdict = log ? awaitedVerdict(world, running, log.lines) : null;
  const object = world.rootOf(running.pod);
  const words = log?.lines.at(-1);
  return found(world, {
    class: verdict?.object ? verdict.class : "init-container-hung",
    object: verdict?.object ?? object,
    statement: `${named(object)}: init container ${running.name} has been running for ${spanText(since)} and the pod waits for it${words ? `; it says ${quote(words)}` : ""}${verdict ? `; ${verdict.words}` : ""}.`,
    because: [running.pod, words ? log : null, ...(verdict?.because ?? [])],
    confidence: verdict
      ? whileUnread(0.92, verdict.wants ?? [])
      : since > 10 * 60_000 || keepsWaiting(log?.lines ?? [])
        ? 0.86
        : 0.7,
    disproof: "earlier runs of the same init container took as long",
    related: verdict?.related ?? [],
    wants: [...unreadLog(world, running), ...(verdict?.wants ?? [])],
  });
};

/** Pods that never get past an init container: it fails, or it never ends. */
export const initContainers = (world: World): Finding[] =>
  liveContainers(world)
    .filter(({ init }) => init)
    .flatMap((running) => [...failed(world, running), ...hung(world, running)]);
