import { readConfig } from "../config.ts";
import { variableTable } from "../config-table.ts";
import { makeLog } from "../log.ts";
import { startApp } from "../main.ts";
import { aborted, stopSignal } from "../stop-signal.ts";
import { type Command, print } from "./command.ts";

export const serve: Command = {
  usage: "serve",
  summary: "takes alerts and walks incidents until it is stopped",
  help: () => `Environment (a .env file is read too; all problems are named at once):\n\n${variableTable()}`,
  run: async () => {
    const config = readConfig(process.env);
    const log = makeLog(config.LOG_LEVEL);
    const stop = stopSignal();
    const app = await startApp(config, { log });
    print(`Nightshift listens on ${app.url}`);
    await aborted(stop);
    log("stopping: no new work is taken");
    await app.stop();
    return 0;
  },
};
