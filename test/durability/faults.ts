import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { Ports } from "../../src/ports/index.ts";

type Say = (line: string, fields?: Record<string, unknown>) => void;
type At = (moment: string) => Promise<void>;

/** `KILL_AT` or `STOP_AT` = `port.method:before|after[:n]`: the process gets the signal at the n-th such moment. */
const signalAt = (env: NodeJS.ProcessEnv, say: Say): At => {
  const [port = "", when = "", nth = "1"] = (env.KILL_AT ?? env.STOP_AT ?? "").split(":");
  let left = Number(nth);
  return async (moment) => {
    if (moment !== `${port}:${when}` || --left !== 0) return;
    if (env.STOP_AT !== undefined) {
      say("stops here");
      process.kill(process.pid, "SIGSTOP");
      return;
    }
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

/** For controls: reads the target as it was when it was first read, even before a restart, as a stale cache would. */
const stale = (cluster: Ports["exact"], file: string): Ports["exact"] => {
  const seen: Record<string, KubeObject | null> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  return {
    ...cluster,
    name: cluster.name,
    get: async (kind, namespace, name) => {
      const key = `${kind}/${namespace}/${name}`;
      seen[key] ??= await cluster.get(kind, namespace, name);
      writeFileSync(file, JSON.stringify(seen));
      return structuredClone(seen[key]);
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
