import { createHash, randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Ports } from "../../src/ports/index.ts";
import { type At, nodeNow, watchNodes } from "./moments.ts";

type Say = (line: string, fields?: Record<string, unknown>) => void;

const momentIn = (env: NodeJS.ProcessEnv): [place: string, when: string, nth: string] => {
  const [place = "", when = "", nth = "1"] = (env.KILL_AT ?? env.STOP_AT ?? "").split(":");
  return [place, when, nth];
};

/**
 * `KILL_AT` or `STOP_AT` = `port.method:before|after[:n]` or `node:before|during|after|saved[:n]`: the process gets the signal
 * at the n-th such moment.
 */
const signalAt = (env: NodeJS.ProcessEnv, say: Say): At => {
  const [port, when, nth] = momentIn(env);
  let left = Number(nth);
  return async (moment) => {
    if (moment !== `${port}:${when}` || --left !== 0) return;
    if (env.STOP_AT !== undefined) {
      say("stops here");
      process.kill(process.pid, "SIGSTOP");
      return;
    }
    say("dies here", { moment });
    process.kill(process.pid, "SIGKILL");
    await new Promise(() => undefined);
  };
};

const watched = <T extends object>(name: string, port: T, at: At, say: Say): T =>
  new Proxy(port, {
    get: (target, key) => {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => {
        await at(`${name}.${String(key)}:before`);
        await at(`${nodeNow()}:during`);
        try {
          const answer: unknown = await method.apply(target, args);
          await at(`${name}.${String(key)}:after`);
          return answer;
        } catch (error) {
          say("a port threw", { port: `${name}.${String(key)}`, error: (error as Error).name });
          throw error;
        }
      };
    },
  });

/** What was kept first under this name, by whichever process; what is kept is whole or not there. */
const keepFirst = (file: string, object: KubeObject | null): void => {
  const half = `${file}-${randomUUID()}`;
  writeFileSync(half, JSON.stringify(object));
  try {
    linkSync(half, file);
  } catch {
    // Another process was faster.
  }
};

/** For controls: reads the target as it was when it was first read by anybody, even before a restart, as a stale cache would. */
const stale = (cluster: Ports["exact"], folder: string): Ports["exact"] => {
  mkdirSync(folder, { recursive: true });
  return {
    ...cluster,
    name: cluster.name,
    get: async (kind, namespace, name) => {
      const file = join(folder, createHash("sha256").update(`${kind}/${namespace}/${name}`).digest("hex"));
      if (!existsSync(file)) keepFirst(file, await cluster.get(kind, namespace, name));
      return JSON.parse(readFileSync(file, "utf8")) as KubeObject | null;
    },
  };
};

/** For controls: locks each write to whatever stands there now, so that the lock of the server never holds. */
const anyVersion = (actuator: Ports["actuator"], cluster: Ports["exact"]): Ports["actuator"] => ({
  dryRun: (write, signal) => actuator.dryRun(write, signal),
  perform: async (write, signal) => {
    if (!("patch" in write)) return actuator.perform(write, signal);
    const live = await cluster.get(write.kind, write.namespace, write.name);
    const now: Record<string, unknown> = {
      "/metadata/uid": live?.metadata.uid,
      "/metadata/resourceVersion": live?.metadata.resourceVersion,
    };
    const patch = write.patch.flatMap((step) => {
      if (step.op !== "test") return [step];
      return step.path in now ? [{ ...step, value: now[step.path] }] : [];
    });
    return actuator.perform({ ...write, patch }, signal);
  },
});

/** `WITHOUT=ledger,locks` takes protections away; only for controls that show a test has teeth. */
const unprotected = (ports: Ports, env: NodeJS.ProcessEnv): Ports => {
  const without = (env.WITHOUT ?? "").split(",");
  const ledger = { ...ports.ledger, claim: async () => ({ kind: "go" as const }) };
  return {
    ...ports,
    ...(without.includes("ledger") ? { ledger } : {}),
    ...(without.includes("locks")
      ? { exact: stale(ports.exact, env.STALE_FILE ?? ""), actuator: anyVersion(ports.actuator, ports.exact) }
      : {}),
  };
};

/** Fits around all ports of a turn and counts over all turns of the process. */
export const faults = (env: NodeJS.ProcessEnv, say: Say): ((ports: Ports) => Ports) => {
  const at = signalAt(env, say);
  const [, when] = momentIn(env);
  watchNodes(at, when === "saved");
  return (given) => {
    const ports = unprotected(given, env);
    return {
      ...ports,
      cluster: watched("cluster", ports.cluster, at, say),
      exact: watched("exact", ports.exact, at, say),
      actuator: watched("actuator", ports.actuator, at, say),
      bookshelf: watched("bookshelf", ports.bookshelf, at, say),
      archive: watched("archive", ports.archive, at, say),
      ledger: watched("ledger", ports.ledger, at, say),
      outbox: watched("outbox", ports.outbox, at, say),
    };
  };
};
