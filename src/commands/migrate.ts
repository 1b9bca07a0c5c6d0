import { readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { makeLog } from "../log.ts";
import { type Command, print } from "./command.ts";

export const migrateCommand: Command = {
  usage: "migrate",
  summary: "brings the database up to this version",
  help: () => "Runs the files of migrations/ that have not run yet, under a lock. `serve` does the same at start.",
  run: async () => {
    const config = readConfig(process.env);
    const database = await openDatabase(config, makeLog("error"));
    await database.close();
    print("the database is up to date");
    return 0;
  },
};
