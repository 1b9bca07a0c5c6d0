import { flushCompileCache } from "node:module";
import { variableTable } from "../config-table.ts";
import { makeLog } from "../log.ts";
import { type App, startApp } from "../main.ts";
import { readAll } from "../read-all.ts";
import { aborted, stopSignal } from "../stop-signal.ts";
import { type Command, print } from "./command.ts";

const patienceMs = 10_000;

/** A start that is stopped half-way closes what it has opened; one that hangs in an outside call is not waited for. */
const startUnless = async (stop: AbortSignal, starting: Promise<App>): Promise<App | null> => {
  const leave = (): void => void setTimeout(() => process.exit(1), patienceMs).unref();
  stop.addEventListener("abort", leave, { once: true });
  try {
    return await starting;
  } catch (error) {
    if (!stop.aborted) throw error;
    return null;
  } finally {
    stop.removeEventListener("abort", leave);
  }
};

export const serve: Command = {
  usage: "serve",
  summary: "takes alerts and walks incidents until it is stopped",
  help: () => `Environment (a .env file is read too; all problems are named at once):\n\n${variableTable()}`,
  run: async () => {
    const config = await readAll(process.env);
    const log = makeLog(config.LOG_LEVEL);
    const stop = stopSignal();
    const app = await startUnless(stop, startApp(config, { log, signal: stop }));
    if (app === null) return 1;
    print(`Nightshift listens on ${app.url}`);
    // Now, not at the end: whoever is killed writes nothing.
    flushCompileCache();
    await aborted(stop);
    log("stopping: no new work is taken");
    await app.stop();
    return 0;
  },
};
