import { readConfig } from "../config.ts";
import { variableTable } from "../config-table.ts";
import { makeLog } from "../log.ts";
import { startApp } from "../main.ts";
import { type Command, print } from "./command.ts";

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const name of ["SIGTERM", "SIGINT"] as const) {
      process.once(name, () => {
        process.once(name, () => process.exit(1));
        resolve();
      });
    }
  });

export const serve: Command = {
  usage: "serve",
  summary: "takes alerts and walks incidents until it is stopped",
  help: () => `Environment (a .env file is read too; all problems are named at once):\n\n${variableTable()}`,
  run: async () => {
    const config = readConfig(process.env);
    const log = makeLog(config.LOG_LEVEL);
    const stopped = stopSignal();
    const app = await startApp(config, { log });
    print(`Nightshift listens on ${app.url}`);
    await stopped;
    log("stopping: no new work is taken");
    await app.stop();
    return 0;
  },
};
